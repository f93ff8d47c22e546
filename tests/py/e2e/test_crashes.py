"""kill -9 of the service in the middle of a checkout, of Postgres in the middle of a rush.

Every job ends, nothing happens twice that a person could see, and the invariants hold. Workers that
are killed in the middle of a handler: tests/py/workers/test_killed.py.
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
        self.seller.close()
        self.buyer.close()


@pytest.fixture
def crash(crash_stack: Stack) -> Iterator[Crash]:
    made = Crash(crash_stack)
    yield made
    made.quiet()
    assert violations(crash_stack.layout.dsn("postgres")) == []
    made.close()


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
