"""Lists of API v2: `data`, and addresses of the next and the previous page."""

from urllib.parse import urlencode

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, bad_param

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


def _fields(params: Json) -> list[tuple[str, str]]:
    """The filters of a list, as they came in the query."""
    fields = []
    for name, value in params.items():
        if isinstance(value, list):
            fields += [(f"{name}[{position}]", str(each)) for position, each in enumerate(value)]
        elif isinstance(value, str | int) and name not in ("limit", "page"):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            fields.append((name, text))
    return fields


def page_v2(call: Call, found: list[Json], url: str) -> Json:
    """One page of what was found; `page` holds the offset."""
    limit = call.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_param(f"limit must be from 1 to {MAX_LIMIT}.", "limit", "parameter_invalid")
    token = str(call.get("page", "0"))
    if not token.isdecimal():
        raise bad_param(f"Invalid page: {token[:40]}", "page", "parameter_invalid")
    start = int(token)

    def address(offset: int) -> str:
        return f"{url}?{urlencode([*_fields(call.params), ('limit', limit), ('page', offset)])}"

    end = start + limit
    return {
        "data": found[start:end],
        "next_page_url": address(end) if end < len(found) else None,
        "previous_page_url": address(max(0, start - limit)) if start else None,
    }
