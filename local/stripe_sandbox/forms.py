"""Bodies of API v1: form fields with brackets become nested values."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from local.stripe_sandbox.errors import Json, StripeError

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")
MAX_DEPTH = 12
MAX_FIELDS = 2000


def _refuse(message: str) -> StripeError:
    return StripeError(message, stored=False)


def _put(tree: Json, parts: list[str], value: str) -> None:
    """Store `a[b][]=v`; a list is a dictionary of numbers until its schema says that it is one."""
    for part in parts[:-1]:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise _refuse(f"Invalid parameter: {part} is both a value and an object.")
    last = parts[-1] or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise _refuse(f"Invalid parameter: {last} is both a value and an object.")
    tree[last] = value


def nest(fields: Iterable[tuple[str, str]]) -> Json:
    """Fields in order as one nested dictionary.

    Raises:
        StripeError: 400 for a name with unbalanced brackets, or one that contradicts another.

    """
    tree: Json = {}
    for name, value in fields:
        match = NAME.fullmatch(name)
        if match is None:
            raise _refuse(f"Invalid parameter name: {name[:100]}")
        parts = [match[1], *PART.findall(match[2])]
        if len(parts) > MAX_DEPTH:
            raise _refuse("Parameters are nested too deeply.")
        _put(tree, parts, value)
    return tree


def parse(text: str) -> Json:
    """A query string or a form body."""
    try:
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise _refuse("Invalid request: the parameters are not valid UTF-8 form data.") from error
    return nest(fields)
