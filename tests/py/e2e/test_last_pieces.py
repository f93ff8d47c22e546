"""Stock under a rush: never more sold than there is, clear answers, abandoned holds return."""

from collections import Counter
from collections.abc import Callable

from seeds.actors import Buyer, Json, Seller, checked, wait_for
from tests.invariants import run as violations
from tests.support.people import at_once
from tests.support.stack import Stack

PIECES = 10
RUSH = 100


def _stock(stack: Stack, variant_id: str) -> dict[str, int]:
    return stack.rows(
        "select stock, reserved, available from public.product_variants where id = %s",
        [variant_id],
    )[0]


def test_a_hundred_buyers_for_ten_pieces(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    product = seller.sell_pieces(shop["id"], "The last ten", 2500, PIECES)
    variant = product["variant"]["id"]
    crowd = buyers(RUSH)
    at_once(lambda one: one.add_to_cart(variant), crowd, 8)

    answers = at_once(lambda one: one.checkout(), crowd, 50)

    outcomes = Counter((a.status_code, a.json().get("code")) for a in answers)
    assert outcomes == {(200, None): PIECES, (409, "out_of_stock"): RUSH - PIECES}
    assert _stock(stack, variant) == {"stock": PIECES, "reserved": PIECES, "available": 0}
    assert (
        stack.value("select count(*) from public.order_items where variant_id = %s", [variant])
        == PIECES
    )

    winners = [one for one, answer in zip(crowd, answers, strict=True) if answer.is_success]
    orders = [answer.json() for answer in answers if answer.is_success]
    for one, order in list(zip(winners, orders, strict=True))[:4]:
        checked(one.pay(order))
        one.wait_paid(order["order_id"])
    winners[4].rpc("cancel_order", {"order_id": orders[4]["order_id"]})
    assert _stock(stack, variant) == {"stock": 6, "reserved": 5, "available": 1}

    # The other five are abandoned: their time is over, the periodic task gives the pieces back.
    stack.rows(
        "update public.orders set expires_at = now() - interval '1 second' "
        "where id = any(%s::uuid[])",
        [[order["order_id"] for order in orders[5:]]],
    )
    wait_for("the pieces", lambda: _stock(stack, variant)["available"] == 6)
    assert _stock(stack, variant) == {"stock": 6, "reserved": 0, "available": 6}
    loser = next(one for one, answer in zip(crowd, answers, strict=True) if answer.is_error)
    assert loser.checkout().status_code == 200
    assert violations(stack.layout.dsn("postgres")) == []


def test_two_carts_in_opposite_order_do_not_deadlock(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    first = seller.sell_pieces(shop["id"], "Left", 1000, 1000)["variant"]["id"]
    second = seller.sell_pieces(shop["id"], "Right", 1000, 1000)["variant"]["id"]
    crowd = buyers(16)
    for number, one in enumerate(crowd):
        for variant in (first, second) if number % 2 else (second, first):
            one.add_to_cart(variant)
    # Other tests plant deadlocks on purpose, in databases of their own on the same server.
    before = len(stack.log("postgres"))

    answers = at_once(lambda one: one.checkout(), crowd, 16)

    assert {answer.status_code for answer in answers} == {200}
    assert _stock(stack, first)["reserved"] == len(crowd)
    assert "deadlock detected" not in stack.log("postgres")[before:]


def test_the_same_key_many_times_at_once_makes_one_order(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    variant = seller.sell_pieces(shop["id"], "Double click", 1000, 50)["variant"]["id"]
    buyer.add_to_cart(variant)

    answers = at_once(lambda _: buyer.checkout("one-key-for-all"), range(12), 12)

    codes = Counter((a.status_code, a.json().get("code")) for a in answers)
    assert set(codes) <= {(200, None), (409, "idempotency_in_flight")}
    assert codes[200, None] >= 1
    final = checked(buyer.checkout("one-key-for-all")).json()
    succeeded = [answer.json() for answer in answers if answer.is_success]
    assert {one["order_id"] for one in succeeded} == {final["order_id"]}
    assert {one["client_secret"] for one in succeeded} == {final["client_secret"]}
    assert stack.value("select count(*) from public.orders where buyer_id = %s", [buyer.id]) == 1
    assert _stock(stack, variant)["reserved"] == 1
    other = buyer.checkout("one-key-for-all", expected_total=1)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
