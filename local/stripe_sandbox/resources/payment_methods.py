"""Payment methods: made from test card numbers, or on the fly from names such as `pm_card_visa`."""

from datetime import UTC, datetime
from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import BY_NAME, BY_NUMBER, Instrument, luhn
from local.stripe_sandbox.errors import Json, StripeError, bad_param, missing_param, unsupported
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def billing_details(given: Any) -> Json:
    """Complete billing details from what was given."""
    given = given or {}
    address = given.get("address") or {}
    return {
        "address": {name: address.get(name) or None for name in ADDRESS},
        "email": given.get("email") or None,
        "name": given.get("name") or None,
        "phone": given.get("phone") or None,
        "tax_id": given.get("tax_id") or None,
    }


def _card(instrument: Instrument, given: Json) -> Json:
    return {
        "brand": instrument.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass" if given.get("cvc") else None,
        },
        "country": instrument.country,
        "display_brand": instrument.brand,
        "exp_month": given.get("exp_month", 12),
        "exp_year": given.get("exp_year", datetime.now(UTC).year + 3),
        "fingerprint": random_text(16),
        "funding": instrument.funding,
        "generated_from": None,
        "last4": instrument.last4,
        "networks": {"available": [instrument.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _details(instrument: Instrument, given: Json) -> Json:
    if instrument.type == "card":
        return _card(instrument, given)
    if instrument.type == "sepa_debit":
        return {
            "bank_code": instrument.number[4:9],
            "branch_code": "",
            "country": instrument.country,
            "fingerprint": random_text(16),
            "generated_from": None,
            "last4": instrument.last4,
        }
    return {
        "account_holder_type": given.get("account_holder_type", "individual"),
        "account_type": given.get("account_type", "checking"),
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": random_text(16),
        "last4": instrument.last4,
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": given.get("routing_number", "110000000"),
        "status_details": None,
    }


def _make(call: Call, instrument: Instrument, given: Json) -> Json:
    body: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": given.get("allow_redisplay", "unspecified"),
        "billing_details": billing_details(given.get("billing_details")),
        instrument.type: _details(instrument, given.get(instrument.type) or {}),
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata")),
        "type": instrument.type,
    }
    private = {"behaviour": instrument.behaviour, "used": False}
    return call.store.add(call.account, body, private=private)


def _card_error(
    message: str, code: str, param: str, decline_code: str | None = None
) -> StripeError:
    more: Json = {"decline_code": decline_code} if decline_code else {}
    return StripeError(message, status=402, kind="card_error", code=code, param=param, **more)


def _checked_card(call: Call, card: Json) -> Instrument:
    for name in ("number", "exp_month", "exp_year"):
        if name not in card:
            raise missing_param(f"card[{name}]")
    number = "".join(str(card["number"]).split())
    if not number.isdecimal() or not 12 <= len(number) <= 19 or not luhn(number):
        raise _card_error("Your card number is incorrect.", "incorrect_number", "number")
    if not 1 <= card["exp_month"] <= 12:
        message = "Your card's expiration month is invalid."
        raise _card_error(message, "invalid_expiry_month", "exp_month")
    year = card["exp_year"] + (2000 if card["exp_year"] < 100 else 0)
    today = datetime.fromtimestamp(call.now, UTC)
    if (year, card["exp_month"]) < (today.year, today.month) or year > today.year + 50:
        message = "Your card's expiration year is invalid."
        raise _card_error(message, "invalid_expiry_year", "exp_year")
    cvc = card.get("cvc")
    if cvc is not None and not (cvc.isdecimal() and len(cvc) in (3, 4)):
        raise _card_error("Your card's security code is invalid.", "invalid_cvc", "cvc")
    instrument = BY_NUMBER.get(("card", number))
    if instrument is None:
        raise _card_error(
            "Your card was declined. Your request was in test mode, but used a non test (live) "
            "card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
            "card_declined",
            "number",
            "test_mode_live_card",
        )
    card["exp_year"] = year
    return instrument


def from_data(call: Call, given: Json) -> Json:
    """A payment method from `type` and its details.

    Raises:
        StripeError: 402 for a card that is wrong in itself, 400 for what is missing.

    """
    kind = given.get("type")
    if kind is None:
        raise missing_param("type")
    details: Any = given.get(kind)
    if kind not in ("card", "us_bank_account", "sepa_debit"):
        raise unsupported(f"type={kind}")
    if not isinstance(details, dict):
        raise missing_param(kind)
    if kind == "card":
        if "token" in details:
            raise unsupported("card[token]")
        instrument = _checked_card(call, details)
    else:
        name = "iban" if kind == "sepa_debit" else "account_number"
        if name not in details:
            raise missing_param(f"{kind}[{name}]")
        number = "".join(str(details[name]).split()).upper()
        found = BY_NUMBER.get((kind, number))
        if found is None:
            raise bad_param(f"Invalid test {name}: use one of Stripe's.", f"{kind}[{name}]")
        instrument = found
    return _make(call, instrument, given)


def resolve(call: Call, identifier: str) -> Json:
    """A stored payment method, or a new one for the name of a test method."""
    if identifier in BY_NAME:
        return _make(call, BY_NAME[identifier], {})
    found = call.store.find("payment_method", identifier, call.account)
    if found is None:
        raise StripeError(
            f"No such PaymentMethod: '{identifier}'",
            code="resource_missing",
            param="payment_method",
        )
    if call.store.private(identifier).get("used") and not found["customer"]:
        raise StripeError(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
            "attachment, shared with a connected account without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple "
            "times, you must attach it to a Customer first.",
        )
    return found


def create(call: Call) -> Json:
    """POST /v1/payment_methods."""
    return from_data(call, call.params)


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/payment_methods/{id}."""
    return call.fetch("payment_method", identifier, param="payment_method")


def update(call: Call, identifier: str) -> Json:
    """POST /v1/payment_methods/{id}."""
    body = retrieve(call, identifier)
    body["metadata"] = merged(body["metadata"], call.get("metadata"))
    if "billing_details" in call.params:
        body["billing_details"] = billing_details(
            {**body["billing_details"], **call.params["billing_details"]}
        )
    return call.store.save(body)


def list_all(call: Call) -> Json:
    """GET /v1/payment_methods."""
    types = [call.params["type"]] if "type" in call.params else None
    return page(call, "payment_method", "/v1/payment_methods", types=types)
