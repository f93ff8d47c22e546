"""Reviews, wishes, follows and discount codes over HTTP, as a storefront uses them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from postgrest.exceptions import APIError

from seeds.actors import Buyer, Json, Person, Seller, Site, as_row, checked, wait_for
from tests.invariants import run as violations
from tests.support.stack import Stack


def _get(site: Site, path: str, **params: Any) -> httpx.Response:
    return httpx.get(
        f"{site.url}/rest/v1/{path}",
        params=params,
        headers={"apikey": site.publishable_key},
        timeout=30,
    )


def _code(person: Person, function: str, args: Json) -> str:
    with pytest.raises(APIError) as refused:
        person.rpc(function, args)
    return str(refused.value.code)


def _items(buyer: Buyer, order: Json) -> list[Json]:
    rows = buyer.client.table("order_items").select("*").eq("order_id", order["id"]).execute().data
    return [as_row(row) for row in rows]


def test_a_review_from_purchase_to_page(
    stack: Stack, site: Site, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    product = seller.sell_pdf(shop["id"], "Much discussed", 1500)
    buyer, other = buyers(2)
    order = buyer.buy(product["variant"]["id"])
    (item,) = _items(buyer, order)

    assert _code(other, "write_review", {"order_item_id": item["id"], "stars": 1}) == (
        "order_item_not_found"
    )
    review = buyer.rpc(
        "write_review", {"order_item_id": item["id"], "stars": 4, "title": "Good", "body": "Very."}
    )
    assert _code(buyer, "write_review", {"order_item_id": item["id"], "stars": 5}) == (
        "already_reviewed"
    )

    page = checked(_get(site, "rpc/product_reviews_page", product_id=product["id"])).json()
    assert page["rating_counts"] == [0, 0, 0, 1, 0]
    assert [one["title"] for one in page["reviews"]] == ["Good"]
    assert page["next"] is None
    shown = checked(_get(site, "products", id=f"eq.{product['id']}", select="rating_avg")).json()
    assert shown == [{"rating_avg": 4.0}]

    other.client.table("review_votes").insert({"review_id": review["id"]}).execute()
    with pytest.raises(APIError) as refused:
        buyer.client.table("review_votes").insert({"review_id": review["id"]}).execute()
    assert refused.value.code == "42501"
    seller.rpc("reply_to_review", {"review_id": review["id"], "reply": "Thank you"})
    page = checked(
        _get(site, "rpc/product_reviews_page", product_id=product["id"], sort="helpful")
    ).json()
    assert page["reviews"][0]["helpful_count"] == 1
    assert page["reviews"][0]["seller_reply"] == "Thank you"

    assert _code(seller, "moderate_review", _hide(review)) == "moderator_only"
    stack.rows(
        "insert into public.user_roles (user_id, role, reason) values (%s, 'moderator', 'test')",
        [other.id],
    )
    other.rpc("moderate_review", _hide(review))
    page = checked(_get(site, "rpc/product_reviews_page", product_id=product["id"])).json()
    assert (page["reviews"], page["rating_count"]) == ([], 0)
    own = buyer.client.table("product_reviews").select("*").eq("id", review["id"]).execute().data
    assert as_row(own[0])["hidden_reason"] == "spam"
    stack.rows("delete from public.user_roles where user_id = %s", [other.id])
    assert _code(other, "moderate_review", _hide(review)) == "moderator_only", "at once"


def _hide(review: Json) -> Json:
    return {"review_id": review["id"], "hide": True, "reason": "spam"}


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"sort": "worst"}, 422, "invalid_sort"),
        ({"after": "1' or '1'='1"}, 422, "invalid_cursor"),
        ({"after": "999999999999:x"}, 422, "invalid_cursor"),
        ({"product_id": "x"}, 400, "22P02"),
        ({"page_size": "many"}, 400, "22P02"),
        ({}, 404, "product_not_found"),
    ],
)
def test_bad_questions_get_clear_answers(
    site: Site, params: dict[str, str], status: int, code: str
) -> None:
    wanted = {"product_id": "01a2107f-f53c-71c9-baea-63fd10bc311c", **params}
    answer = _get(site, "rpc/product_reviews_page", **wanted)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_wishes_follows_and_views(site: Site, seller: Seller, shop: Json, buyer: Buyer) -> None:
    product = seller.sell_pieces(shop["id"], "Wished for", 2000, 3)
    wish = {"product_id": product["id"]}
    buyer.client.table("wishlist_items").insert(wish).execute()
    seller.client.table("product_variants").update({"price_amount": 1500}).eq(
        "id", product["variant"]["id"]
    ).execute()
    (item,) = buyer.rpc("my_wishlist")
    assert (item["price_amount"], item["price_change_amount"]) == (1500, -500)

    buyer.client.table("shop_follows").insert({"shop_id": shop["id"]}).execute()
    shown = checked(_get(site, "shops", id=f"eq.{shop['id']}", select="follower_count")).json()
    assert shown == [{"follower_count": 1}]
    assert seller.client.table("shop_follows").select("*").execute().data == []

    buyer.rpc("note_view", wish)
    viewed = buyer.client.table("recently_viewed").select("product_id, products(title)").execute()
    assert as_row(viewed.data[0])["products"] == {"title": "Wished for"}


def _discount(seller: Seller, shop: Json, code: str, **values: Any) -> Json:
    row = {"shop_id": shop["id"], "code": code, **values}
    return as_row(seller.client.table("discount_codes").insert(row).execute().data[0])


def _uses(seller: Seller, code: Json) -> int:
    rows = seller.client.table("discount_codes").select("uses").eq("id", code["id"]).execute()
    return int(as_row(rows.data[0])["uses"])


def test_a_code_from_cart_to_receipt(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    pdf = seller.sell_pdf(shop["id"], "A third", 999)["variant"]["id"]
    pieces = seller.sell_pieces(shop["id"], "Two thirds", 1999, 9)["variant"]["id"]
    code = _discount(seller, shop, "launch", basis_points=3333, max_uses=1)
    buyer, other = buyers(2)
    assert buyer.client.table("discount_codes").select("*").execute().data == []

    buyer.add_to_cart(pdf)
    buyer.add_to_cart(pieces)
    guessed = buyer.rpc("apply_discount_code", {"code": "LUNCH"})
    assert (guessed["refused_reason"], guessed["discount"]) == ("discount_not_found", None)
    cart = buyer.rpc("apply_discount_code", {"code": " Launch "})
    assert (cart["discount_amount"], cart["total_amount"]) == (999, 1999)

    full = buyer.checkout(expected_total=cart["subtotal_amount"])
    assert (full.status_code, full.json()["code"]) == (409, "total_changed")
    assert _uses(seller, code) == 0
    checkout = checked(buyer.checkout(expected_total=1999)).json()
    assert checkout["amount"] == 1999
    assert _uses(seller, code) == 1

    other.add_to_cart(pieces)
    assert (
        other.rpc("apply_discount_code", {"code": "LAUNCH"})["discount"]["reason"]
        == "discount_used_up"
    )
    refused = other.checkout()
    assert (refused.status_code, refused.json()["code"]) == (409, "discount_not_applicable")
    assert refused.json()["details"] == "discount_used_up"

    # Declined, then cancelled: the code is free again; the next order pays with it.
    buyer.pay(checkout, "pm_card_chargeDeclined")
    buyer.rpc("cancel_order", {"order_id": checkout["order_id"]})
    assert _uses(seller, code) == 0
    order = buyer.wait_paid(_pay(buyer))
    assert (order["subtotal_amount"], order["discount_amount"]) == (2998, 999)
    items = _items(buyer, order)
    assert sorted(item["discount_amount"] for item in items) == [333, 666]
    assert _uses(seller, code) == 1
    assert buyer.rpc("cart_summary")["discount"] is None

    def receipt() -> str | None:
        outbox = f"http://127.0.0.1:{stack.layout.ports.resend}/_sandbox/messages"
        mails = checked(httpx.get(outbox, params={"to": buyer.email}, timeout=10)).text
        return mails if order["order_number"] in mails else None

    text = wait_for("the receipt", receipt)
    assert "Discount (LAUNCH)" in text
    assert "-9.99 USD" in text
    assert violations(stack.layout.dsn("postgres")) == []


def _pay(buyer: Buyer) -> str:
    checkout = checked(buyer.checkout()).json()
    checked(buyer.pay(checkout))
    return str(checkout["order_id"])


def test_an_order_is_never_free(seller: Seller, shop: Json, buyer: Buyer) -> None:
    variant = seller.sell_pieces(shop["id"], "Given away", 500, 5)["variant"]["id"]
    code = _discount(seller, shop, "GIFT", basis_points=10000)
    buyer.add_to_cart(variant)
    assert buyer.rpc("apply_discount_code", {"code": "gift"})["total_amount"] == 0
    refused = buyer.checkout()
    assert (refused.status_code, refused.json()["code"]) == (409, "amount_too_small")
    assert _uses(seller, code) == 0
    buyer.rpc("remove_discount_code")
    assert checked(buyer.checkout()).json()["amount"] == 500
