"""JSON bodies of requests, read without ever answering 500."""

import json
from typing import Any

from aiohttp import web


class BadJsonError(Exception):
    """The body is not JSON that can be used; the text says why."""


def parse(raw: bytes | str) -> Any:
    """JSON as Python values; refuses bad UTF-8, lone surrogates, NaN and absurd nesting.

    Raises:
        BadJsonError: with a sentence for the caller.

    """
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
        # A lone surrogate is legal JSON, but no e-mail, file or socket can carry it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadJsonError("The request body is not valid JSON.") from error
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


async def read(request: web.Request) -> Any:
    """The request's body as JSON (see `parse`)."""
    return parse(await request.read())
