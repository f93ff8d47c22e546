"""Payment intents: made, changed, cancelled. How they are paid is in `confirmation.py`."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, invalid, no_such
from local.stripe_sandbox.events import changes, emit
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.money import CURRENCIES, MAXIMUM, MINIMUM, written
from local.stripe_sandbox.resources import confirmation, payment_methods

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
AUTOMATIC_TYPES = {"usd": ["card", "us_bank_account"], "eur": ["card", "sepa_debit"]}
TEXTS = (
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "shipping",
    "setup_future_usage",
)
CREATE = {
    *TEXTS,
    "amount",
    "currency",
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "error_on_requires_action",
    "metadata",
    "off_session",
    "payment_method",
    "payment_method_data",
    "allowed_payment_method_types",
    "return_url",
    "use_stripe_sdk",
    "application_fee_amount",
    "expand",
}
UPDATE = {*TEXTS, "amount", "currency", "metadata", "payment_method", "payment_method_data"} | {
    "allowed_payment_method_types",
    "application_fee_amount",
    "expand",
}


def checked_currency(currency: str) -> str:
    """A currency as Stripe stores it.

    Raises:
        StripeError: it is none.

    """
    code = currency.lower()
    if code not in CURRENCIES:
        raise bad_param(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(CURRENCIES))}",
            "currency",
        )
    return code


def _checked_amount(amount: int, currency: str) -> int:
    if amount < 1:
        raise bad_param(
            "This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer"
        )
    least = MINIMUM.get(currency, 50)
    if amount < least:
        message = f"Amount must be at least {written(least, currency)} {currency}"
        raise invalid(message, "amount", "amount_too_small")
    if amount > MAXIMUM:
        message = f"Amount must be no more than {written(MAXIMUM, currency)} {currency}"
        raise invalid(message, "amount", "amount_too_large")
    return amount


def _refuse_application_fee(call: Call) -> None:
    if call.get("application_fee_amount") in (None, ""):
        return
    raise invalid(
        "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct "
        "payment (using an OAuth key or Stripe-Account header) or destination payment (using "
        "`transfer_data[destination]`).",
        "application_fee_amount",
    )


def _types(call: Call, currency: str) -> tuple[list[str], Json | None]:
    """The types of payment method, and how automatic they are."""
    given: Any = call.get("allowed_payment_method_types")
    automatic: Any = call.get("automatic_payment_methods")
    if given and automatic and automatic.get("enabled"):
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, "
            "payment_method_types."
        )
    if given:
        if unknown := [
            kind for kind in given if kind not in ("card", "us_bank_account", "sepa_debit")
        ]:
            raise invalid(
                f'The payment method type "{unknown[0]}" is invalid. Please ensure the provided '
                "type is activated in your dashboard and your account is enabled for any preview "
                "features that you are trying to use.",
                "allowed_payment_method_types",
            )
        return given, None
    if automatic is not None and not automatic["enabled"]:
        return ["card"], None
    redirects = (automatic or {}).get("allow_redirects", "always")
    types = AUTOMATIC_TYPES.get(currency, ["card"])
    return types, {"allow_redirects": redirects, "enabled": True}


def create(call: Call) -> Json:
    """POST /v1/payment_intents."""
    if call.account != call.platform:
        confirmation.require_charges_enabled(call)
    currency = checked_currency(call.params["currency"])
    amount = _checked_amount(call.params["amount"], currency)
    _refuse_application_fee(call)
    types, automatic = _types(call, currency)
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
    _refuse_application_fee(call)
    before = dict(body)
    for name in ("amount", "currency", "payment_method", "payment_method_data"):
        if name in call.params and body["status"] not in OPEN:
            raise confirmation.unexpected_state(
                body,
                f"This PaymentIntent's {name} could not be updated because it has a status of "
                f"{body['status']}. You may only update the {name} of a PaymentIntent with one of "
                f"the following statuses: {', '.join(OPEN)}.",
            )
    if "currency" in call.params:
        body["currency"] = checked_currency(call.params["currency"])
    body["amount"] = call.get("amount", body["amount"])
    if "amount" in call.params or "currency" in call.params:
        _checked_amount(body["amount"], body["currency"])
    if "allowed_payment_method_types" in call.params:
        types, body["automatic_payment_methods"] = _types(call, body["currency"])
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
        raise confirmation.unexpected_state(
            body,
            f"You cannot cancel this PaymentIntent because it has a status of {body['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(allowed)}.",
        )
    if body["status"] == "requires_capture":
        confirmation.release(call, body)
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
    return confirmation.capture(call, own(call, identifier))


def list_all(call: Call) -> Json:
    """GET /v1/payment_intents."""
    return page(call, "payment_intent", "/v1/payment_intents")
