"""Serve one application on loopback until SIGTERM."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from aiohttp import web

LOG = logging.getLogger("sandbox")

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


@contextlib.asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` beside the server; should it fail, the log says so when it happens."""
    task = asyncio.create_task(work)
    task.add_done_callback(_report)
    yield
    task.cancel()
    await asyncio.wait([task])


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        LOG.error("background work has stopped", exc_info=error)
