"""kill -9 in the middle of each handler, and of the service in the middle of a checkout.

Every job ends, nothing happens twice that a person could see, and the invariants hold.
"""

import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import httpx
import pytest

from seeds.actors import Buyer, checked, wait_for
from seeds.files import make_pdf
from tests.invariants import run as violations
from tests.support.people import MintedBuyer, MintedSeller, mint
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl

Json = dict[str, Any]
SECONDS = 60.0  # a killed worker's job is seen again when its lease ends


class Crash:
    """A shop, a buyer, and the power to kill."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.stripe = StripeControl(stack)
        self.seller = mint(stack, MintedSeller)[0]
        self.buyer = mint(stack, MintedBuyer)[0]
        self.shop = self.seller.open_new_shop("Crash shop")

    def kill(self, name: str) -> None:
        """kill -9 of a part with everything it has started."""
        os.killpg(self.stack.pid(name), signal.SIGKILL)

    def sandbox(self, party: str, method: str, path: str, body: Json | None = None) -> Json:
        """The control API of Resend's or Pusher's sandbox."""
        port = getattr(self.stack.layout.ports, party)
        answer = checked(
            httpx.request(method, f"http://127.0.0.1:{port}/_sandbox{path}", json=body)
        )
        value: Json = answer.json() if answer.content else {}
        return value

    def leased(self, queue: str) -> bool:
        """Is a worker at a job of this queue?"""
        rows = self.stack.rows("select queue, leased from private.jobs_queues()")
        return any(row["queue"] == queue and row["leased"] > 0 for row in rows)

    def in_handler(self, queue: str) -> None:
        """Wait until a worker is at a job."""
        wait_for(f"a job of {queue}", lambda: self.leased(queue), 30)

    def quiet(self) -> None:
        """Wait until no job is open and none is held."""

        def done() -> bool:
            rows = self.stack.rows("select ready, leased, held from private.jobs_queues()")
            return all(row["ready"] + row["leased"] + row["held"] == 0 for row in rows)

        wait_for("the end of all jobs", done, SECONDS)

    def checkout(self, variant_id: str) -> Json:
        """An unpaid order."""
        self.buyer.add_to_cart(variant_id)
        value: Json = checked(self.buyer.checkout()).json()
        return value

    def paid(self, order_id: str) -> None:
        """Wait until the order is paid."""
        wait_for("payment", lambda: self.buyer.order(order_id)["status"] == "paid", SECONDS)

    def close(self) -> None:
        """Leave everything as it was."""
        self.stripe.close()
        for party in ("resend", "pusher"):
            self.sandbox(party, "DELETE", "/failures")
        self.seller.close()
        self.buyer.close()


@pytest.fixture
def crash(crash_stack: Stack) -> Iterator[Crash]:
    made = Crash(crash_stack)
    yield made
    made.quiet()
    assert violations(crash_stack.layout.dsn("postgres")) == []
    made.close()


def test_while_a_stripe_event_is_applied(crash: Crash) -> None:
    product = crash.seller.sell_pdf(crash.shop["id"], "Event", 1999)
    checkout = crash.checkout(product["variant"]["id"])
    crash.stripe.fail(kind="delay", method="GET", path="/v1/payment_intents/.*", seconds=8, times=1)
    checked(crash.buyer.pay(checkout))
    crash.in_handler("stripe_events")
    crash.kill("workers")
    crash.paid(checkout["order_id"])
    posted = crash.stack.value(
        "select count(*) from private.ledger_transactions where order_id = %s",
        [checkout["order_id"]],
    )
    assert posted == 1


def test_while_a_receipt_is_sent(crash: Crash) -> None:
    product = crash.seller.sell_pieces(crash.shop["id"], "Receipt", 1999, 5)
    crash.sandbox(
        "resend",
        "POST",
        "/failures",
        {"kind": "timeout_after_commit", "seconds": 8, "times": 1, "path": "/emails"},
    )
    order = crash.buyer.buy(product["variant"]["id"])
    crash.in_handler("email")

    def mails() -> list[Json]:
        found: list[Json] = crash.sandbox("resend", "GET", f"/messages?to={crash.buyer.email}")[
            "messages"
        ]
        return found

    wait_for("the mail", mails)  # Resend has taken it, the worker does not know
    crash.kill("workers")

    def sent() -> bool:
        state = crash.stack.value(
            "select state from private.email_messages where entity_id = %s", [order["id"]]
        )
        return bool(state == "sent")

    wait_for("the end of the job", sent, SECONDS)
    assert len(mails()) == 1


def test_while_a_copy_is_marked(crash: Crash) -> None:
    product = crash.seller.add_product(crash.shop["id"], "Long book")
    variant = crash.seller.add_variant(product["id"], 2500)
    content = make_pdf("Long book", "Agora", 900)
    crash.seller.upload(product["id"], "long.pdf", content)
    crash.seller.publish(product["id"])
    crash.buyer.buy(variant["id"])
    for _ in range(2):
        crash.in_handler("watermark")
        crash.kill("workers")

    def ready() -> Json | None:
        rows = [row for row in crash.buyer.library() if row["file_name"] == "long.pdf"]
        return rows[0] if rows and rows[0]["ready"] else None

    row = wait_for("the copy", ready, 2 * SECONDS)
    file = checked(crash.buyer.fetch(crash.buyer.token_for(row["order_item_id"])))
    assert len(file.content) > len(content)
    copies = crash.stack.rows(
        "select f.payload, f.method from private.personalized_files as f "
        "where f.order_item_id = %s",
        [row["order_item_id"]],
    )
    assert [copy["method"] for copy in copies] == ["pdf"]


def test_while_events_go_to_pusher(crash: Crash) -> None:
    product = crash.seller.sell_pieces(crash.shop["id"], "Event", 1999, 5)
    checkout = crash.checkout(product["variant"]["id"])
    channel = f"private-order-{checkout['order_id']}"

    def heard() -> list[Json]:
        found = crash.sandbox("pusher", "GET", f"/events?channel={channel}")["events"]
        return [event for event in found if event.get("name", event.get("event")) == "order.paid"]

    wait_for(
        "quiet", lambda: crash.stack.value("select count(*) from private.realtime_outbox") == 0
    )
    crash.sandbox(
        "pusher", "POST", "/failures", {"kind": "timeout_after_commit", "seconds": 8, "times": 1}
    )
    checked(crash.buyer.pay(checkout))
    wait_for("the event at Pusher", heard)
    crash.kill("workers")
    crash.paid(checkout["order_id"])
    last = crash.stack.value("select max(id) from private.realtime_events")

    def delivered() -> bool:
        reached = crash.stack.value(
            "select last_id from private.realtime_consumers where name = 'pusher'"
        )
        return bool(reached >= last)

    wait_for("the cursor", delivered, SECONDS)
    # At least once, and each repeat carries the same number, by which a client drops it.
    assert 1 <= len(heard()) <= 2
    assert len({str(event["data"]) for event in heard()}) == 1


def test_while_a_late_payment_is_refunded(crash: Crash) -> None:
    variant = crash.seller.sell_pieces(crash.shop["id"], "One", 1700, 1)["variant"]["id"]
    checkout = crash.checkout(variant)
    crash.stripe.hold()
    checked(crash.buyer.pay(checkout))
    crash.stack.rows(
        "update public.orders set expires_at = now() - interval '1 second' where id = %s",
        [checkout["order_id"]],
    )
    wait_for("expiry", lambda: crash.buyer.order(checkout["order_id"])["status"] == "expired")
    crash.stack.rows("update public.product_variants set stock = 0 where id = %s", [variant])
    crash.stripe.fail(
        kind="timeout_after_commit", method="POST", path="/v1/refunds", seconds=8, times=1
    )
    crash.stripe.release()

    def refunds() -> list[Json]:
        events = crash.stripe.events(checkout["payment_intent_id"])
        return [event for event in events if event["type"] == "refund.created"]

    wait_for("the refund at Stripe", refunds)
    crash.kill("workers")

    def status() -> Any:
        return crash.stack.value(
            "select status::text from public.payments where order_id = %s",
            [checkout["order_id"]],
        )

    wait_for("our own record", lambda: status() == "refunded", SECONDS)
    assert len(refunds()) == 1


@pytest.mark.parametrize("kind", ["delay", "timeout_after_commit"])
def test_of_the_service_in_the_middle_of_a_checkout(crash: Crash, kind: str) -> None:
    """Before and after Stripe has made the PaymentIntent; the client's retry gets its order."""
    product = crash.seller.sell_pieces(crash.shop["id"], f"Checkout {kind}", 1999, 5)
    crash.buyer.add_to_cart(product["variant"]["id"])
    key = uuid.uuid4().hex
    crash.stripe.fail(kind=kind, method="POST", path="/v1/payment_intents", seconds=8, times=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(crash.buyer.checkout, key)
        wait_for("the order", lambda: _orders(crash) == 1)
        crash.kill("webhooks")
        with suppress(httpx.TransportError):
            assert first.result().status_code >= 500

    def again() -> Json | None:
        answer = crash.buyer.checkout(key)
        if answer.is_success:
            body: Json = answer.json()
            return body
        assert answer.status_code in (409, 502, 503), answer.text
        return None

    checkout = wait_for("the retry", again)
    assert _orders(crash) == 1
    made = [
        event
        for event in crash.stripe.events(checkout["order_id"])
        if event["type"] == "payment_intent.created"
    ]
    assert len(made) == 1
    checked(crash.buyer.pay(checkout))
    crash.paid(checkout["order_id"])


def _orders(crash: Crash) -> int:
    return int(
        crash.stack.value(
            "select count(*) from public.orders where buyer_id = %s", [crash.buyer.id]
        )
    )


def test_of_postgres_in_the_middle_of_a_rush(crash: Crash) -> None:
    """Ten purchases, the database dies among them: each ends paid, once."""
    product = crash.seller.sell_pieces(crash.shop["id"], "Rush", 1000, 100)
    buyers: list[Buyer] = list(mint(crash.stack, MintedBuyer, 10))
    checkouts = []
    for buyer in buyers:
        buyer.add_to_cart(product["variant"]["id"])
        checkouts.append(checked(buyer.checkout()).json())
    for number, (buyer, checkout) in enumerate(zip(buyers, checkouts, strict=True)):
        checked(buyer.pay(checkout))
        if number == 5:
            os.kill(crash.stack.pid("postgres"), signal.SIGKILL)

    def all_paid() -> bool:
        with suppress(Exception):
            return bool(
                crash.stack.value(
                    "select count(*) from public.orders where status = 'paid' "
                    "and id = any(%s::uuid[])",
                    [[checkout["order_id"] for checkout in checkouts]],
                )
                == len(buyers)
            )
        return False

    wait_for("ten paid orders", all_paid, 2 * SECONDS)
    stock = crash.stack.rows(
        "select stock, reserved from public.product_variants where id = %s",
        [product["variant"]["id"]],
    )
    assert stock == [{"stock": 90, "reserved": 0}]
    for buyer in buyers:
        buyer.close()


def test_of_a_polite_end(crash: Crash) -> None:
    """SIGTERM, unlike kill -9, gives the leased jobs back at once: no wait for the lease."""
    product = crash.seller.sell_pieces(crash.shop["id"], "Polite", 1999, 5)
    checkout = crash.checkout(product["variant"]["id"])
    crash.stripe.fail(kind="delay", method="GET", path="/v1/payment_intents/.*", seconds=3, times=1)
    checked(crash.buyer.pay(checkout))
    crash.in_handler("stripe_events")
    os.kill(crash.stack.pid("workers"), signal.SIGTERM)
    crash.paid(checkout["order_id"])
