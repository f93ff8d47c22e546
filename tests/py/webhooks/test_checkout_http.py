"""Checkout when Stripe or PostgREST fail, and keys whose order has ended."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from seeds.actors import Buyer, Json, Seller, checked
from tests.py.webhooks.conftest import NOWHERE, outcome
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl


@pytest.fixture
def stripe(stack: Stack) -> Iterator[StripeControl]:
    control = StripeControl(stack)
    yield control
    control.close()


@pytest.fixture
def ready_to_buy(seller: Seller, shop: Json, buyer: Buyer) -> Buyer:
    pieces = seller.sell_pieces(shop["id"], "In the cart", 1234, 5)
    buyer.add_to_cart(pieces["variant"]["id"])
    return buyer


def _post(app: Flask, buyer: Buyer, key: str) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": key}
    answer = app.test_client().post("/v1/checkout", headers=headers)
    assert int(answer.headers["Retry-After"]) > 0
    return outcome(answer)


def _orders(stack: Stack, buyer: Buyer) -> list[Json]:
    return stack.rows(
        "select o.id, p.stripe_payment_intent_id as intent from public.orders as o "
        "inner join public.payments as p on p.order_id = o.id where o.buyer_id = %s",
        [buyer.id],
    )


def test_stripe_away_then_back(
    stack: Stack, ready_to_buy: Buyer, app_of: Callable[..., Flask]
) -> None:
    key = uuid.uuid4().hex
    away = app_of(stripe_api_base=NOWHERE)
    assert _post(away, ready_to_buy, key) == (503, "stripe_unavailable")
    assert [order["intent"] for order in _orders(stack, ready_to_buy)] == [None]
    done = checked(ready_to_buy.checkout(key)).json()
    (order,) = _orders(stack, ready_to_buy)
    assert (str(order["id"]), order["intent"]) == (done["order_id"], done["payment_intent_id"])
    assert done["amount"] == 1234
    # What is attached is read from Stripe again: away once more.
    assert _post(away, ready_to_buy, key) == (503, "stripe_unavailable")
    assert checked(ready_to_buy.checkout(key)).json() == done


def test_postgrest_away(ready_to_buy: Buyer, app_of: Callable[..., Flask]) -> None:
    away = app_of(supabase_url=NOWHERE)
    assert _post(away, ready_to_buy, uuid.uuid4().hex) == (503, "database_unavailable")


def test_our_own_stripe_key_is_wrong(ready_to_buy: Buyer, app_of: Callable[..., Flask]) -> None:
    wrong = app_of(stripe_secret_key="sk_test_wrong")
    assert _post(wrong, ready_to_buy, uuid.uuid4().hex) == (502, "stripe_refused")


@pytest.mark.parametrize(
    "failure",
    [
        {"kind": "rate_limit", "seconds": 1},
        {"kind": "server_error"},
        {"kind": "server_error", "commit": True},
        {"kind": "server_error", "store": False},
        {"kind": "timeout_after_commit", "seconds": 0},
    ],
    ids=lambda failure: " ".join(str(value) for value in failure.values()),
)
def test_stripe_fails_once(
    stack: Stack, stripe: StripeControl, ready_to_buy: Buyer, failure: Json
) -> None:
    """Stripe keeps even its failure under a key: the purchase goes on all the same."""
    stripe.fail(method="POST", path="/v1/payment_intents$", times=1, **failure)
    key = uuid.uuid4().hex
    first = ready_to_buy.checkout(key)
    if first.is_error:
        assert outcome(first) == (503, "stripe_unavailable")
        assert int(first.headers["Retry-After"]) > 0
    done = checked(ready_to_buy.checkout(key)).json()
    assert checked(ready_to_buy.checkout(key)).json() == done
    (order,) = _orders(stack, ready_to_buy)
    assert order["intent"] == done["payment_intent_id"]
    checked(ready_to_buy.pay(done))
    assert ready_to_buy.wait_paid(done["order_id"])["total_amount"] == 1234
    held = "select * from private.held_jobs where resolved_at is null and queue = 'stripe_events'"
    assert stack.rows(held) == []


def test_keys_of_ended_orders(stack: Stack, ready_to_buy: Buyer) -> None:
    key = uuid.uuid4().hex
    done = checked(ready_to_buy.checkout(key)).json()
    ready_to_buy.rpc("cancel_order", {"order_id": done["order_id"]})
    again = ready_to_buy.checkout(key)
    assert outcome(again) == (409, "order_cancelled")
    assert again.json()["order_id"] == done["order_id"]

    paid_key = uuid.uuid4().hex
    paid = checked(ready_to_buy.checkout(paid_key)).json()
    checked(ready_to_buy.pay(paid))
    ready_to_buy.wait_paid(paid["order_id"])
    assert checked(ready_to_buy.checkout(paid_key)).json() == paid | {"status": "paid"}
    assert stack.value("select count(*) from public.orders where buyer_id = %s", [
        ready_to_buy.id
    ]) == 2  # fmt: skip


def test_a_changed_total(ready_to_buy: Buyer) -> None:
    refused = ready_to_buy.checkout(expected_total=1233)
    assert outcome(refused) == (409, "total_changed")
    assert refused.json()["details"] == "1234"
    assert checked(ready_to_buy.checkout(expected_total=1234)).json()["amount"] == 1234
