"""How a payment intent is paid: charge, decline, authentication, processing, capture."""

from typing import Any

from local.stripe_sandbox import tasks
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import DECLINES, Decline
from local.stripe_sandbox.errors import Json, StripeError, invalid
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.ids import random_text
from local.stripe_sandbox.money import written
from local.stripe_sandbox.resources import charges

RETURNED = Decline(
    "payment_method_provider_decline",
    "insufficient_funds",
    "The customer's account has insufficient funds to cover this payment.",
)
DENIED = Decline(
    "payment_intent_authentication_failure",
    None,
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or "
    "a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
)


def unexpected_state(intent: Json, message: str) -> StripeError:
    """The intent's status does not allow the call."""
    return StripeError(message, code="payment_intent_unexpected_state", payment_intent=intent)


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
        return _process(call, intent, method)
    return succeed(call, intent, method)


def _spend(call: Call, method: Json) -> None:
    private = call.store.private(method["id"])
    call.store.set_private(method["id"], {**private, "used": True})


def succeed(call: Call, intent: Json, method: Json, *, authenticated: bool = False) -> Json:
    """A card that works: captured, or held for capture."""
    manual = intent["capture_method"] == "manual"
    charge = charges.make(
        call, intent, method, status="succeeded", captured=not manual, authenticated=authenticated
    )
    _spend(call, method)
    intent |= {"latest_charge": charge["id"], "next_action": None, "last_payment_error": None}
    if manual:
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        call.store.save(intent)
        emit(call, "charge.succeeded", charge)
        emit(call, "payment_intent.amount_capturable_updated", intent)
        return intent
    charge = charges.fund(call, charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    call.store.save(intent)
    emit(call, "charge.succeeded", charge)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def decline(call: Call, intent: Json, method: Json, reason: Decline) -> StripeError:
    """Record a refused charge; the error to raise, which commits."""
    charge = charges.make(call, intent, method, status="failed", captured=False, decline=reason)
    error = StripeError(
        reason.message,
        status=402,
        kind="card_error",
        code=reason.code,
        param=reason.param,
        commit=True,
        charge=charge["id"],
        payment_method=method,
    )
    if reason.decline_code:
        error.error["decline_code"] = reason.decline_code
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "last_payment_error": dict(error.error),
        "next_action": None,
        "payment_method": None,
    }
    call.store.save(intent)
    emit(call, "charge.failed", charge)
    emit(call, "payment_intent.payment_failed", intent)
    error.error["payment_intent"] = dict(intent)
    return error


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


def _process(call: Call, intent: Json, method: Json) -> Json:
    charge = charges.make(call, intent, method, status="pending", captured=True)
    _spend(call, method)
    intent |= {"status": "processing", "latest_charge": charge["id"], "next_action": None}
    call.store.save(intent)
    delay = float(call.store.setting("processing_seconds"))
    tasks.plan(call.store, "process", intent["id"], delay)
    emit(call, "charge.pending", charge)
    emit(call, "payment_intent.processing", intent)
    return intent


def finish_processing(call: Call, identifier: str) -> None:
    """The task that ends `processing`: the bank has answered."""
    intent = call.store.find("payment_intent", identifier, call.account)
    if intent is None or intent["status"] != "processing":
        return
    charge = call.fetch("charge", intent["latest_charge"])
    behaviour = call.store.private(charge["id"]).get("behaviour")
    if behaviour == "process_fail":
        _bank_refused(call, intent, charge)
        return
    charge |= {
        "status": "succeeded",
        "paid": True,
        "captured": True,
        "amount_captured": charge["amount"],
    }
    charge = charges.fund(call, call.store.save(charge))
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    call.store.save(intent)
    emit(call, "charge.succeeded", charge)
    emit(call, "payment_intent.succeeded", intent)


def _bank_refused(call: Call, intent: Json, charge: Json) -> None:
    charge |= {
        "status": "failed",
        "failure_code": RETURNED.decline_code,
        "failure_message": RETURNED.message,
    }
    call.store.save(charge)
    error = StripeError(RETURNED.message, code=RETURNED.code, charge=charge["id"])
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": error.error,
        "payment_method": None,
    }
    call.store.save(intent)
    emit(call, "charge.failed", charge)
    emit(call, "payment_intent.payment_failed", intent)


def capture(call: Call, intent: Json) -> Json:
    """Take the money of an intent that waits for it."""
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            "captured: requires_capture.",
        )
    amount = call.get("amount_to_capture", intent["amount_capturable"])
    if not 1 <= amount <= intent["amount_capturable"]:
        currency = intent["currency"]
        raise invalid(
            f"The amount to capture ({written(amount, currency)}) must be positive and not more "
            f"than what is capturable ({written(intent['amount_capturable'], currency)}).",
            "amount_to_capture",
            "amount_too_large",
        )
    charge = call.fetch("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    charge["amount_refunded"] = charge["amount"] - amount
    charge = charges.fund(call, call.store.save(charge))
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    call.store.save(intent)
    emit(call, "charge.captured", charge)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def release(call: Call, intent: Json) -> None:
    """Give back a hold that is not captured."""
    charge = call.fetch("charge", intent["latest_charge"])
    charge |= {"refunded": True, "amount_refunded": charge["amount"]}
    call.store.save(charge)
    emit(call, "charge.refunded", charge)
