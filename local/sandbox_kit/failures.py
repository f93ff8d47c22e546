"""Failure injection: `/_sandbox/failures` makes the next calls of the API go wrong.

POST `{"kind": …, "times": 1, "seconds": …, "path": "/emails"}` adds one, GET lists what is left,
DELETE clears. Kinds: `rate_limit` (429; `seconds` = Retry-After), `server_error` (500),
`delay` (answers `seconds` late) and `timeout_after_commit` (does the work, is silent for `seconds`,
then drops the connection). `path` is a prefix of the paths it applies to.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.sandbox_kit.body import BadJsonError, read

CONTROL = "/_sandbox/"
DEFAULT_SECONDS = {
    "rate_limit": 1.0,
    "server_error": 0.0,
    "delay": 1.0,
    "timeout_after_commit": 30.0,
}
MAX_SECONDS = 600.0
MAX_TIMES = 100_000

Render = Callable[[int, dict[str, str]], web.Response]
"""Makes the party's own error answer from a status and extra headers."""


@dataclass
class Failure:
    """One planned failure; `times` counts down."""

    kind: str
    times: int
    seconds: float
    path: str


def parse_failure(body: Any) -> Failure:
    """Read the control API's JSON.

    Raises:
        ValueError: with a sentence for the caller.

    """
    if not isinstance(body, dict):
        raise ValueError("a JSON object is needed")
    if unknown := set(body) - {"kind", "times", "seconds", "path"}:
        raise ValueError(f"unknown field: {min(unknown)}")
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in DEFAULT_SECONDS:
        raise ValueError(f"kind must be one of {', '.join(DEFAULT_SECONDS)}")
    times, seconds = body.get("times", 1), body.get("seconds", DEFAULT_SECONDS[kind])
    if type(times) is not int or not 1 <= times <= MAX_TIMES:
        raise ValueError(f"times must be a whole number from 1 to {MAX_TIMES}")
    if type(seconds) not in (int, float) or not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"seconds must be a number from 0 to {MAX_SECONDS:.0f}")
    path = body.get("path", "/")
    if not isinstance(path, str) or not path.startswith("/"):
        raise ValueError("path must be a string that starts with /")
    return Failure(kind, times, float(seconds), path)


class Failures:
    """The failures still planned, oldest first."""

    def __init__(self, render: Render, covers: Callable[[str], bool]) -> None:
        """`covers` says whether a path belongs to the party's API."""
        self._render = render
        self._covers = covers
        self._planned: list[Failure] = []

    def take(self, path: str) -> Failure | None:
        """The next failure for this path, counted down."""
        for failure in self._planned:
            if path.startswith(failure.path):
                failure.times -= 1
                if failure.times == 0:
                    self._planned.remove(failure)
                return failure
        return None

    def middleware(self) -> Middleware:
        """Apply the failures to the party's API, never to the control API."""

        @web.middleware
        async def inject(request: web.Request, handler: Handler) -> web.StreamResponse:
            failure = self.take(request.path) if self._covers(request.path) else None
            if failure is None:
                return await handler(request)
            if failure.kind == "rate_limit":
                return self._render(429, {"retry-after": f"{max(1, round(failure.seconds))}"})
            if failure.kind == "server_error":
                return self._render(500, {})
            if failure.kind == "delay":
                await asyncio.sleep(failure.seconds)
                return await handler(request)
            return await _silent_after(await handler(request), request, failure.seconds)

        return inject

    def routes(self) -> list[web.RouteDef]:
        """The control API."""
        path = f"{CONTROL}failures"
        return [
            web.post(path, self._add),
            web.get(path, self._list),
            web.delete(path, self._clear),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        try:
            failure = parse_failure(await read(request))
        except (ValueError, BadJsonError) as error:
            return web.json_response({"error": str(error)}, status=400)
        self._planned.append(failure)
        return web.json_response(asdict(failure), status=201)

    async def _list(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's shape
        return web.json_response({"failures": [asdict(failure) for failure in self._planned]})

    async def _clear(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's shape
        self._planned.clear()
        return web.Response(status=204)


async def _silent_after(
    response: web.StreamResponse, request: web.Request, seconds: float
) -> web.StreamResponse:
    """Keep the answer back, as a network does that fails after the server has done its work."""
    await asyncio.sleep(seconds)
    if request.transport is not None:
        request.transport.abort()
    return response
