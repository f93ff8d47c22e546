"""Bank debits: processing first, the bank answers later."""

from local.stripe_sandbox import tasks
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import Decline
from local.stripe_sandbox.errors import Json, StripeError
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.resources import charges
from local.stripe_sandbox.resources.outcomes import spend

RETURNED = Decline(
    "payment_method_provider_decline",
    "insufficient_funds",
    "The customer's account has insufficient funds to cover this payment.",
)


def process(call: Call, intent: Json, method: Json) -> Json:
    """The bank is asked; its answer comes by a task."""
    charge = charges.make(call, intent, method, status="pending", captured=True)
    spend(call, method)
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
