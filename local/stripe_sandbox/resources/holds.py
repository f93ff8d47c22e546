"""Money that is held: taken, or given back."""

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, invalid
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.money import written
from local.stripe_sandbox.resources import charges
from local.stripe_sandbox.resources.outcomes import unexpected_state


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
