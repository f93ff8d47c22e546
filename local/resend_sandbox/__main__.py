"""Start the sandbox: `python -m local.resend_sandbox --port P --data DIR`."""

import argparse
import json
import os
import sys
from pathlib import Path

from local.resend_sandbox.app import DEFAULT_DELAYS, Settings, create_app
from local.resend_sandbox.webhooks import read_endpoints
from local.sandbox_kit.serve import serve


def main() -> int:
    """Run until SIGTERM; 2 for a wrong setting."""
    parser = argparse.ArgumentParser(prog="python -m local.resend_sandbox")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--webhook-url", help="send all events here")
    parser.add_argument("--webhook-secret", help="whsec_… of --webhook-url")
    parser.add_argument("--retry-delays", default=",".join(map(str, DEFAULT_DELAYS)))
    parser.add_argument("--rate-limit", type=int, default=0, help="requests per second, 0: none")
    args = parser.parse_args()
    key = os.environ.get("RESEND_SANDBOX_KEY", "")
    if not key:
        parser.error("RESEND_SANDBOX_KEY is not set")
    try:
        endpoints = read_endpoints(os.environ.get("RESEND_SANDBOX_ENDPOINTS") or "[]")
        if args.webhook_url:
            one = {"url": args.webhook_url, "secret": args.webhook_secret}
            endpoints += read_endpoints(json.dumps([one]))
        delays = [float(text) for text in args.retry_delays.split(",") if text]
    except ValueError as error:
        parser.error(str(error))
    return serve(
        create_app(Settings(args.data, key, endpoints, delays, args.rate_limit)), args.port
    )


if __name__ == "__main__":
    sys.exit(main())
