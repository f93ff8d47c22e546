"""`python -m local.stripe_sandbox --port P --data DIR`; keys and endpoints from the environment."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from local.sandbox_kit.serve import serve
from local.stripe_sandbox.api import Api
from local.stripe_sandbox.app import Server, build
from local.stripe_sandbox.auth import Keys
from local.stripe_sandbox.control import Control
from local.stripe_sandbox.control_webhooks import WebhookControl
from local.stripe_sandbox.resources.account_record import platform_account
from local.stripe_sandbox.resources.webhook_endpoints import configure
from local.stripe_sandbox.store import Store


def _keys() -> Keys:
    secret = os.environ.get("STRIPE_SANDBOX_KEY", "")
    publishable = os.environ.get("STRIPE_SANDBOX_PUBLISHABLE", "")
    if not secret.startswith("sk_test") or not publishable.startswith("pk_test"):
        raise ValueError(
            "STRIPE_SANDBOX_KEY must be an sk_test… key, STRIPE_SANDBOX_PUBLISHABLE a pk_test… one"
        )
    return Keys(secret, publishable)


def _endpoints() -> list[dict[str, Any]]:
    given = json.loads(os.environ.get("STRIPE_SANDBOX_ENDPOINTS") or "[]")
    if not isinstance(given, list) or not all(
        isinstance(each, dict) and each.get("url") and each.get("secret") for each in given
    ):
        raise ValueError("STRIPE_SANDBOX_ENDPOINTS must be a JSON list of {url, secret, connect}")
    return given


def main() -> int:
    """Serve until SIGTERM; 2 for a configuration that cannot work, 1 for a port that is taken."""
    parser = argparse.ArgumentParser(prog="python -m local.stripe_sandbox")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    try:
        keys, endpoints = _keys(), _endpoints()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    store = Store(options.data)
    with store.transaction():
        platform = platform_account(store)
        configure(store, platform, endpoints)
    server = Server(Api(store, platform, keys))
    control = [*Control(server).routes(), *WebhookControl(server).routes()]
    return serve(build(server, control), options.port)


if __name__ == "__main__":
    sys.exit(main())
