"""What the handlers of the control API share: reading JSON bodies, answering errors."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.sandbox_kit.body import BadJsonError, read
from local.stripe_sandbox.errors import Json

PREFIX = "/_sandbox"
MAX_COPIES = 1000
Work = Callable[[web.Request, Json], Awaitable[Json]]


def pattern(value: Any) -> str:
    """A regular expression for types of events."""
    if not isinstance(value, str):
        raise ValueError("types must be a regular expression")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"types is no regular expression: {error}") from error
    return value


def number(body: Json, name: str, default: float) -> float:
    """A number of the body."""
    value = body.get(name, default)
    if type(value) not in (int, float) or not -1e10 < value < 1e10:
        raise ValueError(f"{name} must be a number")
    return float(value)


def count(body: Json, name: str, default: int, least: int = 0) -> int:
    """A small whole number of the body."""
    value = body.get(name, default)
    if type(value) is not int or not least <= value <= MAX_COPIES:
        raise ValueError(f"{name} must be a whole number from {least} to {MAX_COPIES}")
    return int(value)


def route(method: str, path: str, work: Work) -> web.RouteDef:
    """A handler from JSON object to JSON object; ValueError is a 400, LookupError a 404."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await read(request) if request.can_read_body else {}
            if not isinstance(body, dict):
                raise ValueError("a JSON object is needed")
            return web.json_response(await work(request, body))
        except (ValueError, BadJsonError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)

    return web.route(method, f"{PREFIX}{path}", handle)
