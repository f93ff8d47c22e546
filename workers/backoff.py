"""Growing, jittered pauses for loops that must go on for ever."""

import random


class Backoff:
    """Pauses of at most `base` * 2**n seconds, `cap` at most; `reset` after a success."""

    def __init__(self, base: float = 0.25, cap: float = 10.0) -> None:
        self._base = base
        self._cap = cap
        self._failures = 0

    def reset(self) -> None:
        """It works again."""
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure: between half and all of the limit."""
        limit = min(self._cap, self._base * float(1 << min(self._failures, 20)))
        self._failures += 1
        return limit * (0.5 + random.random() / 2)  # noqa: S311 - no secret
