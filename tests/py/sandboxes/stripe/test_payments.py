"""Payment intents, from creation to every way they may end."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import stripe

from tests.py.sandboxes.stripe.conftest import TIMEOUT, World


def refused(work: Any, *args: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as caught:
        work(*args)
    return caught.value


def charge_of(world: World, intent: stripe.PaymentIntent) -> stripe.Charge:
    return world.client.v1.charges.retrieve(
        str(intent.latest_charge), {"expand": ["balance_transaction"]}
    )


def test_a_browser_pays_and_sees_only_what_stripe_js_sees(world: World) -> None:
    intent = world.intent(1999, transfer_group="order-1", metadata={"order_id": "1"})
    assert intent.status == "requires_payment_method"
    answer = world.browser(
        "POST",
        f"/v1/payment_intents/{intent.id}/confirm",
        {"client_secret": intent.client_secret, "payment_method": "pm_card_visa"},
    )
    seen = answer.json()
    assert (answer.status_code, seen["status"]) == (200, "succeeded")
    assert not {"metadata", "latest_charge", "transfer_group"} & set(seen)
    charge = charge_of(world, world.client.v1.payment_intents.retrieve(intent.id))
    assert charge.metadata.to_dict() == {"order_id": "1"}
    assert charge.transfer_group == "order-1"
    money: Any = charge.balance_transaction
    # 2.9 % of 1999 is 57.97, half up 58, and 30.
    assert (money.amount, money.fee, money.net, money.status) == (1999, 88, 1911, "pending")
    kinds = {event["type"] for event in world.events_about(intent.id)}
    assert kinds == {"payment_intent.created", "payment_intent.succeeded"}


@pytest.mark.parametrize(
    ("amount", "fee"), [(50, 31), (100, 33), (1034, 60), (1035, 60), (1500, 74)]
)
def test_the_fee_is_rounded_half_up(world: World, amount: int, fee: int) -> None:
    money: Any = charge_of(world, world.paid(amount)).balance_transaction
    assert money.fee == fee


def test_a_browser_may_do_nothing_else(world: World) -> None:
    intent = world.intent()
    path = f"/v1/payment_intents/{intent.id}"
    wrong = world.browser("GET", path, {"client_secret": f"{intent.id}_secret_guess"})
    assert wrong.status_code == 400
    assert world.browser("GET", path).json()["error"]["code"] == "parameter_missing"
    right = world.browser("GET", path, {"client_secret": intent.client_secret})
    assert right.json()["id"] == intent.id
    for method, url in (
        ("GET", "/v1/payment_intents"),
        ("POST", "/v1/refunds"),
        ("POST", path),
        ("GET", "/v1/balance"),
        ("GET", "/v2/core/accounts"),
    ):
        error = world.browser(method, url)
        assert (error.status_code, error.json()["error"]["code"]) == (403, "secret_key_required")


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ],
)
def test_a_declined_card_is_a_fact_and_another_card_may_pay(
    world: World, method: str, code: str, decline_code: str | None
) -> None:
    intent = world.intent()
    error = refused(world.client.v1.payment_intents.confirm, intent.id, {"payment_method": method})
    assert isinstance(error, stripe.CardError)
    assert (error.http_status, error.code) == (402, code)
    body: Any = error.json_body
    assert body["error"].get("decline_code") == decline_code
    after = world.client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert after.status == "requires_payment_method"
    assert after.last_payment_error is not None
    assert after.last_payment_error.code == code
    charge: Any = after.latest_charge
    assert (charge.status, charge.paid, charge.balance_transaction) == ("failed", False, None)
    assert "payment_intent.payment_failed" in {e["type"] for e in world.events_about(intent.id)}
    assert {e["type"] for e in world.events_about(charge.id)} == {"charge.failed"}
    again = world.client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_mastercard"}
    )
    assert (again.status, again.last_payment_error) == ("succeeded", None)


@pytest.mark.parametrize(("outcome", "status"), [("complete", "succeeded"), ("fail", None)])
def test_authentication_happens_on_the_banks_page(
    world: World, outcome: str, status: str | None
) -> None:
    intent = world.paid(
        method="pm_card_authenticationRequired", return_url="http://shop.test/back?x=1"
    )
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    url = str(intent.next_action.redirect_to_url.url)
    page = requests.get(url, timeout=TIMEOUT)
    assert "$20.00" in page.text
    back = urlsplit(world.submit(url, outcome).headers["Location"])
    query = parse_qs(back.query)
    assert query["x"] == ["1"]
    assert query["redirect_status"] == ["succeeded" if status else "failed"]
    after = world.client.v1.payment_intents.retrieve(intent.id)
    assert after.status == (status or "requires_payment_method")
    assert requests.get(url, timeout=TIMEOUT).status_code == 404


def test_off_session_a_card_that_must_authenticate_is_declined(world: World) -> None:
    error = refused(lambda: world.paid(method="pm_card_authenticationRequired", off_session=True))
    assert error.code == "authentication_required"


@pytest.mark.parametrize(
    ("method", "ends"),
    [
        ("pm_usBankAccount_success", "succeeded"),
        ("pm_usBankAccount_insufficientFunds", "requires_payment_method"),
    ],
)
def test_a_bank_debit_takes_a_while(world: World, method: str, ends: str) -> None:
    with world.settings(processing_seconds=0.05):
        intent = world.paid(method=method)
        assert intent.status == "processing"
        kinds = [event["type"] for event in world.events_about(intent.id)]
    after = world.client.v1.payment_intents.retrieve(intent.id)
    assert after.status == ends
    last = "payment_intent.succeeded" if ends == "succeeded" else "payment_intent.payment_failed"
    assert {"payment_intent.processing", last} < set(kinds)


def test_an_intent_is_paid_once(world: World) -> None:
    intent = world.paid()
    error = refused(
        world.client.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa"}
    )
    assert error.code == "payment_intent_unexpected_state"
    error = refused(world.client.v1.payment_intents.cancel, intent.id)
    assert error.code == "payment_intent_unexpected_state"
    error = refused(world.client.v1.payment_intents.update, intent.id, {"amount": 1})
    assert error.code == "payment_intent_unexpected_state"
    charges = world.client.v1.charges.list({"payment_intent": intent.id})
    assert len(charges.data) == 1


def test_a_cancelled_intent_stays_cancelled(world: World) -> None:
    intent = world.intent()
    done = world.client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (done.status, done.cancellation_reason) == ("canceled", "abandoned")
    error = refused(
        world.client.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa"}
    )
    assert error.code == "payment_intent_unexpected_state"


def test_manual_capture_takes_part_of_the_amount(world: World) -> None:
    intent = world.paid(1000, capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1000)
    done = world.client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 700})
    assert (done.status, done.amount_received) == ("succeeded", 700)
    money: Any = charge_of(world, done).balance_transaction
    assert money.amount == 700


def test_a_changed_amount_is_what_is_charged(world: World) -> None:
    intent = world.intent(500)
    world.client.v1.payment_intents.update(intent.id, {"amount": 900, "metadata": {"a": "b"}})
    paid = world.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.amount_received, paid.metadata.to_dict()) == (900, {"a": "b"})


def test_a_redirect_needs_somewhere_to_return_to(world: World) -> None:
    error = refused(
        world.client.v1.payment_intents.create,
        {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True},
    )
    assert "return_url" in str(error)


def test_an_application_fee_has_no_place_in_separate_charges(world: World) -> None:
    error = refused(lambda: world.intent(1000, application_fee_amount=100))
    assert "application_fee_amount" in str(error)
    assert error.param == "application_fee_amount"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4242424242424242", "exp_year": 2001}, "invalid_expiry_year"),
        ({"number": "4242424242424242", "cvc": "12345"}, "invalid_cvc"),
        ({"number": "4111111111111111"}, "card_declined"),
    ],
)
def test_a_wrong_card_is_no_payment_method(world: World, card: Any, code: str) -> None:
    details = {"exp_month": 12, "exp_year": 2050, "cvc": "123", **card}
    error = refused(world.client.v1.payment_methods.create, {"type": "card", "card": details})
    assert error.code == code


def test_a_card_number_pays_once(world: World) -> None:
    method = world.client.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": "5555 5555 5555 4444", "exp_month": 1, "exp_year": 2050},
        }
    )
    assert method.card is not None
    assert (method.card.brand, method.card.last4) == ("mastercard", "4444")
    assert world.paid(method=str(method.id)).status == "succeeded"
    error = refused(lambda: world.paid(method=str(method.id)))
    assert re.search("may not be used again", str(error))


def test_sepa_is_for_euros(world: World) -> None:
    method = world.client.v1.payment_methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89 3704 0044 0532 0130 00"},
            "billing_details": {"name": "A B", "email": "a@example.com"},
        }
    )
    error = refused(lambda: world.paid(method=str(method.id)))
    assert "not allowed" in str(error)
    assert world.paid(method=str(method.id), currency="eur").status == "processing"
