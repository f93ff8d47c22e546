"""A value that is read again after some seconds."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cached(Generic[Value]):
    """Keeps what `read` returned for `seconds`; errors pass through and are not kept."""

    def __init__(self, read: Callable[[], Value], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: tuple[float, Value] | None = None

    def get(self) -> Value:
        """The value, at most `seconds` old."""
        kept = self._kept
        if kept and time.monotonic() - kept[0] < self._seconds:
            return kept[1]
        with self._lock:
            kept = self._kept
            if not kept or time.monotonic() - kept[0] >= self._seconds:
                kept = (time.monotonic(), self._read())
                self._kept = kept
            return kept[1]
