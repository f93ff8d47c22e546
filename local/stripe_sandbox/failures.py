"""Planned failures of the API; README.md tells how they are asked for."""

import re
from dataclasses import asdict, dataclass

from local.stripe_sandbox.errors import Json

KINDS = {"rate_limit": 1.0, "server_error": 0.0, "delay": 1.0, "timeout_after_commit": 30.0}
FIELDS = {"kind", "method", "path", "times", "seconds", "store", "commit"}
MAX_SECONDS = 600.0


@dataclass
class Failure:
    """`times` counts down. `seconds`: Retry-After, how late, or how long silent before the drop.

    `store`: a server_error is kept under the idempotency key (as Stripe does); `commit`: it comes
    after the work was done.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 1.0
    store: bool = True
    commit: bool = False


def parse(body: object) -> Failure:
    """Read the control API's JSON.

    Raises:
        ValueError: with a sentence for the caller.

    """
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if unknown := set(body) - FIELDS:
        raise ValueError(f"unknown field: {min(unknown)}")
    failure = Failure(**{"seconds": KINDS[body["kind"]], **body})
    if type(failure.times) is not int or failure.times < 1:
        raise ValueError("times must be a positive whole number")
    number = type(failure.seconds) in (int, float)
    if not number or not 0 <= failure.seconds <= MAX_SECONDS:
        raise ValueError(f"seconds must be a number from 0 to {MAX_SECONDS:.0f}")
    if type(failure.store) is not bool or type(failure.commit) is not bool:
        raise ValueError("store and commit must be true or false")
    if not isinstance(failure.method, str) or not isinstance(failure.path, str):
        raise ValueError("method and path must be strings")
    try:
        re.compile(failure.path)
    except re.error as error:
        raise ValueError(f"path is no regular expression: {error}") from error
    return failure


class Failures:
    """The failures still planned, oldest first."""

    def __init__(self) -> None:
        self.planned: list[Failure] = []

    def take(self, method: str, path: str) -> Failure | None:
        """The next failure for this call, counted down."""
        for failure in self.planned:
            if failure.method.upper() in ("", method) and re.match(failure.path, path):
                failure.times -= 1
                if failure.times == 0:
                    self.planned.remove(failure)
                return failure
        return None

    def listed(self) -> list[Json]:
        """What is left, for the control API."""
        return [asdict(failure) for failure in self.planned]
