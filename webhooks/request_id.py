"""One id from the HTTP header to the database, the job and the logs."""

import re
import uuid

import structlog
from flask import g, request

# As private.request_id() accepts it.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def begin() -> None:
    """Take the caller's X-Request-Id if it is sane, else make one; bind it to the logs."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _SANE.fullmatch(given) else f"req_{uuid.uuid4().hex}"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process="webhooks", request_id=g.request_id)


def request_id() -> str:
    """The current request's id."""
    return str(g.get("request_id", ""))
