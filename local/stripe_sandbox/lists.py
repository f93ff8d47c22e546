"""Lists of API v1: newest first, cursors by id, filters."""

import json
from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, bad_param, no_such

RANGE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
DEFAULT_LIMIT = 10
MAX_LIMIT = 100


def limit_of(call: Call) -> int:
    """The page's size.

    Raises:
        StripeError: it is not from 1 to 100.

    """
    limit = call.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        word = "less" if limit > MAX_LIMIT else "greater"
        bound = MAX_LIMIT if limit > MAX_LIMIT else 1
        raise bad_param(
            f"This value must be {word} than or equal to {bound} (it currently is '{limit}').",
            "limit",
            "parameter_invalid_integer",
        )
    return int(limit)


def _seq(call: Call, kind: str, name: str) -> int:
    identifier = call.params[name]
    row = call.store.db.execute(
        "select seq from objects where id = ? and type = ? and account = ?",
        (identifier, kind, call.account),
    ).fetchone()
    if row is None:
        error = no_such(kind, identifier, name)
        error.status = 400
        raise error
    return int(row["seq"])


def _created(call: Call) -> list[tuple[str, Any]]:
    created = call.get("created")
    if isinstance(created, int):
        return [("created = ?", created)]
    return [(f"created {RANGE[name]} ?", value) for name, value in (created or {}).items()]


def query(
    call: Call,
    kind: str,
    where: Json | None = None,
    *,
    types: list[str] | None = None,
    parent: str | None = None,
) -> tuple[list[Json], bool]:
    """One page, newest first, and whether there is more; `where` compares top-level fields."""
    limit = limit_of(call)
    clauses: list[tuple[str, Any]] = [("account = ?", call.account), ("type = ?", kind)]
    clauses += _created(call)
    if parent is not None:
        clauses.append(("parent = ?", parent))
    for name, value in (where or {}).items():
        if value is not None:
            clauses.append((f"json_extract(body, '$.{name}') = ?", value))
    if types is not None:
        wanted = json.dumps(types)
        clauses.append(("json_extract(body, '$.type') in (select value from json_each(?))", wanted))
    after, before = call.get("starting_after"), call.get("ending_before")
    if after and before:
        raise bad_param(
            "You cannot parameterize both starting_after and ending_before.", "starting_after"
        )
    if after:
        clauses.append(("seq < ?", _seq(call, kind, "starting_after")))
    if before:
        clauses.append(("seq > ?", _seq(call, kind, "ending_before")))
    condition = " and ".join(clause for clause, _ in clauses)
    order = "asc" if before else "desc"
    # Only fixed names and operators are put into the text; every value is a parameter.
    text = f"select body from objects where {condition} order by seq {order} limit ?"  # noqa: S608
    rows = call.store.db.execute(text, [*(value for _, value in clauses), limit + 1]).fetchall()
    found = [json.loads(row["body"]) for row in rows[:limit]]
    return (found[::-1] if before else found), len(rows) > limit


def wrap(data: list[Json], url: str, *, more: bool = False) -> Json:
    """A list object."""
    return {"object": "list", "data": data, "has_more": more, "url": url}


def page(  # noqa: PLR0913 - each filter is optional
    call: Call,
    kind: str,
    url: str,
    where: Json | None = None,
    *,
    types: list[str] | None = None,
    parent: str | None = None,
) -> Json:
    """A page of objects as the API answers it."""
    data, more = query(call, kind, where, types=types, parent=parent)
    return wrap(data, url, more=more)
