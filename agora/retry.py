"""Bounded retries with full jitter, for calls that may safely be made again."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def retry(
    call: Callable[[], Result],
    *,
    on: tuple[type[Exception], ...],
    attempts: int = 3,
    base: float = 0.2,
    cap: float = 2.0,
) -> Result:
    """Return what `call` returns; on one of the `on` exceptions try again, `attempts` in all.

    Waits a random time of at most `base` * 2ⁿ seconds, and `cap`, in between. Raises the last
    exception when every attempt failed.
    """
    for attempt in range(1, attempts):
        try:
            return call()
        except on:
            time.sleep(random.uniform(0, min(cap, base * 2**attempt)))  # noqa: S311 - no secret
    return call()
