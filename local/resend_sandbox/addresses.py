"""E-mail addresses as Resend takes them, and what its test addresses do."""

import re
from typing import Any

from local.resend_sandbox.errors import ApiError, invalid

MAX_ADDRESS = 320
MAX_RECIPIENTS = 50
# Deliberately plain: one @, no spaces or specials, a dotted domain (or localhost).
_BARE = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_NAMED = re.compile(r"(?P<name>[^<>\x00-\x1f\x7f]*?)\s*<(?P<address>[^<>]*)>")
_OUTCOMES = {"delivered", "bounced", "complained"}


def split(text: str) -> tuple[str, str] | None:
    """`Name <a@b.example>` or `a@b.example` as (name, address); None if it is neither."""
    named = _NAMED.fullmatch(text.strip())
    name, bare = (named["name"].strip().strip('"'), named["address"]) if named else ("", text)
    bare = bare.strip()
    if len(bare) > MAX_ADDRESS or not _BARE.fullmatch(bare):
        return None
    return name, bare


def check(field: str, value: Any) -> str:
    """One address as given.

    Raises:
        ApiError: 422, with Resend's own wording.

    """
    if not isinstance(value, str) or split(value) is None:
        message = (
            f"Invalid `{field}` field. The email address needs to follow the "
            "`email@example.com` or `Name <email@example.com>` format."
        )
        raise (
            ApiError(422, "invalid_from_address", message) if field == "from" else invalid(message)
        )
    return value.strip()


def check_list(field: str, value: Any) -> list[str]:
    """A string or a list of strings, as a list.

    Raises:
        ApiError: 422 for a bad address, an empty list or more than 50.

    """
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values:
        raise invalid(f"Invalid `{field}` field. It must be a string or a list of strings.")
    if len(values) > MAX_RECIPIENTS:
        raise invalid(f"Invalid `{field}` field. The maximum is {MAX_RECIPIENTS} addresses.")
    return [check(field, one) for one in values]


def outcome(address: str) -> str:
    """What becomes of a message to this address: `delivered`, `bounced` or `complained`."""
    parts = split(address)
    local, _, domain = (parts[1] if parts else address).lower().partition("@")
    label = local.partition("+")[0]
    return label if domain == "resend.dev" and label in _OUTCOMES else "delivered"
