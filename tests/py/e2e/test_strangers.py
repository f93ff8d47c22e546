"""What is somebody else's stays theirs, by every way in: tables, embedding, filters, writes with
representation, RPCs, Storage, the webhook service. Beside each denial, the owner's success."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.demo.purchase import site_of
from seeds.actors import Buyer, Json, Seller, as_row, checked
from tests.support.people import MintedBuyer, MintedSeller, mint
from tests.support.stack import Stack

PRIVATE = {
    "orders": "buyer",
    "shop_orders": "buyer",
    "order_items": "buyer",
    "order_events": "buyer",
    "payments": "buyer",
    "download_grants": "buyer",
    "carts": "buyer",
    "cart_items": "buyer",
    "user_roles": "buyer",
    "profile_private": "buyer",
    "addresses": "buyer",
    "notifications": "buyer",
    "email_preferences": "buyer",
    "user_sanctions": "buyer",
    "account_deletions": "buyer",
    "shop_members": "seller",
    "shop_payment_accounts": "seller",
    "shop_earnings": "seller",
    "product_files": "seller",
    "shop_notices": "seller",
    "shop_invitations": "seller",
    "shop_ownership_offers": "seller",
    "import_jobs": "seller",
    "import_errors": "seller",
    "review_votes": "buyer",
    "wishlist_items": "buyer",
    "shop_follows": "buyer",
    "recently_viewed": "buyer",
    "discount_codes": "seller",
}
# Made with the account: even a stranger has one of their own.
EVERYBODY = {"profile_private", "email_preferences"}
INTRUDERS = ("anon", "stranger", "rival")
WAYS = {
    "plain": "{table}?select=*",
    "filter": "{table}?select=*&or=({at}.not.is.null,{at}.is.null)",
    "negated": "{table}?select=*&not.and=({at}.is.null)",
    "count": "{table}?select={at}&limit=1",
}
# The column that every row has.
MOMENT = {"recently_viewed": "viewed_at"}
EMBEDDINGS = {
    "shops?select=id,shop_payment_accounts(*)": "shop_payment_accounts",
    "shops?select=id,shop_members(*)": "shop_members",
    "shops?select=id,shop_earnings(*)": "shop_earnings",
    "shops?select=id,shop_orders(*)": "shop_orders",
    "shops?select=id,shop_notices(*)": "shop_notices",
    "shops?select=id,shop_invitations(*)": "shop_invitations",
    "shop_members?select=shop_id,shop_ownership_offers(*)": "shop_ownership_offers",
    "products?select=id,product_files(*)": "product_files",
    "products?select=id,order_items(*)": "order_items",
    "products?select=id,download_grants(*)": "download_grants",
    "profiles?select=id,orders(*)": "orders",
    "profiles?select=id,carts(*)": "carts",
    "profiles?select=id,addresses(*)": "addresses",
    "profiles?select=id,notifications(*)": "notifications",
    "profiles?select=id,user_sanctions(*)": "user_sanctions",
    "product_variants?select=id,cart_items(*)": "cart_items",
    "products?select=id,wishlist_items(*)": "wishlist_items",
    "products?select=id,recently_viewed(*)": "recently_viewed",
    "product_reviews?select=id,review_votes(*)": "review_votes",
    "shops?select=id,shop_follows(*)": "shop_follows",
    "shops?select=id,discount_codes(*)": "discount_codes",
}


ADDRESS = {"recipient": "A Secret Name", "line1": "Street 1", "city": "Ulm", "country": "DE"}


class World:
    """A seller with a shop, a buyer with a paid order and a cart, and those who want it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.site = site_of(stack.layout)
        self.seller = mint(stack, MintedSeller)[0]
        self.buyer = mint(stack, MintedBuyer)[0]
        self.people: dict[str, Buyer | Seller] = {
            "stranger": mint(stack, MintedBuyer)[0],
            "rival": mint(stack, MintedSeller)[0],
            "buyer": self.buyer,
            "seller": self.seller,
        }
        shop = self.seller.open_new_shop("The victim")
        self.product = self.seller.sell_pdf(shop["id"], "Not yours", 1700)
        self.order = self.buyer.buy(self.product["variant"]["id"])
        pieces = self.seller.sell_pieces(shop["id"], "In the cart", 900, 5)
        self.buyer.add_to_cart(pieces["variant"]["id"])
        self.draft = self.seller.add_product(shop["id"], "A draft of mine")
        stack.rows(
            "insert into public.user_roles (user_id, role, reason) values (%s, 'support', 'test')",
            [self.buyer.id],
        )
        stack.rows(
            "insert into public.user_sanctions (user_id, kind, reason) values (%s, 'warn', 'test')",
            [self.buyer.id],
        )
        checked(self.rest("buyer", "POST", "addresses", ADDRESS))
        stack.rows("select private.notify(%s, 'test.kind')", [self.buyer.id])
        checked(self.rest("buyer", "POST", "rpc/request_account_deletion", {}))
        self._import(shop["id"])
        self.shop = shop
        self.invitation = self._staff()
        self.item = self.buyer.library()[0]
        checked(self.buyer.fetch(self.buyer.token_for(self.item["order_item_id"])))
        rival = self.people["rival"]
        assert isinstance(rival, Seller)
        rival.open_new_shop("The rival")
        self._market()
        self.secrets = self._secrets()

    def _staff(self) -> Json:
        """A notice, an invitation, and an offer of the shop to somebody who works there."""
        self.people["colleague"] = mint(self.stack, MintedSeller)[0]
        shop, colleague = self.shop["id"], self.people["colleague"].id
        self.stack.rows(
            "insert into public.shop_members (shop_id, user_id, role) values (%s, %s, 'staff')",
            [shop, colleague],
        )
        self.stack.rows(
            "select private.open_notice(%s, 'ownership_transferred', 'x', 'check_payment_account')",
            [shop],
        )
        self.seller.rpc("offer_ownership", {"shop_id": shop, "user_id": colleague})
        email = f"guest-{uuid.uuid4().hex}@example.com"
        invitation: Json = self.seller.rpc(
            "invite_member", {"shop_id": shop, "email": email, "role": "staff"}
        )
        return invitation

    def _import(self, shop_id: str) -> None:
        """An import with an error, so that there is something to hide."""
        job = self.seller.import_csv(shop_id, "sku,colour\r\n1,red\r\n")
        assert job["problem"] == "unknown_column"

    def _market(self) -> None:
        """The seller's secret code; the buyer's wish, follow, view, and vote for a review."""
        self.code = f"SECRET-{self.product['id'][:8].upper()}"
        table = self.seller.client.table
        table("discount_codes").insert(
            {"shop_id": self.shop["id"], "code": self.code, "basis_points": 500}
        ).execute()
        reviewer = mint(self.stack, MintedBuyer)[0]
        self.people["reviewer"] = reviewer
        bought = reviewer.buy(self.product["variant"]["id"])
        items = reviewer.client.table("order_items").select("id").eq("order_id", bought["id"])
        item = as_row(items.execute().data[0])
        self.review: Json = reviewer.rpc("write_review", {"order_item_id": item["id"], "stars": 4})
        mine = self.buyer.client.table
        mine("review_votes").insert({"review_id": self.review["id"]}).execute()
        mine("wishlist_items").insert({"product_id": self.product["id"]}).execute()
        mine("shop_follows").insert({"shop_id": self.shop["id"]}).execute()
        self.buyer.rpc("note_view", {"product_id": self.product["id"]})

    def _secrets(self) -> list[str]:
        """Strings that no intruder may ever see."""
        row = self.stack.rows(
            "select f.path as original, c.path as copy, a.stripe_account_id, "
            "p.stripe_payment_intent_id, g.id as grant_id, o.id as order_id "
            "from public.orders as o "
            "inner join public.payments as p on p.order_id = o.id "
            "inner join public.download_grants as g on g.order_id = o.id "
            "inner join private.personalized_files as c on c.order_item_id = g.order_item_id "
            "inner join public.product_files as f on f.id = c.product_file_id "
            "inner join public.shop_payment_accounts as a on a.shop_id = f.shop_id "
            "where o.id = %s",
            [self.order["id"]],
        )[0]
        named = [self.buyer.email, self.seller.email, ADDRESS["recipient"]]
        named.append(str(self.invitation["email"]))
        named.append(self.code)
        return [str(value) for value in row.values()] + named

    def rest(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """PostgREST as one of them."""
        headers = {
            "apikey": self.site.publishable_key,
            "Prefer": "return=representation,count=exact",
        }
        if who != "anon":
            headers["Authorization"] = f"Bearer {self.people[who].token}"
        return httpx.request(
            method, f"{self.site.url}/rest/v1/{path}", json=body, headers=headers, timeout=30
        )

    def close(self) -> None:
        """Give the connections back."""
        for person in self.people.values():
            person.close()


@pytest.fixture(scope="module")
def world(stack: Stack) -> Iterator[World]:
    made = World(stack)
    yield made
    made.close()


def _leaks(world: World, response: httpx.Response) -> list[str]:
    text = response.text + str(response.headers)
    return [secret for secret in world.secrets if secret in text]


def test_every_private_table_is_covered(stack: Stack) -> None:
    tables = {
        row["relname"]
        for row in stack.rows(
            "select relname from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind in ('r', 'p', 'v', 'm')"
        )
    }
    assert tables - PRIVATE.keys() == {
        "profiles", "shops", "products", "product_variants", "product_images",
        "categories", "product_options", "product_tags", "product_bundle_items", "product_reviews",
    }  # fmt: skip


def _total(answer: httpx.Response) -> int:
    """How many rows there are, as Prefer: count=exact tells."""
    return int(answer.headers["content-range"].split("/")[1])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", PRIVATE)
def test_reading(world: World, table: str, way: str) -> None:
    path = WAYS[way].format(table=table, at=MOMENT.get(table, "created_at"))
    for who in INTRUDERS:
        answer = world.rest(who, "GET", path)
        assert _leaks(world, answer) == [], who
        if who == "anon":
            assert answer.status_code == 401, answer.text
            continue
        rows = checked(answer).json()
        own = {world.people[who].id}
        assert world.shop["id"] not in {str(row.get("shop_id")) for row in rows}, who
        people = {str(row[key]) for row in rows for key in ("buyer_id", "user_id") if key in row}
        assert people <= own, who
        if who == "stranger":
            mine = int(table in EVERYBODY)
            assert (len(rows), _total(answer)) == (mine, mine)
    owner = checked(world.rest(PRIVATE[table], "GET", path))
    assert owner.json() != [], "the owner sees their own"
    assert _total(owner) >= 1


@pytest.mark.parametrize("path", EMBEDDINGS)
def test_embedding(world: World, path: str) -> None:
    table = EMBEDDINGS[path]
    for who in INTRUDERS:
        answer = world.rest(who, "GET", path)
        assert _leaks(world, answer) == [], who
        assert answer.status_code in (200, 401, 403), answer.text
    owner = checked(world.rest(PRIVATE[table], "GET", path)).json()
    assert any(row[table] for row in owner), "the owner sees it embedded"


@pytest.mark.parametrize("table", PRIVATE)
def test_writing(world: World, table: str) -> None:
    """No client writes these, the owner included, except quantities in one's own cart."""
    moment = MOMENT.get(table, "created_at")
    column, value = ("quantity", 2) if table == "cart_items" else (moment, "2020-01-01")
    count = f"select count(*) as n, max({moment})::text as at from public.{table}"
    before = world.stack.rows(count)
    for who in INTRUDERS:
        mine = f"{table}?{moment}=not.is.null"
        for method, body in (
            ("PATCH", {column: value}),
            ("DELETE", None),
            ("POST", {column: value}),
        ):
            answer = world.rest(who, method, mine if method != "POST" else table, body)
            assert _leaks(world, answer) == [], (who, method)
            if answer.is_success:
                assert answer.json() == [], (who, method, answer.text)
            else:
                assert answer.status_code in (400, 401, 403, 404), (who, method, answer.text)
    assert world.stack.rows(count) == before
    if table == "cart_items":
        changed = checked(world.rest("buyer", "PATCH", "cart_items?quantity=eq.1", {"quantity": 2}))
        assert len(changed.json()) == 1
        checked(world.rest("buyer", "PATCH", "cart_items?quantity=eq.2", {"quantity": 1}))


CATALOGUE_WRITES: dict[str, Callable[[World], tuple[str, Json]]] = {
    "products": lambda w: (f"products?id=eq.{w.product['id']}", {"title": "Mine now"}),
    "product_variants": lambda w: (
        f"product_variants?id=eq.{w.product['variant']['id']}",
        {"price_amount": 1},
    ),
    "shops": lambda w: (f"shops?id=eq.{w.shop['id']}", {"description": "Mine now"}),
    "profiles": lambda w: (f"profiles?id=eq.{w.seller.id}", {"bio": "Mine now"}),
}


@pytest.mark.parametrize("table", CATALOGUE_WRITES)
def test_the_catalogue_of_another_shop(world: World, table: str) -> None:
    path, change = CATALOGUE_WRITES[table](world)
    for who in (*INTRUDERS, "buyer"):
        answer = world.rest(who, "PATCH", path, change)
        if answer.is_success:
            assert answer.json() == [], who
        else:
            assert answer.status_code in (401, 403), answer.text
        assert world.rest(who, "DELETE", path).status_code in (401, 403)
    before = checked(world.rest("seller", "GET", path)).json()[0]
    column = next(iter(change))
    assert before[column] != change[column]
    done = checked(world.rest("seller", "PATCH", path, change)).json()
    assert done[0][column] == change[column]
    checked(world.rest("seller", "PATCH", path, {column: before[column]}))


def test_inserting_into_another_shop(world: World) -> None:
    product = {"shop_id": world.shop["id"], "title": "Planted", "kind": "digital"}
    variant = {"product_id": world.product["id"], "price_amount": 1, "currency": "usd"}
    image = {
        "product_id": world.product["id"],
        "path": f"{world.shop['id']}/{world.product['id']}/x.png",
    }
    for table, row in (
        ("products", product),
        ("product_variants", variant),
        ("product_images", image),
    ):
        for who in (*INTRUDERS, "buyer"):
            answer = world.rest(who, "POST", table, row)
            assert answer.status_code in (401, 403), (table, who, answer.text)
        assert world.rest("seller", "POST", table, row).status_code == 201, table


RPCS: dict[str, tuple[str, Callable[[World], Json]]] = {
    "issue_download_token": ("buyer", lambda w: {"order_item_id": w.item["order_item_id"]}),
    "begin_onboarding": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "open_shop": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "publish_product": ("seller", lambda w: {"product_id": w.product["id"]}),
    "shop_state": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "rename_shop": ("seller", lambda w: {"shop_id": w.shop["id"], "slug": w.shop["slug"]}),
    "set_vacation": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "invite_member": (
        "seller",
        lambda w: {"shop_id": w.shop["id"], "email": w.invitation["email"], "role": "staff"},
    ),
    "revoke_invitation": ("seller", lambda w: {"invitation_id": w.invitation["id"]}),
    "change_member_role": (
        "seller",
        lambda w: {
            "shop_id": w.shop["id"],
            "user_id": w.people["colleague"].id,
            "role": "manager",
        },
    ),
    "offer_ownership": (
        "seller",
        lambda w: {"shop_id": w.shop["id"], "user_id": w.people["colleague"].id},
    ),
    "schedule_product": (
        "seller",
        lambda w: {"product_id": w.draft["id"], "publish_at": None},
    ),
    "create_preview_link": ("seller", lambda w: {"product_id": w.product["id"]}),
    "revoke_preview_links": ("seller", lambda w: {"product_id": w.product["id"]}),
    "duplicate_product": ("seller", lambda w: {"product_id": w.product["id"]}),
    "set_product_options": ("seller", lambda w: {"product_id": w.draft["id"], "options": []}),
    "reorder_images": ("seller", lambda w: {"product_id": w.draft["id"], "image_ids": []}),
    "begin_import": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "export_products": ("seller", lambda w: {"shop_id": w.shop["id"]}),
    "reply_to_review": ("seller", lambda w: {"review_id": w.review["id"], "reply": "Thanks"}),
    "edit_review": ("reviewer", lambda w: {"review_id": w.review["id"], "stars": 4}),
    "begin_upload": (
        "seller",
        lambda w: {
            "product_id": w.product["id"],
            "file_name": "a.pdf",
            "size_bytes": 10,
            "mime": "application/pdf",
            "sha256": "0" * 64,
        },
    ),
}


@pytest.mark.parametrize("function", RPCS)
def test_rpcs_on_what_is_not_yours(world: World, function: str) -> None:
    owner, arguments = RPCS[function]
    for who in INTRUDERS:
        answer = world.rest(who, "POST", f"rpc/{function}", arguments(world))
        assert answer.status_code in (401, 403, 404), (who, answer.text)
        assert _leaks(world, answer) == []
    checked(world.rest(owner, "POST", f"rpc/{function}", arguments(world)))


def test_an_order_of_somebody_else_cannot_be_cancelled(world: World) -> None:
    for who in INTRUDERS:
        answer = world.rest(who, "POST", "rpc/cancel_order", {"order_id": world.order["id"]})
        assert answer.status_code in (401, 403, 404), answer.text
    own = world.rest("buyer", "POST", "rpc/cancel_order", {"order_id": world.order["id"]})
    assert (own.status_code, own.json()["code"]) == (409, "order_already_paid")


def test_my_lists_are_mine(world: World) -> None:
    for function in ("list_my_downloads", "cart_summary"):
        stranger = world.rest("stranger", "POST", f"rpc/{function}", {})
        assert _leaks(world, stranger) == []
        assert world.product["title"] not in stranger.text
        assert world.rest("anon", "POST", f"rpc/{function}", {}).status_code == 401
    assert world.product["title"] in world.rest("buyer", "POST", "rpc/list_my_downloads", {}).text


def test_storage(world: World) -> None:
    original, copy = world.secrets[0], world.secrets[1]
    places = {"product-files": original, "personalized-files": copy}
    for bucket, path in places.items():
        for who in (*INTRUDERS, "buyer"):
            headers = {"apikey": world.site.publishable_key}
            if who != "anon":
                headers["Authorization"] = f"Bearer {world.people[who].token}"
            base = f"{world.site.url}/storage/v1/object"
            for address in (
                f"{base}/{bucket}/{path}",
                f"{base}/authenticated/{bucket}/{path}",
                f"{base}/public/{bucket}/{path}",
                f"{base}/info/{bucket}/{path}",
            ):
                assert httpx.get(address, headers=headers).status_code >= 400, (who, address)
            sign = httpx.post(
                f"{base}/sign/{bucket}/{path}", json={"expiresIn": 60}, headers=headers
            )
            assert sign.status_code >= 400, who
            listed = httpx.post(
                f"{base}/list/{bucket}", json={"prefix": path.rsplit("/", 1)[0]}, headers=headers
            )
            assert listed.is_error or listed.json() == [], who
            for method in ("POST", "PUT", "DELETE"):
                gone = httpx.request(
                    method, f"{base}/{bucket}/{path}", headers=headers, content=b"x"
                )
                assert gone.status_code >= 400, (who, method)
    seller = world.seller.client.storage.from_("product-files")
    assert seller.download(original).startswith(b"%PDF-"), "the shop reads its own original"
    assert world.buyer.fetch(world.buyer.token_for(world.item["order_item_id"])).is_success


def test_the_webhook_service(world: World) -> None:
    shop = f"/v1/shops/{world.shop['id']}"
    upload = f"/v1/uploads/{world.product['file']['file_id']}/complete"
    order = {"socket_id": "1.2", "channel_name": f"private-order-{world.order['id']}"}
    shop_channel = {"socket_id": "1.2", "channel_name": f"private-shop-{world.shop['id']}"}
    calls: list[tuple[str, str, Json | None, str]] = [
        ("POST", f"{shop}/onboarding", {}, "seller"),
        ("GET", f"{shop}/onboarding", None, "seller"),
        ("POST", f"{shop}/dashboard-link", {}, "seller"),
        ("POST", upload, None, "seller"),
        ("POST", "/v1/pusher/auth", order, "buyer"),
        ("POST", "/v1/pusher/auth", shop_channel, "seller"),
    ]
    for method, path, body, owner in calls:
        for who in ("stranger", "rival"):
            answer = world.people[who].call(method, path, body)
            assert answer.status_code in (403, 404), (path, who, answer.text)
            assert _leaks(world, answer) == []
        anonymous = httpx.request(method, f"{world.site.url}{path}", json=body)
        assert anonymous.status_code == 401, (path, anonymous.text)
        mine = world.people[owner].call(method, path, body)
        assert mine.is_success, (path, mine.text)
