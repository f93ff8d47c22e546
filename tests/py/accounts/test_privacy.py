"""One person with data everywhere: exported whole, erased without a trace, the books stay."""

import json
import uuid
from collections.abc import Callable

import httpx
import psycopg
from psycopg import sql

from local.demo.purchase import site_of
from seeds.actors import Buyer, Seller, checked, wait_for
from tests.invariants import run as violations
from tests.py.accounts.conftest import Json, Rest, Role
from tests.support.stack import Stack

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000"
    "0200015e1c5b5a0000000049454e44ae426082"
)
TABLES = """
    select c.oid::regclass::text as name from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname !~ '^pg_(catalog|toast|temp)'
      and n.nspname <> 'information_schema'
"""


def places(stack: Stack, strings: list[str]) -> set[tuple[str, str]]:
    """Tables in which one of the strings occurs, as text or as bytes, whatever their schema."""
    found = set()
    with psycopg.connect(stack.layout.dsn("supabase_admin")) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            name = sql.SQL(".").join(map(sql.Identifier, table.replace('"', "").split(".")))
            for text in strings:
                query = sql.SQL(
                    "select 1 from {} as t where position(lower({}) in lower(t::text)) > 0 "
                    "or position({} in t::text) > 0 limit 1"
                ).format(name, sql.Literal(text), sql.Literal(text.encode().hex()))
                if connection.execute(query).fetchone():
                    found.add((table, text))
    return found


def live(rest: Rest, buyer: Buyer, stack: Stack, handle: str) -> list[str]:
    """Leave traces by every way a person has; returns the strings that are theirs alone."""
    tag = uuid.uuid4().hex[:10]
    mine = {
        "handle": handle,
        "name": f"Wilhelmina {tag}",
        "bio": f"Collects {tag} stamps",
        "legal": f"Wilhelmina Q{tag} Doe",
        "street": f"{tag} Long Road",
        "phone": "+49" + str(int(tag, 16))[:11],
        "agent": f"Browser/{tag}",
    }
    avatar = f"{buyer.id}/me-{tag}.png"
    checked(
        httpx.post(
            f"{stack.url}/storage/v1/object/avatars/{avatar}",
            content=PNG,
            headers={
                "apikey": stack.publishable_key,
                "Authorization": f"Bearer {buyer.token}",
                "Content-Type": "image/png",
            },
        )
    )
    profile = {
        "handle": mine["handle"],
        "display_name": mine["name"],
        "bio": mine["bio"],
        "avatar_path": avatar,
    }
    checked(rest(buyer, "PATCH", f"profiles?id=eq.{buyer.id}", profile))
    private = {"legal_name": mine["legal"], "phone": mine["phone"], "birth_date": "1971-03-05"}
    checked(rest(buyer, "PATCH", f"profile_private?user_id=eq.{buyer.id}", private))
    address = {"recipient": mine["legal"], "line1": mine["street"], "city": "Ulm", "country": "DE"}
    checked(rest(buyer, "POST", "addresses", address))
    checked(rest(buyer, "PATCH", "email_preferences?marketing=is.false", {"marketing": True}))
    return [*mine.values(), avatar, buyer.email]


def test_export_and_erasure(
    stack: Stack,
    rest: Rest,
    seller: Seller,
    shop: Json,
    staff: Callable[[Role], Buyer],
) -> None:
    buyer = Buyer.new(site_of(stack.layout), "wilhelmina")
    product = seller.sell_pdf(shop["id"], "A book", 1200)
    pieces = seller.sell_pieces(shop["id"], "Pieces", 700, 5)
    strings = live(rest, buyer, stack, f"wilma_{uuid.uuid4().hex[:8]}")
    agent, avatar = strings[6], strings[7]
    order = buyer.buy(product["variant"]["id"])
    token = buyer.token_for(buyer.library()[0]["order_item_id"])
    checked(buyer.fetch(token))
    seen = httpx.get(f"{stack.url}/v1/downloads/{token}", headers={"User-Agent": agent})
    assert seen.status_code in (200, 302)
    buyer.add_to_cart(pieces["variant"]["id"])
    warned = {"user_id": buyer.id, "kind": "warn", "reason": "a test"}
    checked(rest(staff("moderator"), "POST", "rpc/sanction_user", warned))

    # The export.
    data = checked(rest(buyer, "POST", "rpc/export_my_data", {})).json()
    text = json.dumps(data)
    missing = [string for string in strings if string not in text]
    assert missing == []
    assert order["order_number"] in text
    assert data["tables"]["public.user_sanctions"][0]["kind"] == "warn"
    assert data["tables"]["public.cart_items"][0]["quantity"] == 1

    # The erasure: asked for, due, done by the worker.
    before = stack.rows(
        "select o.id, o.total_amount, p.status::text, (select jsonb_agg(to_jsonb(e) order by e.id) "
        "from private.ledger_transactions as t inner join private.ledger_entries as e "
        "on e.transaction_id = t.id where t.order_id = o.id) as entries "
        "from public.orders as o inner join public.payments as p on p.order_id = o.id "
        "where o.id = %s",
        [order["id"]],
    )
    assert {table for table, _ in places(stack, strings)} >= {
        "profiles",
        "profile_private",
        "addresses",
        "auth.users",
        "storage.objects",
        "private.download_attempts",
    }
    checked(rest(buyer, "POST", "rpc/request_account_deletion", {}))
    stack.rows("update public.account_deletions set due_at = now() where user_id = %s", [buyer.id])
    stack.rows(
        "update private.periodic_tasks set next_run_at = now() "
        "where function_name = 'erase_due_accounts'"
    )
    erased = "select 1 from public.account_deletions where user_id = %s and erased_at is not null"
    wait_for("the erasure", lambda: stack.value(erased, [buyer.id]))
    wait_for(
        "the picture's removal",
        lambda: not stack.rows("select 1 from storage.objects where name = %s", [avatar]),
    )

    assert places(stack, strings) == set()
    left = [path for path in stack.home.rglob(f"*{avatar.rsplit('/', 1)[1]}*") if path.is_file()]
    assert left == [], "the file itself is gone"
    gone = httpx.get(f"{stack.url}/storage/v1/object/public/avatars/{avatar}")
    assert gone.status_code in (400, 404)
    after = stack.rows(
        "select o.id, o.total_amount, p.status::text, (select jsonb_agg(to_jsonb(e) order by e.id) "
        "from private.ledger_transactions as t inner join private.ledger_entries as e "
        "on e.transaction_id = t.id where t.order_id = o.id) as entries "
        "from public.orders as o inner join public.payments as p on p.order_id = o.id "
        "where o.id = %s",
        [order["id"]],
    )
    assert after == before, "the books are as they were"
    assert violations(stack.layout.dsn("postgres")) == []

    # Nobody is in, nobody gets in.
    answer = rest(buyer, "GET", "orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    again = httpx.post(
        f"{stack.url}/auth/v1/token?grant_type=password",
        json={"email": buyer.email, "password": buyer.password},
        headers={"apikey": stack.publishable_key},
    )
    assert again.status_code == 400, again.text
    buyer.close()


def test_the_owner_of_an_open_shop_is_told_what_to_do(
    rest: Rest, seller: Seller, shop: Json
) -> None:
    assert shop["status"] == "active"
    answer = rest(seller, "POST", "rpc/request_account_deletion", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "owns_open_shop")
    assert "Close it" in answer.json()["hint"]
