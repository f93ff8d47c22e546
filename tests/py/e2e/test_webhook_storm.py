"""Stripe's webhooks: duplicated, shuffled, forged, late."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from seeds.actors import Buyer, Seller, checked, wait_for
from tests.invariants import run as violations
from tests.support.people import at_once
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl

Json = dict[str, Any]
COUNTS = """
select
  (select count(*) from public.orders as o where o.id = %(order)s and o.status = 'paid') as paid,
  (select count(*) from private.ledger_transactions as t where t.order_id = %(order)s) as ledger,
  (select count(*) from public.download_grants as g where g.order_id = %(order)s) as grants,
  (select count(*) from private.email_messages as m where m.entity_id = %(order)s) as receipts,
  (select count(*) from private.realtime_events as e
    where e.channel = 'private-order-' || %(order)s and e.event = 'order.paid') as events,
  (select count(*) from private.personalized_files as f
    inner join public.order_items as i on i.id = f.order_item_id
    where i.order_id = %(order)s) as copies
"""


@pytest.fixture
def stripe(stack: Stack) -> Iterator[StripeControl]:
    control = StripeControl(stack)
    yield control
    control.close()


def _held_purchase(
    stripe: StripeControl, seller: Seller, shop: Json, buyer: Buyer, title: str
) -> tuple[Json, list[Json]]:
    """A purchase that Stripe has and we have not heard of; checkout and Stripe's events."""
    product = seller.sell_pdf(shop["id"], title, 1999)
    stripe.hold()
    buyer.add_to_cart(product["variant"]["id"])
    checkout = checked(buyer.checkout()).json()
    checked(buyer.pay(checkout))
    return checkout, stripe.events(checkout["payment_intent_id"])


def _applied(stack: Stack, events: list[Json]) -> bool:
    open_ones = stack.value(
        "select count(*) from private.stripe_events where event_id = any(%s) "
        "and state = 'received'",
        [[event["id"] for event in events]],
    )
    return bool(open_ones == 0)


def test_fifty_times_in_parallel_with_its_neighbours_shuffled(
    stack: Stack, stripe: StripeControl, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    checkout, events = _held_purchase(stripe, seller, shop, buyer, "Fifty times")
    (succeeded,) = [event for event in events if event["type"] == "payment_intent.succeeded"]
    neighbours = [event for event in events if event is not succeeded]
    assert len(neighbours) >= 2
    before, after = neighbours[:], neighbours[:]
    random.shuffle(before)
    random.shuffle(after)

    storm = [*before, *([succeeded] * 50), *after]
    answers = at_once(stripe.deliver, storm, 50)

    assert {answer.status_code for answer in answers} == {200}
    order = buyer.wait_paid(checkout["order_id"])
    wait_for("the events", lambda: _applied(stack, events))
    expected = {"paid": 1, "ledger": 1, "grants": 1, "receipts": 1, "events": 1, "copies": 1}
    wait_for("the effects", lambda: stack.rows(COUNTS, {"order": order["id"]})[0] == expected)
    # What people outside can see: one mail in the mailbox, one event at Pusher.
    outbox = f"http://127.0.0.1:{stack.layout.ports.resend}/_sandbox/messages"
    wait_for("the mail", lambda: _mails(outbox, buyer))
    assert len(_mails(outbox, buyer)) == 1
    pusher = f"http://127.0.0.1:{stack.layout.ports.pusher}/_sandbox/events"
    channel = f"private-order-{order['id']}"
    wait_for("the event", lambda: _pushed(pusher, channel))
    assert len(_pushed(pusher, channel)) == 1

    # And once more, later: nothing moves.
    at_once(stripe.deliver, events * 3, 10)
    stripe.release()
    wait_for("the events", lambda: _applied(stack, events))
    assert stack.rows(COUNTS, {"order": order["id"]})[0] == expected
    assert violations(stack.layout.dsn("postgres")) == []


def _mails(address: str, buyer: Buyer) -> list[Json]:
    messages: list[Json] = httpx.get(address, params={"to": buyer.email}).json()["messages"]
    return messages


def _pushed(address: str, channel: str) -> list[Json]:
    events: list[Json] = httpx.get(address, params={"channel": channel}).json()["events"]
    return [event for event in events if event.get("name", event.get("event")) == "order.paid"]


FORGERIES: dict[str, Callable[[StripeControl], Json]] = {
    "wrong secret": lambda _: {"secret": "whsec_" + "0" * 32},
    "the other endpoint's secret": lambda s: {
        "secret": s.stack.layout.credentials.stripe_connect_secret
    },
    "too old": lambda _: {"age": 301},
    # Its boundary is test_stripe_signatures': here the clock goes on while it is delivered.
    "from the future": lambda _: {"age": -600},
    "another body": lambda _: {"tamper": b" "},
    "no signature": lambda _: {"header": ""},
    "nonsense": lambda _: {"header": "t=now,v1=abc"},
    "wrong endpoint": lambda _: {"endpoint": "/v1/stripe/connect-webhook"},
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_event_writes_nothing(
    stack: Stack,
    stripe: StripeControl,
    seller: Seller,
    shop: Json,
    buyer: Buyer,
    kind: str,
) -> None:
    checkout, events = _held_purchase(stripe, seller, shop, buyer, f"Forged: {kind}")
    before = stack.value("select count(*) from private.stripe_events")

    for event in events:
        answer = stripe.deliver(event, **FORGERIES[kind](stripe))
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == "invalid_signature"

    assert stack.value("select count(*) from private.stripe_events") == before
    assert buyer.order(checkout["order_id"])["status"] == "pending_payment"
    stripe.release()
    assert buyer.wait_paid(checkout["order_id"])["status"] == "paid"


def test_an_event_within_the_tolerance_is_taken(
    stripe: StripeControl, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    checkout, events = _held_purchase(stripe, seller, shop, buyer, "Four minutes late")
    for event in events:
        assert stripe.deliver(event, age=280).status_code == 200
    assert buyer.wait_paid(checkout["order_id"])["status"] == "paid"


def test_a_declined_card_and_a_second_try(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    product = seller.sell_pdf(shop["id"], "Second try", 1500)
    buyer.add_to_cart(product["variant"]["id"])
    checkout = checked(buyer.checkout()).json()
    declined = buyer.pay(checkout, "pm_card_visa_chargeDeclined")
    assert declined.status_code == 402
    wait_for(
        "the failure",
        lambda: (
            stack.value(
                "select status::text from public.payments where order_id = %s",
                [checkout["order_id"]],
            )
            == "failed"
        ),
    )
    assert buyer.order(checkout["order_id"])["status"] == "pending_payment"
    assert len(buyer.rpc("cart_summary")["items"]) == 1, "the cart is kept until it is paid"
    checked(buyer.pay(checkout))
    buyer.wait_paid(checkout["order_id"])
    assert buyer.rpc("cart_summary")["items"] == []


def _late(stack: Stack, stripe: StripeControl, buyer: Buyer, variant_id: str) -> Json:
    """Paid at Stripe, but the order expired before we heard of it; the checkout."""
    buyer.add_to_cart(variant_id)
    checkout: Json = checked(buyer.checkout()).json()
    stripe.hold()
    checked(buyer.pay(checkout))
    stack.rows(
        "update public.orders set expires_at = now() - interval '1 second' where id = %s",
        [checkout["order_id"]],
    )
    wait_for("expiry", lambda: buyer.order(checkout["order_id"])["status"] == "expired")
    return checkout


def _payment_status(stack: Stack, checkout: Json) -> str:
    return str(
        stack.value(
            "select status::text from public.payments where order_id = %s", [checkout["order_id"]]
        )
    )


def test_a_late_payment_whose_goods_are_gone_is_refunded(
    stack: Stack,
    stripe: StripeControl,
    seller: Seller,
    shop: Json,
    buyers: Callable[[int], list[Buyer]],
) -> None:
    late, quick = buyers(2)
    variant = seller.sell_pieces(shop["id"], "Only one", 2000, 1)["variant"]["id"]
    checkout = _late(stack, stripe, late, variant)
    quick.add_to_cart(variant)
    other = checked(quick.checkout()).json()
    checked(quick.pay(other))
    for event in stripe.events(other["payment_intent_id"]):
        checked(stripe.deliver(event))
    quick.wait_paid(other["order_id"])

    stripe.release()

    wait_for("the refund", lambda: _payment_status(stack, checkout) == "refunded")
    assert late.order(checkout["order_id"])["status"] == "expired"
    stock = stack.rows(
        "select stock, reserved from public.product_variants where id = %s", [variant]
    )
    assert stock == [{"stock": 0, "reserved": 0}]
    balance = stack.value(
        "select coalesce(sum(e.amount), 0) from private.ledger_entries as e "
        "inner join private.ledger_accounts as a on a.id = e.account_id "
        "inner join private.ledger_transactions as t on t.id = e.transaction_id "
        "where t.order_id = %s and a.code = 'refunds_payable'",
        [checkout["order_id"]],
    )
    assert balance == 0
    assert violations(stack.layout.dsn("postgres")) == []


def test_a_late_payment_whose_goods_are_there_is_served(
    stack: Stack, stripe: StripeControl, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    variant = seller.sell_pieces(shop["id"], "Two of them", 2000, 2)["variant"]["id"]
    checkout = _late(stack, stripe, buyer, variant)
    stripe.release()
    buyer.wait_paid(checkout["order_id"])
    assert _payment_status(stack, checkout) == "succeeded"
    stock = stack.rows(
        "select stock, reserved from public.product_variants where id = %s", [variant]
    )
    assert stock == [{"stock": 1, "reserved": 0}]
    assert violations(stack.layout.dsn("postgres")) == []
