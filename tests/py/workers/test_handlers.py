"""What handlers do when the other side, or the file, is not as one would wish."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from seeds.actors import Buyer, Seller, wait_for
from tests.support.stack import Stack

Json = dict[str, Any]


@pytest.fixture
def resend(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.layout.ports.resend}/_sandbox") as http:
        yield http
        http.delete("/failures")


def _mail(stack: Stack, order_id: str) -> Json | None:
    rows = stack.rows(
        "select m.state, m.sent_at - o.paid_at >= interval '2 seconds' as waited "
        "from private.email_messages as m inner join public.orders as o on o.id = m.entity_id "
        "where o.id = %s",
        [order_id],
    )
    return rows[0] if rows and rows[0]["state"] == "sent" else None


def test_a_rate_limit_is_waited_for(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer, resend: httpx.Client
) -> None:
    """As long as `Retry-After` says, and without using up an attempt of the job."""
    product = seller.sell_pdf(shop["id"], "Slow mail", 1999)
    plan = {"kind": "rate_limit", "path": "/emails", "seconds": 3}
    resend.post("/failures", json=plan).raise_for_status()
    order = buyer.buy(product["variant"]["id"])
    sent = wait_for("the mail", lambda: _mail(stack, order["id"]))
    assert sent["waited"]
    mails = resend.get("/messages", params={"to": buyer.email}).json()["messages"]
    assert len(mails) == 1
    attempts = stack.value(
        "select a.read_ct from pgmq.a_email as a inner join private.email_messages as m "
        "on m.id = (a.message ->> 'id')::uuid where m.entity_id = %s",
        [order["id"]],
    )
    assert attempts == 1


def test_a_file_without_pages_is_delivered_as_it_is(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", f"for nobody in particular {uuid.uuid4()}")
    content = target.getvalue()
    product = seller.add_product(shop["id"], "An archive")
    variant = seller.add_variant(product["id"], 500)
    seller.upload(product["id"], "files.zip", content, "application/zip")
    seller.publish(product["id"])
    buyer.buy(variant["id"])
    (row,) = buyer.library()
    assert buyer.fetch(buyer.token_for(row["order_item_id"])).content == content
    method = stack.value(
        "select method from private.personalized_files where order_item_id = %s",
        [row["order_item_id"]],
    )
    assert method == "none"


def test_another_file_than_was_uploaded_is_never_delivered(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    """Its checksum decides; the job is held for an operator."""
    product = seller.sell_pdf(shop["id"], "Exchanged", 1999)
    stack.rows(
        "update public.product_files set sha256 = repeat('0', 64) where product_id = %s",
        [product["id"]],
    )
    buyer.buy(product["variant"]["id"])
    (row,) = buyer.library()

    def held() -> str | None:
        error: str | None = stack.value(
            "select h.error from private.held_jobs as h inner join private.personalized_files as f "
            "on f.id = (h.message ->> 'id')::uuid where f.order_item_id = %s",
            [row["order_item_id"]],
        )
        return error

    assert "is not the one that was uploaded" in wait_for("the held job", held)


def test_an_event_that_pusher_refuses_does_not_hold_up_the_others(stack: Stack) -> None:
    channel = f"private-user-{uuid.uuid4()}"
    names = ["before.it", "refused.one", "after.it"]
    channels = [channel, "not a channel!", channel]
    with stack.connect("postgres", autocommit=False) as connection:
        for name, where in zip(names, channels, strict=True):
            connection.execute("select private.emit(%s, %s, %s)", [where, name, Jsonb({"n": name})])
        connection.commit()
    url = f"http://127.0.0.1:{stack.layout.ports.pusher}/_sandbox/events"

    def told() -> list[str] | None:
        events = httpx.get(url, params={"channel": channel}).json()["events"]
        found = [json.loads(event["data"])["n"] for event in events]
        return found if "after.it" in found else None

    assert wait_for("the last one", told, 15) == ["before.it", "after.it"]


def test_events_are_numbered_and_told_in_order(stack: Stack) -> None:
    channel = f"private-user-{uuid.uuid4()}"
    with stack.connect("postgres") as connection:
        for n in range(45):
            data = Jsonb({"n": n})
            connection.execute("select private.emit(%s, 'order.paid', %s)", [channel, data])
            time.sleep(0.002)  # a UUIDv7, which orders the outbox, sorts by the millisecond
    url = f"http://127.0.0.1:{stack.layout.ports.pusher}/_sandbox/events"

    def told() -> list[Json] | None:
        events = httpx.get(url, params={"channel": channel}).json()["events"]
        data = [json.loads(event["data"]) for event in events]
        return data if len(data) >= 45 else None

    heard = wait_for("all of them", told, 15)
    assert [one["n"] for one in heard] == list(range(45))
    ids = [one["event_id"] for one in heard]
    assert ids == sorted(set(ids))


def test_periodic_tasks_run_and_are_on_time(stack: Stack) -> None:
    def ran() -> list[Json] | None:
        rows = stack.rows("select last_run_at, last_error from private.periodic_tasks")
        return rows if all(row["last_run_at"] for row in rows) else None

    tasks = wait_for("the first runs", ran)
    assert [task["last_error"] for task in tasks] == [None] * len(tasks)
    often = "select last_run_at from private.periodic_tasks where name = 'expire unpaid orders'"
    first = stack.value(often)
    began = time.monotonic()
    wait_for("the next run", lambda: stack.value(often) > first, 15)
    assert time.monotonic() - began < 10
