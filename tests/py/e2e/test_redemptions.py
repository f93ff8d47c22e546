"""Download limits under concurrency, resuming, and where a token must never appear."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

from seeds.actors import Buyer, Json, Seller, checked
from tests.invariants import run as violations
from tests.support.people import at_once, client_from
from tests.support.stack import Stack


def _bought(seller: Seller, shop: Json, buyer: Buyer, title: str) -> tuple[str, str]:
    """Buy a PDF; returns the order item's id and a token whose copy is ready."""
    product = seller.sell_pdf(shop["id"], title, 1500)
    buyer.buy(product["variant"]["id"])
    item = buyer.library()[0]["order_item_id"]
    checked(buyer.fetch(buyer.token_for(item)))
    return item, buyer.token_for(item)


def _allow(stack: Stack, item: str, more: int) -> None:
    """So many more downloads than were made already."""
    stack.rows(
        "update public.download_grants set download_limit = downloads_used + %s "
        "where order_item_id = %s",
        [more, item],
    )


def _redeem(stack: Stack, token: str, address: str) -> httpx.Response:
    with client_from(address, stack.url, **{"user-agent": f"client at {address}"}) as client:
        return client.get(f"/v1/downloads/{token}")


def _attempts(stack: Stack, token: str) -> Counter[str]:
    rows = stack.rows(
        "select a.outcome from private.download_attempts as a "
        "inner join private.download_tokens as t on t.id = a.token_id "
        "where t.token_sha256 = sha256(convert_to(%s, 'utf8'))",
        [token],
    )
    return Counter(row["outcome"] for row in rows)


def test_fifty_clients_for_five_downloads(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    item, token = _bought(seller, shop, buyer, "Five times")
    _allow(stack, item, 5)

    answers = at_once(
        lambda n: _redeem(stack, token, f"127.0.{n // 200 + 1}.{n % 200 + 1}"), range(50), 50
    )

    assert Counter(answer.status_code for answer in answers) == {302: 5, 403: 45}
    refused = [answer.json() for answer in answers if answer.status_code == 403]
    assert {body["code"] for body in refused} == {"download_limit_reached"}
    assert _attempts(stack, token) == {"granted": 5, "refused": 45}
    for answer in answers:
        if answer.status_code == 302:
            file = checked(httpx.get(answer.headers["Location"], timeout=30))
            assert file.content.startswith(b"%PDF-")
    assert violations(stack.layout.dsn("postgres")) == []


def test_one_client_that_retries_counts_once(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    item, token = _bought(seller, shop, buyer, "Bad line")
    _allow(stack, item, 5)

    answers = at_once(lambda _: _redeem(stack, token, "127.0.9.9"), range(50), 25)

    assert {answer.status_code for answer in answers} == {302}
    assert _attempts(stack, token) == {"granted": 1, "resumed": 49}
    used = stack.value(
        "select downloads_used from public.download_grants where order_item_id = %s", [item]
    )
    assert used == 2  # this one, and the one that waited for the copy
    # A Range request on the signed address goes to Storage and counts nothing.
    part = httpx.get(answers[0].headers["Location"], headers={"Range": "bytes=0-3"}, timeout=30)
    assert (part.status_code, part.content) == (206, b"%PDF")


def test_the_token_is_nowhere(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    (buyer,) = buyers(1)
    _item, token = _bought(seller, shop, buyer, "Nowhere")
    _redeem(stack, token, "127.0.9.8")
    _redeem(stack, token[:-1] + ("A" if token[-1] != "A" else "B"), "127.0.9.8")

    tables = stack.rows(
        "select format('%I.%I', n.nspname, c.relname) as name from pg_class as c "
        "inner join pg_namespace as n on n.oid = c.relnamespace "
        "where c.relkind = 'r' "
        "and n.nspname in ('public', 'private', 'auth', 'storage', 'pgmq', 'partitions')"
    )
    assert len(tables) > 40
    with stack.connect("supabase_admin") as admin:
        for table in tables:
            query = f"select count(*) as n from {table['name']} as t where t::text like %s"
            found = admin.execute(query.encode(), [f"%{token}%"]).fetchone()
            assert found is not None
            assert found["n"] == 0, table["name"]
        # The control: the same search does find what is stored, its hash.
        hashed = admin.execute(
            "select count(*) as n from private.download_tokens as t where t::text like "
            "'%%' || encode(sha256(convert_to(%s, 'utf8')), 'hex') || '%%'",
            [token],
        ).fetchone()
        assert hashed is not None
        assert hashed["n"] == 1
    logs = {
        path.name: path.read_text(errors="replace") for path in Path(stack.layout.logs).iterdir()
    }
    assert [name for name, text in logs.items() if token in text] == []
    assert "/v1/downloads/[redacted]" in logs["webhooks.log"]
