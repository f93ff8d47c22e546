"""`kill -9` of a worker in the middle of each handler: the job is finished, nothing is doubled."""

import hashlib
import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from seeds.actors import Buyer, Seller, checked, wait_for
from tests.invariants import run as violations
from tests.support.people import MintedBuyer, MintedSeller, mint
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl

Json = dict[str, Any]
# A lease, a restart of the process, and a retry.
AGAIN = 60.0


@pytest.fixture
def shop_of(crash_stack: Stack) -> Iterator[tuple[Seller, Json]]:
    (seller,) = mint(crash_stack, MintedSeller)
    yield seller, seller.open_new_shop("A shop")
    seller.close()


@pytest.fixture
def buyer(crash_stack: Stack) -> Iterator[Buyer]:
    (person,) = mint(crash_stack, MintedBuyer)
    yield person
    person.close()


@pytest.fixture
def stripe(crash_stack: Stack) -> Iterator[StripeControl]:
    control = StripeControl(crash_stack)
    yield control
    control.close()


@pytest.fixture(autouse=True)
def invariants(crash_stack: Stack) -> Iterator[None]:
    """Hold after each of these tests."""
    yield
    assert violations(crash_stack.layout.dsn("postgres")) == []


def kill_worker(stack: Stack) -> None:
    """Kill it, and wait for its successor."""
    before = stack.pid("workers")
    os.kill(before, signal.SIGKILL)

    def another() -> bool:
        try:
            return stack.pid("workers") != before
        except LookupError:
            return False

    wait_for("another worker", another, AGAIN)


def sandbox(stack: Stack, party: str) -> httpx.Client:
    port = getattr(stack.layout.ports, party)
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/_sandbox", timeout=30)


def plan(stack: Stack, party: str, **failure: Any) -> None:
    with sandbox(stack, party) as control:
        control.post("/failures", json=failure).raise_for_status()


def taken(stack: Stack, party: str) -> None:
    """Wait until the planned failure has begun: the worker is in the middle of its call."""
    with sandbox(stack, party) as control:
        wait_for("the call", lambda: control.get("/failures").json()["failures"] == [])


def idle(stack: Stack, queue: str) -> bool:
    """Is no job of this queue open?"""
    rows = stack.rows("select * from private.jobs_queues() where queue = %s", [queue])
    return bool(rows[0]["ready"] + rows[0]["leased"] == 0)


def test_while_reading_a_payment(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer, stripe: StripeControl
) -> None:
    seller, shop = shop_of
    product = seller.sell_pdf(shop["id"], "Killed while reading", 1999)
    buyer.add_to_cart(product["variant"]["id"])
    checkout = checked(buyer.checkout()).json()
    # Only the one event, or another would pay the order meanwhile.
    stripe.hold(r"^(?!payment_intent\.succeeded)")
    intent = checkout["payment_intent_id"]
    # The event of its creation is read by now, or it would meet the delay instead.
    wait_for("quiet", lambda: idle(crash_stack, "stripe_events"))
    stripe.fail(kind="delay", method="GET", path=f"/v1/payment_intents/{intent}", seconds=8)
    checked(buyer.pay(checkout))
    taken(crash_stack, "stripe")
    kill_worker(crash_stack)
    assert buyer.order(checkout["order_id"])["status"] == "pending_payment"
    wait_for("payment", lambda: buyer.order(checkout["order_id"])["status"] == "paid", AGAIN)
    stripe.release()
    posted = crash_stack.value(
        "select count(*) from private.ledger_transactions where order_id = %s and kind = 'sale'",
        [checkout["order_id"]],
    )
    assert posted == 1


def test_after_the_email_was_taken_and_before_we_knew(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer
) -> None:
    seller, shop = shop_of
    product = seller.sell_pdf(shop["id"], "Killed while mailing", 1999)
    plan(crash_stack, "resend", kind="timeout_after_commit", path="/emails", seconds=8)
    order = buyer.buy(product["variant"]["id"])
    taken(crash_stack, "resend")
    kill_worker(crash_stack)
    row = {"order": order["id"]}
    state = "select state from private.email_messages where entity_id = %(order)s"
    assert crash_stack.value(state, row) == "queued"
    wait_for("the second attempt", lambda: crash_stack.value(state, row) == "sent", AGAIN)
    with sandbox(crash_stack, "resend") as control:
        mails = control.get("/messages", params={"to": buyer.email}).json()["messages"]
    assert len(mails) == 1
    known = "select provider_id from private.email_messages where entity_id = %(order)s"
    assert crash_stack.value(known, row) == mails[0]["id"]


def test_after_the_copy_was_stored_and_before_it_was_recorded(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer
) -> None:
    seller, shop = shop_of
    product = seller.sell_pdf(shop["id"], "Killed while marking", 1999)
    blocked = (
        "select count(*) from pg_stat_activity where usename = 'agora_workers' "
        "and query ilike '%%watermark_done%%' and wait_event_type = 'Lock'"
    )
    # Copies may be asked for, made and stored, but not recorded.
    crash_stack.rows(
        "create or replace function private.hold_copies() returns trigger language plpgsql as "
        "'begin perform pg_advisory_xact_lock_shared(20261124); return new; end'"
    )
    crash_stack.rows(
        "create trigger tg_hold before update on private.personalized_files "
        "for each row execute function private.hold_copies()"
    )
    try:
        with crash_stack.connect("supabase_admin") as holder:
            holder.execute("select pg_advisory_lock(20261124)")
            order = buyer.buy(product["variant"]["id"])
            wait_for("the record", lambda: crash_stack.value(blocked, role="supabase_admin") == 1)
            kill_worker(crash_stack)
    finally:
        crash_stack.rows("drop trigger tg_hold on private.personalized_files")
        crash_stack.rows("drop function private.hold_copies()")
    (row,) = buyer.library()
    answer = wait_for("the copy", lambda: buyer.fetch(buyer.token_for(row["order_item_id"])), AGAIN)
    assert answer.content.startswith(b"%PDF")
    recorded = crash_stack.rows(
        "select f.sha256, f.method from private.personalized_files as f "
        "inner join public.order_items as i on i.id = f.order_item_id where i.order_id = %s",
        [order["id"]],
    )
    assert recorded == [{"sha256": hashlib.sha256(answer.content).hexdigest(), "method": "pdf"}]


def test_after_a_refund_was_made_and_before_we_knew(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer, stripe: StripeControl
) -> None:
    seller, shop = shop_of
    variant = seller.sell_pieces(shop["id"], "Killed while refunding", 2000, 1)["variant"]["id"]
    (quick,) = mint(crash_stack, MintedBuyer)
    buyer.add_to_cart(variant)
    checkout = checked(buyer.checkout()).json()
    stripe.hold()
    checked(buyer.pay(checkout))
    crash_stack.rows(
        "update public.orders set expires_at = now() - interval '1 second' where id = %s",
        [checkout["order_id"]],
    )
    wait_for("expiry", lambda: buyer.order(checkout["order_id"])["status"] == "expired")
    quick.add_to_cart(variant)
    other = checked(quick.checkout()).json()
    checked(quick.pay(other))
    for event in stripe.events(other["payment_intent_id"]):
        checked(stripe.deliver(event))
    quick.wait_paid(other["order_id"])
    quick.close()
    stripe.fail(kind="timeout_after_commit", method="POST", path="/v1/refunds", seconds=8)
    stripe.release()
    taken(crash_stack, "stripe")
    kill_worker(crash_stack)

    def status() -> str:
        return str(
            crash_stack.value(
                "select status::text from public.payments where order_id = %s",
                [checkout["order_id"]],
            )
        )

    assert status() == "refund_pending"
    wait_for("the refund", lambda: status() == "refunded", AGAIN)
    refunds = httpx.get(
        f"http://127.0.0.1:{crash_stack.layout.ports.stripe}/v1/refunds",
        params={"payment_intent": checkout["payment_intent_id"]},
        headers={"Authorization": f"Bearer {crash_stack.layout.credentials.stripe_key}"},
    ).json()["data"]
    assert [refund["amount"] for refund in refunds] == [checkout["amount"]]


def test_while_cancelling_a_payment(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer, stripe: StripeControl
) -> None:
    seller, shop = shop_of
    variant = seller.sell_pieces(shop["id"], "Killed while cancelling", 2000, 1)["variant"]["id"]
    buyer.add_to_cart(variant)
    checkout = checked(buyer.checkout()).json()
    intent = checkout["payment_intent_id"]
    path = f"/v1/payment_intents/{intent}/cancel"
    stripe.fail(kind="timeout_after_commit", method="POST", path=path, seconds=8)
    stripe.hold()
    buyer.rpc("cancel_order", {"order_id": checkout["order_id"]})
    taken(crash_stack, "stripe")
    kill_worker(crash_stack)

    def job() -> list[Json]:
        return crash_stack.rows(
            "select msg_id from pgmq.q_payments where message ->> 'payment_intent_id' = %s",
            [intent],
        )

    assert len(job()) == 1
    wait_for("the job", lambda: job() == [], AGAIN)
    assert (
        crash_stack.rows(
            "select 1 from private.held_jobs where message ->> 'payment_intent_id' = %s", [intent]
        )
        == []
    )
    stripe.release()


def test_after_pusher_had_the_event_and_before_we_knew(
    crash_stack: Stack, shop_of: tuple[Seller, Json], buyer: Buyer
) -> None:
    """At least once: a repeat carries the same event id, and nothing is left out."""
    seller, shop = shop_of
    product = seller.sell_pdf(shop["id"], "Killed while telling", 1999)
    port = crash_stack.layout.ports.pusher
    app = crash_stack.layout.credentials.pusher_app_id
    plan(
        crash_stack,
        "pusher",
        kind="timeout_after_commit",
        path=f"/apps/{app}/batch_events",
        seconds=8,
    )
    buyer.add_to_cart(product["variant"]["id"])
    checkout = checked(buyer.checkout()).json()
    taken(crash_stack, "pusher")
    kill_worker(crash_stack)
    checked(buyer.pay(checkout))
    buyer.wait_paid(checkout["order_id"])
    channel = f"private-order-{checkout['order_id']}"
    logged = {
        row["id"]: row["event"]
        for row in crash_stack.rows(
            "select id, event from private.realtime_events where channel = %s", [channel]
        )
    }

    def told() -> dict[int, str] | None:
        events = httpx.get(
            f"http://127.0.0.1:{port}/_sandbox/events", params={"channel": channel}
        ).json()["events"]
        found = {json.loads(e["data"])["event_id"]: e.get("name", e.get("event")) for e in events}
        return found if "order.paid" in found.values() else None

    seen = wait_for("the events", told, AGAIN)
    assert seen == {**logged, **seen}
    assert set(seen) >= set(logged)
