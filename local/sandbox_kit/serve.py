"""Serve one application on loopback until SIGTERM."""

import sys

from aiohttp import web

GRACE_SECONDS = 0.5


def serve(app: web.Application, port: int) -> int:
    """Run until SIGTERM or SIGINT; 0 after a clean stop, 1 with one line if the port is taken."""
    try:
        web.run_app(
            app,
            host="127.0.0.1",
            port=port,
            print=None,
            access_log=None,
            shutdown_timeout=GRACE_SECONDS,
        )
    except OSError as error:
        print(f"cannot listen on 127.0.0.1:{port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0
