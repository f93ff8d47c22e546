"""Structured logs: one JSON object a line, with the request id that caused it.

What must never be written is kept out here, once: bearer tokens, download tokens, secrets.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(
    r"(?:eyJ[\w-]+\.[\w-]+\.[\w-]+)"  # a JWT
    r"|(?:\b(?:sk|rk|whsec|re|sb_secret)_\w+)"  # keys of Stripe, Resend, Supabase
    r"|(?<=/v1/downloads/)[\w-]+"  # a download token
    r"|(?<=token=)[\w.-]+"
    r"|(?<=ticket=)[\w.-]+"
)


def redact(text: str) -> str:
    """Replace whatever looks like a credential by `[redacted]`."""
    return _SECRET.sub("[redacted]", text)


def _redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


def configure_logging(process: str, level: str = "INFO") -> None:
    """Send this process's logs (ours and the libraries') to standard output as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # One line per outgoing request is noise, and its URL may carry what should not be kept.
    for noisy in ("httpx", "httpcore", "urllib3", "stripe"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger whose events carry the bound request id."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
