"""Threads that keep the logger's bound values and never end by an unnoticed exception."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

from agora.logs import get_logger

logger = get_logger(__name__)


def spawn(name: str, target: Callable[..., None], *args: Any) -> threading.Thread:
    """Start a daemon thread: a job that hangs cannot keep the process from ending."""
    context = contextvars.copy_context()

    def run() -> None:
        try:
            context.run(target, *args)
        except Exception:
            # Its heartbeat stops with it, so /healthz turns 503 and the process is replaced.
            logger.exception("loop_died", loop=name)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
