"""Bad input, into every parameter of every function and every writable column: a clear 4xx with
a code or a harmless success, never a 5xx, and never slow."""

import json
import string
from typing import Any

import httpx
import pytest

from seeds.actors import Json, Seller
from tests.support.stack import Stack

ABUSE: dict[str, Any] = {
    "nul": "a\u0000b",
    "invisible": "a\u0007b\u001bc\u202ed\u200be\ufeff",
    "lone surrogate": "\ud800",
    "long": "🧨x" * 5_000,
    "operators": "'; drop table public.orders; -- *)(&|!<->:*,.eq.or(a.is.null)%_%s%n${jndi:ldap://x}",
    "regex": "(" * 200 + "a+)+$",
    "number": 10**30,
    "negative": -1,
    "boolean": True,
    "list": [[[]]],
    "object": {"a": {"b": None}},
    "infinity": "infinity",
}
# What Postgres and PostgREST themselves say; docs/errors.md names them beside ours.
FOREIGN_CODES = ("22", "23", "42", "54", "P0", "PGRST")

_FUNCTIONS = """
select p.proname as name, p.proargnames[1:p.pronargs] as arguments, p.provolatile = 'v' as writes
from pg_proc as p
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.pronargs > 0
order by p.proname
"""
_COLUMNS = """
select c.relname as tab, a.attname as col, v.command
from pg_class as c
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join (values ('INSERT'), ('UPDATE')) as v (command)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and a.attgenerated = ''
  and has_column_privilege('authenticated', c.oid, a.attnum, v.command)
order by 1, 2, 3
"""


def _ask(stack: Stack, seller: Seller, method: str, path: str, body: Any = None) -> httpx.Response:
    return httpx.request(
        method,
        f"{stack.url}/rest/v1/{path}",
        content=None if body is None else json.dumps(body),
        headers={
            "apikey": stack.publishable_key,
            "Authorization": f"Bearer {seller.token}",
            "Content-Type": "application/json",
        },
        timeout=30,
    )


def _clear(answer: httpx.Response, what: str) -> str | None:
    """What is wrong with an answer to bad input, or None."""
    if answer.is_success or answer.status_code == 429:
        return None
    if answer.status_code >= 500:
        return f"{what}: HTTP {answer.status_code} {answer.text[:200]}"
    code = str(answer.json().get("code") or "")
    ours = code and set(code) <= set(string.ascii_lowercase + string.digits + "_")
    if not ours and not code.startswith(FOREIGN_CODES):
        return f"{what}: no code in {answer.text[:200]}"
    return None


@pytest.fixture
def unlimited(stack: Stack, seller: Seller) -> Seller:
    """So many requests in a second are this test's business, not the limits'."""
    stack.rows(
        "insert into private.rate_limits (key, tat) "
        "select r.route || ':' || %s, '-infinity' from private.rate_rules as r "
        "on conflict (key) do nothing",
        [seller.id],
    )
    return seller


@pytest.mark.parametrize("kind", ABUSE)
def test_functions(stack: Stack, unlimited: Seller, kind: str) -> None:
    wrong = []
    for row in stack.rows(_FUNCTIONS):
        for argument in row["arguments"]:
            body = dict.fromkeys(row["arguments"]) | {argument: ABUSE[kind]}
            answer = _ask(stack, unlimited, "POST", f"rpc/{row['name']}", body)
            wrong.append(_clear(answer, f"{row['name']}({argument})"))
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("kind", ABUSE)
def test_columns(stack: Stack, unlimited: Seller, shop: Json, kind: str) -> None:
    wrong = []
    for row in stack.rows(_COLUMNS):
        body = {row["col"]: ABUSE[kind]}
        if row["command"] == "INSERT":
            answer = _ask(stack, unlimited, "POST", row["tab"], body)
        else:
            answer = _ask(stack, unlimited, "PATCH", f"{row['tab']}?created_at=not.is.null", body)
        wrong.append(_clear(answer, f"{row['command']} {row['tab']}.{row['col']}"))
    assert [one for one in wrong if one] == []
    assert shop["status"] == "active"


FILTERS = [
    "slug=eq.%00",
    "slug=like.*)(*",
    "slug=in.(a,b",
    "or=(slug.eq.a,slug.eq",
    "select=*,shops(*,products(*,shops(*)))",
    "select=id,nothing(*)",
    "order=slug.desc.nullsmiddle",
    "limit=99999999999999999999",
    "offset=-1",
    "slug=fts(nolang).a",
    "title=wfts.%27%27%27",
    "title=match.((((a%2B)%2B)%2B)%2B)%24",
    "id=eq.not-a-uuid",
    "created_at=gt.yesterdayish",
    "columns=status,shop_id",
    "a" * 128 + "=eq.1",
]


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("table", ["products", "shops", "profiles", "orders"])
def test_filters(stack: Stack, seller: Seller, table: str, query: str) -> None:
    answer = _ask(stack, seller, "GET", f"{table}?{query}")
    assert _clear(answer, query) is None
    assert answer.elapsed.total_seconds() < 5


@pytest.mark.parametrize(
    "name", ["abc\u202e", "a\u200bb", "ab\u0000c", "admin\u0301", "UPPER", "a b", "x", "a" * 31]
)
def test_handles_and_slugs_are_plain(stack: Stack, seller: Seller, name: str) -> None:
    profile = f"profiles?id=eq.{seller.id}"
    assert 400 <= _ask(stack, seller, "PATCH", profile, {"handle": name}).status_code < 500
    slug = _ask(
        stack, seller, "POST", "rpc/create_shop", {"name": "A shop", "slug": name * 2 + "!"}
    )
    assert 400 <= slug.status_code < 500
    good = _ask(stack, seller, "PATCH", profile, {"handle": f"h_{seller.id[:8]}"})
    assert good.is_success, good.text
