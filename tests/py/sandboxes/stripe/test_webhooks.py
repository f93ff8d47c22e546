"""Delivery: signed, to the right endpoint, again until acknowledged, or as a test wants it."""

import json
import time
from typing import Any

import pytest
import stripe

from tests.py.sandboxes.running import receiver, wait_until
from tests.py.sandboxes.stripe.conftest import (
    CONNECT_SECRET,
    PLATFORM_SECRET,
    World,
)


def signed(world: World, identifier: str) -> list[tuple[str, str]]:
    """Body and signature of each delivery about an object."""
    world.drain()
    return [
        (body, headers["stripe-signature"])
        for headers, body in world.platform.requests
        if json.loads(body)["data"]["object"]["id"] == identifier
    ]


def endpoint(world: World, *, connect: bool) -> str:
    url = (world.connect if connect else world.platform).url
    found = world.client.v1.webhook_endpoints.list({"limit": 100}).data
    return str(next(each.id for each in found if each.url == url))


def test_what_arrives_passes_the_sdks_check(world: World) -> None:
    options: Any = {"idempotency_key": "order-77"}
    intent = world.client.v1.payment_intents.create({"amount": 1000, "currency": "usd"}, options)
    ((body, signature),) = signed(world, intent.id)
    event = stripe.Webhook.construct_event(body, signature, PLATFORM_SECRET)
    assert event.type == "payment_intent.created"
    assert (event.pending_webhooks, event.livemode) == (1, False)
    assert event.api_version
    assert event.request is not None
    assert event.request.idempotency_key == "order-77"
    assert str(event.request.id).startswith("req_")
    for secret in (CONNECT_SECRET, "whsec_other"):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + " ", signature, PLATFORM_SECRET)
    assert world.client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_an_event_is_a_snapshot_of_its_moment(own: World) -> None:
    own.control("POST", "/webhooks/hold")
    intent = own.intent(1000)
    own.client.v1.payment_intents.update(intent.id, {"amount": 2000})
    own.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    own.control("POST", "/webhooks/release")
    created = own.events_about(intent.id)[0]
    assert created["data"]["object"]["amount"] == 1000
    assert created["data"]["object"]["status"] == "requires_payment_method"


def test_platform_and_connect_each_get_their_own(world: World) -> None:
    seller = world.seller()
    intent = world.paid()
    world.drain()
    told = world.connect_events(seller)
    assert [event["account"] for event in told] == [seller] * len(told)
    assert {event["type"] for event in told} == {"account.updated", "capability.updated"}
    assert not [e for e in world.platform.requests if '"account":' in e[1].split('"data"')[0]]
    assert intent.id not in "".join(body for _, body in world.connect.requests)
    theirs = world.client.v1.events.list({"limit": 100}, {"stripe_account": seller}).data
    assert {event.id for event in theirs} == {event["id"] for event in told}
    with pytest.raises(stripe.InvalidRequestError):
        world.client.v1.events.retrieve(told[0]["id"])


def test_a_failed_delivery_is_tried_again(world: World) -> None:
    world.drain()
    with world.settings(webhook_retry_base_seconds=0.05):
        world.platform.statuses += [500, 302]
        intent = world.intent()
        assert len(signed(world, intent.id)) == 3
    event = world.events_about(intent.id)[0]["id"]
    (delivery,) = world.control("GET", f"/webhooks/deliveries?event={event}")["deliveries"]
    assert delivery["state"] == "delivered"
    assert [each["status"] for each in delivery["attempts"]] == [500, 302, 200]


def test_nobody_there_is_a_failed_attempt(world: World) -> None:
    made = world.client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/hook", "enabled_events": ["payment_intent.created"]}
    )
    with world.settings(webhook_retry_base_seconds=0.02, webhook_attempts=3):
        intent = world.intent()
        event = world.events_about(intent.id)[0]["id"]
        found = world.control("GET", f"/webhooks/deliveries?event={event}")["deliveries"]
    world.client.v1.webhook_endpoints.delete(made.id)
    (delivery,) = [each for each in found if each["endpoint"] == made.id]
    assert delivery["state"] == "failed"
    assert [each["status"] for each in delivery["attempts"]] == [None] * 3


def test_both_secrets_sign_while_one_is_rolled(own: World) -> None:
    identifier = endpoint(own, connect=False)
    path = f"/webhooks/endpoints/{identifier}/roll"
    own.control("POST", path, {"secret": "whsec_new", "seconds": 2})
    intent = own.intent()
    ((body, signature),) = signed(own, intent.id)
    assert signature.count("v1=") == 2
    for secret in (PLATFORM_SECRET, "whsec_new"):
        assert stripe.Webhook.construct_event(body, signature, secret).id
    time.sleep(2)
    ((body, signature),) = signed(own, own.intent().id)
    assert signature.count("v1=") == 1
    assert stripe.Webhook.construct_event(body, signature, "whsec_new").id


def test_an_endpoint_gets_what_it_asked_for(world: World) -> None:
    with receiver() as inbox:
        endpoints = world.client.v1.webhook_endpoints
        made = endpoints.create({"url": inbox.url, "enabled_events": ["payment_intent.succeeded"]})
        paid = world.paid()
        world.drain()
        ((headers, body),) = inbox.requests
        event = stripe.Webhook.construct_event(body, headers["stripe-signature"], str(made.secret))
        assert event.type == "payment_intent.succeeded"
        assert json.loads(body)["data"]["object"]["id"] == paid.id
        assert made.id in {each.id for each in endpoints.list({"limit": 100}).auto_paging_iter()}
        assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
        world.paid()
        world.drain()
        assert len(inbox.requests) == 1
        endpoints.delete(made.id)
    with pytest.raises(stripe.InvalidRequestError):
        endpoints.retrieve(made.id)


def types_of(own: World) -> list[str]:
    return [json.loads(body)["type"] for _, body in own.platform.requests]


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_held_events_come_in_the_order_asked_for(own: World, order: str) -> None:
    own.control("POST", "/webhooks/hold", {"types": "payment_intent|charge"})
    own.paid()
    time.sleep(0.2)
    assert own.platform.requests == []
    made = [each["type"] for each in own.control("GET", "/events")["events"]]
    assert own.control("POST", "/webhooks/release", {"order": order}) == {"released": 3}
    assert types_of(own) == (made if order == "oldest" else made[::-1])
    own.intent()
    own.drain()
    assert len(own.platform.requests) == 4


def test_held_events_come_one_by_one_when_named(own: World) -> None:
    own.control("POST", "/webhooks/hold")
    own.paid()
    made = {each["type"]: each["id"] for each in own.control("GET", "/events")["events"]}
    names = ["payment_intent.succeeded", "payment_intent.created"]
    own.control("POST", "/webhooks/release", {"events": [made[name] for name in names]})
    assert types_of(own) == names
    assert own.control("POST", "/webhooks/release") == {"released": 1}
    assert types_of(own)[-1] == "charge.succeeded"


def test_events_are_duplicated_and_delayed_by_rule(own: World) -> None:
    rule = {"types": "^payment_intent.succeeded$", "duplicate": 4, "delay": 0.4}
    own.control("POST", "/webhooks/rules", rule)
    own.paid()
    wait_until(lambda: len(own.platform.requests) == 2)
    own.drain()
    assert sorted(types_of(own)[2:]) == ["payment_intent.succeeded"] * 5
    own.platform.requests.clear()
    own.paid()
    own.drain()
    assert len(own.platform.requests) == 3, "a rule counts for `times` events"


def test_an_event_is_delivered_again_on_request(own: World) -> None:
    intent = own.intent()
    event = own.events_about(intent.id)[0]["id"]
    own.control("POST", "/webhooks/redeliver", {"event": event, "times": 50})
    own.drain()
    assert len(own.platform.requests) == 51
    assert {json.loads(body)["id"] for _, body in own.platform.requests} == {event}


def test_a_raw_delivery_is_signed_as_asked(own: World) -> None:
    body = {"url": own.platform.url, "payload": {"id": "evt_1"}, "secret": PLATFORM_SECRET}
    assert own.control("POST", "/webhooks/raw", body)["status"] == 200
    headers, text = own.platform.requests[-1]
    stripe.WebhookSignature.verify_header(text, headers["stripe-signature"], PLATFORM_SECRET, 300)
    own.control("POST", "/webhooks/raw", {**body, "age": 600})
    headers, text = own.platform.requests[-1]
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.WebhookSignature.verify_header(
            text, headers["stripe-signature"], PLATFORM_SECRET, 300
        )
    own.control("POST", "/webhooks/raw", {**body, "signature": "t=1,v1=00"})
    assert own.platform.requests[-1][0]["stripe-signature"] == "t=1,v1=00"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/webhooks/redeliver", {"event": "evt_no"}, 404),
        ("/webhooks/rules", {"types": "("}, 400),
        ("/webhooks/rules", {"duplicate": -1}, 400),
        ("/webhooks/release", {"order": "sideways"}, 400),
        ("/webhooks/raw", {"url": "http://example.com", "payload": ""}, 400),
        ("/settings", {"colour": 1}, 400),
        ("/settings", {"fee_delay_seconds": "soon"}, 400),
        ("/failures", {"kind": "meteor"}, 400),
        ("/failures", {"kind": "delay", "path": "("}, 400),
        ("/failures", {"kind": "delay", "times": 0}, 400),
    ],
)
def test_the_control_api_says_what_is_wrong(
    world: World, path: str, body: Any, status: int
) -> None:
    answer = world.raw("POST", f"/_sandbox{path}", json.dumps(body))
    assert (answer.status_code, "error" in answer.json()) == (status, True)
