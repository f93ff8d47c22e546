"""Lists of API v2: `data`, and addresses of the next and the previous page."""

from urllib.parse import urlencode

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, bad_param

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


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
        kept = {name: value for name, value in call.params.items() if isinstance(value, str | int)}
        return f"{url}?{urlencode({**kept, 'limit': limit, 'page': offset})}"

    end = start + limit
    return {
        "data": found[start:end],
        "next_page_url": address(end) if end < len(found) else None,
        "previous_page_url": address(max(0, start - limit)) if start else None,
    }
