"""How an attempt to pay with a card ends: paid, held, or declined."""

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import Decline
from local.stripe_sandbox.errors import Json, StripeError
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.resources import charges


def unexpected_state(intent: Json, message: str) -> StripeError:
    """The intent's status does not allow the call."""
    return StripeError(message, code="payment_intent_unexpected_state", payment_intent=intent)


def spend(call: Call, method: Json) -> None:
    """A payment method without a customer pays once."""
    private = call.store.private(method["id"])
    call.store.set_private(method["id"], {**private, "used": True})


def succeed(call: Call, intent: Json, method: Json, *, authenticated: bool = False) -> Json:
    """A card that works: captured, or held for capture."""
    manual = intent["capture_method"] == "manual"
    charge = charges.make(
        call, intent, method, status="succeeded", captured=not manual, authenticated=authenticated
    )
    spend(call, method)
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
