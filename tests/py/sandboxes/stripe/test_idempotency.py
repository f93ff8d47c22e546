"""Idempotency keys behave as Stripe's."""

import uuid
from typing import Any

import pytest
import stripe

from tests.py.sandboxes.stripe.conftest import World, together

INTENTS = "/v1/payment_intents"
BODY = "amount=1000&currency=usd"


def key() -> str:
    return uuid.uuid4().hex


def test_the_same_call_is_answered_from_memory(world: World) -> None:
    used = key()
    first = world.raw("POST", INTENTS, BODY, Idempotency_Key=used)
    again = world.raw("POST", INTENTS, BODY, Idempotency_Key=used)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert again.headers["Idempotency-Key"] == used
    assert len(world.events_about(first.json()["id"])) == 1


def test_another_call_with_the_key_is_an_error(world: World) -> None:
    used = key()
    options: Any = {"idempotency_key": used}
    world.client.v1.payment_intents.create({"amount": 1000, "currency": "usd"}, options)
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        world.client.v1.payment_intents.create({"amount": 1001, "currency": "usd"}, options)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        world.client.v1.accounts.create({"type": "express"}, options)


def test_keys_are_each_accounts_own(world: World) -> None:
    used, seller = key(), world.seller()
    made = world.raw("POST", INTENTS, BODY, Idempotency_Key=used)
    theirs = world.raw("POST", INTENTS, BODY, Idempotency_Key=used, Stripe_Account=seller)
    assert made.status_code == 200
    assert "Idempotent-Replayed" not in theirs.headers


def test_a_decline_is_replayed_and_happened_once(world: World) -> None:
    used, intent = key(), world.intent()
    path = f"{INTENTS}/{intent.id}/confirm"
    body = "payment_method=pm_card_visa_chargeDeclined"
    first = world.raw("POST", path, body, Idempotency_Key=used)
    again = world.raw("POST", path, body, Idempotency_Key=used)
    assert (first.status_code, again.status_code) == (402, 402)
    assert first.json() == again.json()
    assert len(world.client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_a_call_that_never_began_is_not_remembered(world: World) -> None:
    used = key()
    assert (
        world.raw("POST", INTENTS, "amount=x&currency=usd", Idempotency_Key=used).status_code == 400
    )
    assert world.raw("POST", INTENTS, BODY, Idempotency_Key=used).status_code == 200


def test_while_the_first_is_running_the_second_conflicts(world: World) -> None:
    used = key()
    failure = {"kind": "delay", "seconds": 0.6, "method": "POST", "path": f"{INTENTS}$"}
    world.control("POST", "/failures", failure)
    answers = together(
        4, lambda _: world.raw("POST", INTENTS, f"{BODY}&description=race", Idempotency_Key=used)
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409, 409, 409]
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    made = world.client.v1.payment_intents.list({"limit": 100})
    assert sum(each.description == "race" for each in made.data) == 1


def test_a_500_is_replayed_by_v1_and_the_sdk_does_not_insist(world: World) -> None:
    used = key()
    client = stripe.StripeClient(
        "sk_test_of_the_tests", base_addresses={"api": world.sandbox.url}, max_network_retries=3
    )
    world.control("POST", "/failures", {"kind": "server_error", "path": INTENTS})
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.payment_intents.create(
                {"amount": 1000, "currency": "usd", "description": used}, {"idempotency_key": used}
            )
        assert caught.value.http_status == 500
    made = world.client.v1.payment_intents.list({"limit": 100})
    assert used not in {each.description for each in made.data}


def test_v2_tries_again_what_failed(world: World) -> None:
    options: Any = {"idempotency_key": key()}
    world.control("POST", "/failures", {"kind": "server_error", "path": "/v2/core/accounts"})
    with pytest.raises(stripe.StripeError):
        world.client.v2.core.accounts.create({"display_name": "Shop"}, options)
    first = world.client.v2.core.accounts.create({"display_name": "Shop"}, options)
    again = world.client.v2.core.accounts.create({"display_name": "Shop"}, options)
    assert first.id == again.id


def test_keys_are_forgotten_after_a_day(own: World) -> None:
    used = key()
    first = own.raw("POST", INTENTS, BODY, Idempotency_Key=used).json()["id"]
    own.control("POST", "/clock", {"seconds": 86_000})
    assert own.raw("POST", INTENTS, BODY, Idempotency_Key=used).json()["id"] == first
    own.control("POST", "/clock", {"seconds": 1_000})
    assert own.raw("POST", INTENTS, BODY, Idempotency_Key=used).json()["id"] != first


@pytest.mark.parametrize("bad", ["k" * 256, "ключ".encode()])
def test_a_key_has_a_form(world: World, bad: Any) -> None:
    assert world.raw("POST", INTENTS, BODY, Idempotency_Key=bad).status_code == 400
