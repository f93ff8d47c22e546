"""A leased job, and the ways in which it can fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

# What private functions raise when the same call can never succeed: impossible data, no such row.
_HOPELESS = {"22000", "22023", "P0002"}


class PermanentError(Exception):
    """The job can never succeed as it is: it is held for an operator at once."""


class RetryLaterError(Exception):
    """The other side asked for a pause: not before `seconds` from now."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True)
class Job:
    """One message of a queue, leased to this process."""

    queue: str
    msg_id: int
    attempt: int
    enqueued_at: datetime
    message: Mapping[str, Any]

    @property
    def request_id(self) -> str | None:
        """The HTTP request that caused the job, if one did."""
        value = self.message.get("request_id")
        return str(value) if value is not None else None

    def text(self, name: str) -> str:
        """A field of the message. Raises PermanentError when it is missing."""
        value = self.message.get(name)
        if not isinstance(value, str) or not value:
            raise PermanentError(f"the job has no '{name}'")
        return value


def is_hopeless(error: Exception) -> bool:
    """Is another attempt pointless?"""
    if isinstance(error, psycopg.Error):
        return error.sqlstate in _HOPELESS
    return isinstance(error, PermanentError)
