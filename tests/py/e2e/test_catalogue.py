"""The catalogue over HTTP: what nobody may write, anonymous reads, bundles, previews, versions."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from seeds.actors import Buyer, Json, Seller, checked, wait_for
from seeds.files import make_cover, make_pdf
from tests.invariants import run as violations
from tests.support.people import at_once
from tests.support.stack import Stack

# By no way of writing: kept by triggers, payments, reviews, or changed by RPC only.
FORBIDDEN: dict[str, Any] = {
    "status": "active",
    "is_listed": True,
    "published_at": "2026-01-01T00:00:00Z",
    "publish_at": "2030-01-01T00:00:00Z",
    "rating_count": 5,
    "rating_sum": 25,
    "rating_avg": 5,
    "sales_count": 1000,
    "min_price_amount": 1,
    "price_currency": "usd",
    "is_available": True,
}
VARIANT_FORBIDDEN: dict[str, Any] = {"reserved": 0, "is_listed": True, "available": 5}


@pytest.fixture(autouse=True)
def invariants(stack: Stack) -> Iterator[None]:
    """Hold after each of these tests."""
    yield
    assert violations(stack.layout.dsn("postgres")) == []


class Rest:
    """PostgREST without a client library in between."""

    def __init__(self, stack: Stack, person: Seller | Buyer | None = None) -> None:
        self.headers = {"apikey": stack.publishable_key, "Prefer": "return=representation"}
        if person is not None:
            self.headers["Authorization"] = f"Bearer {person.token}"
        self.url = f"{stack.url}/rest/v1"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return httpx.request(
            method,
            f"{self.url}/{path}",
            json=body,
            headers={**self.headers, **headers},
            timeout=30,
        )


@pytest.mark.parametrize("column", [*FORBIDDEN, "shop_id"])
def test_nobody_writes_this_column_of_a_product(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer, column: str
) -> None:
    draft = seller.add_product(shop["id"], "Mine to edit")
    other = seller.create_shop("Another one")
    value = other["id"] if column == "shop_id" else FORBIDDEN[column]
    row = {"shop_id": shop["id"], "title": "Loud", "kind": "digital", column: value}
    for who in (seller, buyer):
        rest = Rest(stack, who)
        update = rest("PATCH", f"products?id=eq.{draft['id']}", {column: value})
        assert update.status_code in (400, 403), update.text
        upsert = rest(
            "POST",
            "products?on_conflict=id",
            {**row, "id": draft["id"]},
            Prefer="resolution=merge-duplicates,return=representation",
        )
        assert upsert.status_code in (400, 403), upsert.text
        if column == "shop_id":
            continue
        insert = rest("POST", "products", row)
        assert insert.status_code in (400, 403), insert.text
        bulk = rest("POST", f"products?columns=shop_id,title,kind,{column}", [row, row])
        assert bulk.status_code in (400, 403), bulk.text
    # Of a shop that is not theirs, not even on insert.
    planted = Rest(stack, buyer)("POST", "products", {**row, "shop_id": shop["id"]})
    assert planted.status_code in (400, 403)
    # The positive control: the same ways, without the column.
    rest = Rest(stack, seller)
    assert rest("PATCH", f"products?id=eq.{draft['id']}", {"title": "Edited"}).json()
    plain = {"shop_id": shop["id"], "title": "Quiet", "kind": "digital"}
    made = checked(rest("POST", "products?columns=shop_id,title,kind", [{**plain, column: value}]))
    now = made.json()[0]
    assert (now["status"], now["is_listed"], now["sales_count"]) == ("draft", False, 0)
    assert (now["rating_avg"], now["min_price_amount"]) == (None, None)
    assert now["shop_id"] == (value if column == "shop_id" else shop["id"])


@pytest.mark.parametrize("column", VARIANT_FORBIDDEN)
def test_nobody_writes_this_column_of_a_variant(
    stack: Stack, seller: Seller, shop: Json, column: str
) -> None:
    product = seller.sell_pieces(shop["id"], "Pieces", 900, 5)
    rest = Rest(stack, seller)
    value = VARIANT_FORBIDDEN[column]
    path = f"product_variants?id=eq.{product['variant']['id']}"
    assert rest("PATCH", path, {column: value}).status_code in (400, 403)
    row = {"product_id": product["id"], "price_amount": 1, "currency": "usd", column: value}
    assert rest("POST", "product_variants", row).status_code in (400, 403)
    assert checked(rest("PATCH", path, {"stock": 6})).json()[0]["available"] == 6


def test_what_a_visitor_reads(stack: Stack, seller: Seller, shop: Json) -> None:
    category = Rest(stack)("GET", "categories?path=eq.home.kitchen.ceramics").json()[0]
    product = seller.add_product(
        shop["id"], "Bowl", kind="physical", category_id=category["id"], countries=["DE", "AT"]
    )
    seller.tag(product["id"], "Hand Made", "clay")
    seller.rpc(
        "set_product_options",
        {
            "product_id": product["id"],
            "options": [{"name": "Glaze", "choices": ["blue", "white"]}],
        },
    )
    for glaze, amount in (("blue", 2900), ("white", 2400)):
        seller.add_variant(
            product["id"],
            amount,
            compare_at_amount=3500,
            weight_grams=400,
            options={"Glaze": glaze},
        )
    seller.add_image(product, "bowl.png", make_cover("Bowl", (10, 20, 30)), "A bowl")
    query = (
        f"products?id=eq.{product['id']}&select=*,categories(name,path),product_tags(tag),"
        "product_options(name,choices),product_variants(options,price_amount,weight_grams),"
        "product_images(path,alt),shops(name)"
    )
    assert Rest(stack)("GET", query).json() == []
    seller.publish(product["id"])
    page = Rest(stack)("GET", query).json()[0]
    assert page["categories"] == {"name": "Ceramics", "path": "home.kitchen.ceramics"}
    assert {row["tag"] for row in page["product_tags"]} == {"hand-made", "clay"}
    assert page["product_options"] == [{"name": "Glaze", "choices": ["blue", "white"]}]
    assert (page["min_price_amount"], page["price_currency"], page["is_available"]) == (
        2400,
        "usd",
        True,
    )
    subtree = Rest(stack)("GET", "categories?path=cd.home.kitchen&select=slug&order=path").json()
    assert [row["slug"] for row in subtree] == ["kitchen", "ceramics", "knives"]


def test_preview_by_get(stack: Stack, seller: Seller, shop: Json) -> None:
    draft = seller.add_product(shop["id"], "Not out yet")
    seller.add_variant(draft["id"], 1200)
    link = seller.rpc("create_preview_link", {"product_id": draft["id"]})
    visitor = Rest(stack)
    seen = checked(visitor("GET", f"rpc/preview_product?token={link['token']}")).json()
    assert (seen["title"], seen["status"]) == ("Not out yet", "draft")
    assert seen["product_variants"][0]["price_amount"] == 1200
    assert "path" not in str(seen.get("product_files", ""))
    wrong = visitor("GET", "rpc/preview_product?token=guess")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "preview_not_found")
    assert visitor("GET", f"products?id=eq.{draft['id']}").json() == []
    seller.rpc("revoke_preview_links", {"product_id": draft["id"]})
    assert visitor("GET", f"rpc/preview_product?token={link['token']}").status_code == 404


def test_a_scheduled_product_comes_out_by_itself(seller: Seller, shop: Json, stack: Stack) -> None:
    ready = seller.add_product(shop["id"], "On time", kind="physical")
    seller.add_variant(ready["id"], 1200)
    bare = seller.add_product(shop["id"], "No price", kind="physical")
    for product in (ready, bare):
        seller.rpc(
            "schedule_product", {"product_id": product["id"], "publish_at": "2027-06-01T00:00:00Z"}
        )
    stack.rows(
        "update public.products set publish_at = now() where shop_id = %s and publish_at > now()",
        [shop["id"]],
    )

    def row(product: Json) -> Json:
        return dict(Rest(stack, seller)("GET", f"products?id=eq.{product['id']}").json()[0])

    wait_for("publication", lambda: row(ready)["status"] == "active")
    wait_for("the reason", lambda: row(bare)["publish_problem"] == "product_has_no_variant")
    assert row(bare)["status"] == "draft"


def test_a_bundle_of_files_and_pieces(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    book = seller.sell_pdf(shop["id"], "The book", 1500)
    rope = seller.sell_pieces(shop["id"], "The rope", 900, 4)
    bundle = seller.add_product(shop["id"], "Book and rope", is_bundle=True)
    variant = seller.add_variant(bundle["id"], 2000)
    seller.rpc(
        "set_bundle_items",
        {
            "product_id": bundle["id"],
            "items": [
                {"variant_id": book["variant"]["id"]},
                {"variant_id": rope["variant"]["id"], "quantity": 2},
            ],
        },
    )
    seller.publish(bundle["id"])
    held = checked(
        Rest(stack)(
            "GET",
            f"products?id=eq.{bundle['id']}"
            "&select=kind,product_bundle_items!product_bundle_items_bundle_fkey(quantity)",
        )
    ).json()[0]
    assert (held["kind"], len(held["product_bundle_items"])) == ("physical", 2)
    buyer.buy(variant["id"])
    item = buyer.library()[0]
    assert item["product_title"] == "Book and rope: The book"
    token = buyer.token_for(item["order_item_id"])
    assert checked(buyer.fetch(token)).content.startswith(b"%PDF-")
    left = Rest(stack)("GET", f"product_variants?id=eq.{rope['variant']['id']}").json()[0]
    assert left["stock"] == 2


def test_pay_what_you_want_and_where(seller: Seller, shop: Json, buyer: Buyer) -> None:
    product = seller.add_product(shop["id"], "Tip jar", kind="service", countries=["DE"])
    variant = seller.add_variant(product["id"], 1000, pricing="pwyw", minimum_amount=200)
    seller.publish(product["id"])
    cart = buyer.add_to_cart(variant["id"], amount=350)
    assert (cart["subtotal_amount"], cart["items"][0]["minimum_amount"]) == (350, 200)
    for country, status, code in (
        (None, 422, "country_required"),
        ("de", 422, "invalid_country"),
        ("FR", 409, "not_available_in_country"),
    ):
        refused = buyer.checkout(country=country)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    checkout = checked(buyer.checkout(expected_total=350, country="DE")).json()
    assert checkout["amount"] == 350
    checked(buyer.pay(checkout))
    assert buyer.wait_paid(checkout["order_id"])["total_amount"] == 350


def test_buyers_are_told_of_a_new_version(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    product = seller.sell_pdf(shop["id"], "Living book", 1500)
    buyer.buy(product["variant"]["id"])
    content = make_pdf("Living book, second edition", "Agora", 5)
    seller.upload(product["id"], "book.pdf", content)

    def mail() -> Json | None:
        found = httpx.get(
            f"http://127.0.0.1:{stack.layout.ports.resend}/_sandbox/messages",
            params={"to": buyer.email},
            timeout=30,
        ).json()["messages"]
        return next((one for one in found if "version 2" in one["subject"]), None)

    assert "Living book" in wait_for("the email", mail)["subject"]
    newest = buyer.library()[0]
    assert (newest["version"], newest["remaining"]) == (2, 10)
    assert checked(buyer.fetch(buyer.token_for(newest["order_item_id"]))).is_success


def test_one_original_behind_a_duplicate(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    product = seller.sell_pdf(shop["id"], "First", 1500)
    copy = seller.rpc(
        "duplicate_product", {"product_id": product["id"], "title": "Second", "with_files": True}
    )
    assert (copy["status"], copy["sales_count"]) == ("draft", 0)
    seller.publish(copy["id"])
    variant = Rest(stack)("GET", f"product_variants?product_id=eq.{copy['id']}").json()[0]
    buyer.buy(variant["id"])
    item = buyer.library()[0]
    assert checked(buyer.fetch(buyer.token_for(item["order_item_id"]))).content[:5] == b"%PDF-"


def test_sales_are_counted_exactly(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    product = seller.sell_pieces(shop["id"], "Popular", 700, 100)
    people = buyers(12)

    def buy(person: Buyer) -> None:
        person.add_to_cart(product["variant"]["id"], 2)
        checkout = checked(person.checkout()).json()
        checked(person.pay(checkout))
        person.wait_paid(checkout["order_id"])

    at_once(buy, people, 12)
    row = Rest(stack)("GET", f"products?id=eq.{product['id']}").json()[0]
    assert row["sales_count"] == 24
