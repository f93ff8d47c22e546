"""Payment intents: made, changed, cancelled. How they are paid is in `confirmation.py`."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, invalid, no_such
from local.stripe_sandbox.events import changes, emit
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.resources import confirmation, holds, payment_methods
from local.stripe_sandbox.resources.intent_params import (
    TEXTS,
    checked_amount,
    checked_currency,
    method_types,
    refuse_application_fee,
)
from local.stripe_sandbox.resources.outcomes import unexpected_state

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(call: Call) -> Json:
    """POST /v1/payment_intents."""
    if call.account != call.platform:
        confirmation.require_charges_enabled(call)
    currency = checked_currency(call.params["currency"])
    amount = checked_amount(call.params["amount"], currency)
    refuse_application_fee(call)
    types, automatic = method_types(call, currency)
    confirm = bool(call.get("confirm"))
    for name in ("return_url", "off_session", "error_on_requires_action", "use_stripe_sdk"):
        if name in call.params and not confirm:
            raise invalid(f"You cannot set `{name}` without also setting `confirm` to true.", name)
    identifier = new_id("pi")
    body: Json = {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": call.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{random_text(25)}",
        "confirmation_method": call.get("confirmation_method", "automatic"),
        "created": call.now,
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": merged({}, call.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {kind: {} for kind in types},
        "payment_method_types": types,
        "processing": None,
        "review": None,
        "source": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        **{name: call.get(name) or None for name in TEXTS},
    }
    call.store.add(call.account, body)
    _take_method(call, body)
    call.store.save(body)
    emit(call, "payment_intent.created", body)
    return confirmation.confirm_now(call, body) if confirm else body


def _take_method(call: Call, body: Json) -> None:
    """Attach the payment method that the call names or describes."""
    identifier: Any = call.get("payment_method")
    data: Any = call.get("payment_method_data")
    if identifier:
        method = payment_methods.resolve(call, identifier)
    elif data:
        method = payment_methods.from_data(call, data)
    else:
        return
    confirmation.check_type(body, method)
    body["payment_method"] = method["id"]
    body["status"] = "requires_confirmation"


def own(call: Call, identifier: str) -> Json:
    """The intent of a call; a publishable key must show its client secret.

    Raises:
        StripeError: 404, or 400 for a wrong secret.

    """
    found = call.store.find("payment_intent", identifier, call.account)
    if found is None:
        raise no_such("payment_intent", identifier, "intent")
    secret = call.get("client_secret")
    if call.publishable and secret is None:
        raise StripeError(
            "Missing required param: client_secret.",
            code="parameter_missing",
            param="client_secret",
            stored=False,
        )
    if secret is not None and secret != found["client_secret"]:
        raise invalid(
            "The client_secret provided does not match the client_secret associated with the "
            "PaymentIntent.",
            "client_secret",
            "payment_intent_invalid_parameter",
        )
    return found


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/payment_intents/{id}."""
    return own(call, identifier)


def update(call: Call, identifier: str) -> Json:
    """POST /v1/payment_intents/{id}."""
    body = own(call, identifier)
    refuse_application_fee(call)
    before = dict(body)
    for name in ("amount", "currency", "payment_method", "payment_method_data"):
        if name in call.params and body["status"] not in OPEN:
            raise unexpected_state(
                body,
                f"This PaymentIntent's {name} could not be updated because it has a status of "
                f"{body['status']}. You may only update the {name} of a PaymentIntent with one of "
                f"the following statuses: {', '.join(OPEN)}.",
            )
    if "currency" in call.params:
        body["currency"] = checked_currency(call.params["currency"])
    body["amount"] = call.get("amount", body["amount"])
    if "amount" in call.params or "currency" in call.params:
        checked_amount(body["amount"], body["currency"])
    if "allowed_payment_method_types" in call.params:
        types, body["automatic_payment_methods"] = method_types(call, body["currency"])
        body["payment_method_types"] = types
    body["metadata"] = merged(body["metadata"], call.get("metadata"))
    for name in TEXTS:
        if name in call.params:
            body[name] = call.params[name] or None
    if body["status"] in OPEN:
        _take_method(call, body)
    if changes(before, body):
        call.store.save(body)
    return body


def cancel(call: Call, identifier: str) -> Json:
    """POST /v1/payment_intents/{id}/cancel."""
    body = own(call, identifier)
    allowed = (*OPEN, "requires_capture")
    if body["status"] not in allowed:
        raise unexpected_state(
            body,
            f"You cannot cancel this PaymentIntent because it has a status of {body['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(allowed)}.",
        )
    if body["status"] == "requires_capture":
        holds.release(call, body)
    body |= {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": call.get("cancellation_reason"),
        "next_action": None,
        "amount_capturable": 0,
    }
    call.store.save(body)
    emit(call, "payment_intent.canceled", body)
    return body


def confirm(call: Call, identifier: str) -> Json:
    """POST /v1/payment_intents/{id}/confirm."""
    body = own(call, identifier)
    confirmation.refuse_unless_open(body)
    if call.publishable and body["confirmation_method"] == "manual":
        raise invalid(
            "This PaymentIntent can only be confirmed with a secret API key, because its "
            "confirmation_method is manual."
        )
    for name in ("receipt_email", "shipping", "setup_future_usage"):
        if name in call.params:
            body[name] = call.params[name] or None
    _take_method(call, body)
    return confirmation.confirm_now(call, body)


def capture(call: Call, identifier: str) -> Json:
    """POST /v1/payment_intents/{id}/capture."""
    return holds.capture(call, own(call, identifier))


def list_all(call: Call) -> Json:
    """GET /v1/payment_intents."""
    return page(call, "payment_intent", "/v1/payment_intents")
