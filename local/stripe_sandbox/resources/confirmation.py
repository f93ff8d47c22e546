"""Confirmation: what the attached payment method does with a payment intent."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import DECLINES, Decline
from local.stripe_sandbox.errors import Json, StripeError, invalid
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.ids import random_text
from local.stripe_sandbox.resources.bank_debits import process
from local.stripe_sandbox.resources.outcomes import decline, succeed, unexpected_state

DENIED = Decline(
    "payment_intent_authentication_failure",
    None,
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or "
    "a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
)


def refuse_unless_open(intent: Json) -> None:
    """Raise unless the intent may be confirmed."""
    status = intent["status"]
    if status == "succeeded":
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being "
            "previously confirmed.",
        )
    if status in ("canceled", "processing", "requires_capture"):
        raise unexpected_state(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: "
            "requires_confirmation, requires_action.",
        )


def require_charges_enabled(call: Call) -> None:
    """Direct charges need a connected account that may take cards."""
    record = call.store.find("account", call.account) or {}
    if not record.get("requested", {}).get("card_payments") or record.get("due"):
        raise invalid(
            "Your account cannot currently make charges: the card_payments capability is not "
            "active on the connected account.",
            code="insufficient_capabilities_for_transfer",
        )


def check_type(intent: Json, method: Json) -> None:
    """Raise if the intent does not take this type of payment method."""
    if method["type"] in intent["payment_method_types"]:
        return
    allowed = ", ".join(intent["payment_method_types"])
    raise invalid(
        f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. "
        "Please attach a PaymentMethod of one of the following types: "
        f"{allowed}.",
        "payment_method",
        "payment_intent_invalid_parameter",
    )


def _require_return_url(call: Call, intent: Json) -> None:
    automatic: Any = intent["automatic_payment_methods"]
    if not automatic or automatic["allow_redirects"] == "never":
        return
    if call.get("return_url") or call.get("use_stripe_sdk"):
        return
    raise invalid(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
        "Because some of these payment methods might redirect your customer off of your page, you "
        "must provide a `return_url`. If you don't want to accept redirect-based payment methods, "
        "set `automatic_payment_methods[enabled]` to `true` and "
        "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
        "Payment Intents."
    )


def confirm_now(call: Call, intent: Json) -> Json:
    """Try to pay with the attached payment method.

    Raises:
        StripeError: 402 for a decline, which is kept; 400 when something is missing.

    """
    if not intent["payment_method"]:
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
        )
    _require_return_url(call, intent)
    method = call.fetch("payment_method", intent["payment_method"])
    behaviour = str(call.store.private(method["id"]).get("behaviour"))
    if behaviour in DECLINES:
        raise decline(call, intent, method, DECLINES[behaviour])
    if behaviour.startswith("authenticate"):
        return _ask_to_authenticate(call, intent, method)
    if behaviour.startswith("process"):
        return process(call, intent, method)
    return succeed(call, intent, method)


def _ask_to_authenticate(call: Call, intent: Json, method: Json) -> Json:
    if call.get("off_session") or call.get("error_on_requires_action"):
        required = Decline(
            "authentication_required",
            "authentication_required",
            "Your card was declined. This transaction requires authentication.",
        )
        raise decline(call, intent, method, required)
    token = random_text(24)
    url = f"{call.base_url}/3ds/{intent['id']}/{token}"
    back = call.get("return_url")
    intent |= {
        "status": "requires_action",
        "next_action": {
            "redirect_to_url": {"return_url": back, "url": url},
            "type": "redirect_to_url",
        }
        if back
        else {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"stripe_js": url, "type": "three_d_secure_redirect"},
        },
    }
    call.store.set_private(intent["id"], {"token": token, "return_url": back})
    call.store.save(intent)
    emit(call, "payment_intent.requires_action", intent)
    return intent


def authenticated(call: Call, intent: Json, *, passed: bool) -> Json:
    """The customer has answered the bank's page."""
    method = call.fetch("payment_method", intent["payment_method"])
    behaviour = str(call.store.private(method["id"]).get("behaviour"))
    call.store.set_private(intent["id"], {})
    reason = DECLINES.get(behaviour.removeprefix("authenticate_"))
    if passed and reason is None:
        return succeed(call, intent, method, authenticated=True)
    if passed and reason is not None:
        decline(call, intent, method, reason)
        return intent
    failure = StripeError(DENIED.message, code=DENIED.code, payment_method=method)
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": failure.error,
        "next_action": None,
        "payment_method": None,
    }
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)
    return intent
