"""Start the sandbox: `python -m local.pusher_sandbox --port P --data DIR`."""

import argparse
import json
import os
import sys
from pathlib import Path

from local.pusher_sandbox.app import Settings, create_app
from local.pusher_sandbox.signing import Credentials
from local.pusher_sandbox.webhooks import DEFAULT_DELAYS, read_endpoints
from local.sandbox_kit.serve import serve


def main() -> int:
    """Run until SIGTERM; 2 for a wrong setting."""
    parser = argparse.ArgumentParser(prog="python -m local.pusher_sandbox")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, help="taken for uniformity: Pusher keeps nothing")
    parser.add_argument("--webhook-url", help="send all webhooks here")
    parser.add_argument("--retry-delays", default=",".join(map(str, DEFAULT_DELAYS)))
    parser.add_argument("--activity-timeout", type=int, default=120, help="seconds, at least 1")
    parser.add_argument("--pong-timeout", type=float, default=30.0, help="seconds")
    parser.add_argument("--max-connections", type=int, default=10_000)
    args = parser.parse_args()
    names = ("PUSHER_APP_ID", "PUSHER_KEY", "PUSHER_SECRET")
    for name in names:
        if not os.environ.get(name):
            parser.error(f"{name} is not set")
    if args.activity_timeout < 1:
        parser.error("--activity-timeout must be at least 1")
    try:
        endpoints = read_endpoints(os.environ.get("PUSHER_SANDBOX_ENDPOINTS") or "[]")
        if args.webhook_url:
            endpoints += read_endpoints(json.dumps([{"url": args.webhook_url}]))
        delays = [float(text) for text in args.retry_delays.split(",") if text]
    except ValueError as error:
        parser.error(str(error))
    app = create_app(
        Settings(
            credentials=Credentials(*(os.environ[name] for name in names)),
            endpoints=endpoints,
            delays=delays,
            activity_timeout=args.activity_timeout,
            pong_timeout=args.pong_timeout,
            max_connections=args.max_connections,
        )
    )
    return serve(app, args.port)


if __name__ == "__main__":
    sys.exit(main())
