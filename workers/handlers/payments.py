"""What we ask Stripe to do with payments: cancel a PaymentIntent, refund one that came too late."""

from typing import Any

import stripe

from agora.logs import get_logger
from workers.context import Context
from workers.job import Job, PermanentError

logger = get_logger(__name__)


def _cancel_payment_intent(context: Context, job: Job) -> str:
    intent_id = job.text("payment_intent_id")
    intents = context.stripe.v1.payment_intents
    try:
        # No idempotency key of ours: Stripe would replay for a day a refusal that is outdated in a
        # second, and a second cancellation changes nothing.
        intents.cancel(intent_id, {"cancellation_reason": "abandoned"})
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise PermanentError(f"Stripe knows no PaymentIntent {intent_id}") from error
        status = intents.retrieve(intent_id).status
        if status not in ("canceled", "succeeded"):
            raise
        # Succeeded: it was paid in this very moment; its own event says what follows.
        return f"already {status}"
    return "canceled"


def _existing_refund(context: Context, intent_id: str) -> Any:
    refunds = context.stripe.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
    for refund in refunds.data:
        if refund.status in ("succeeded", "pending"):
            return refund
    return None


def _refund_late_payment(context: Context, job: Job) -> str:
    payment_id = job.text("id")
    task = context.db.value("late_refund", {"p_payment_id": payment_id})
    if task is None:
        return "already refunded"
    # Asked first: Stripe forgets idempotency keys after a day, a refund never.
    refund = _existing_refund(context, task["payment_intent_id"])
    if refund is None:
        refund = context.stripe.v1.refunds.create(
            {
                "payment_intent": task["payment_intent_id"],
                "amount": task["amount"],
                "metadata": {"payment_id": payment_id, "reason": "late_payment"},
            },
            {"idempotency_key": task["idempotency_key"]},
        )
    context.db.value(
        "late_refund_done",
        {"p_payment_id": payment_id, "p_refund_id": refund.id, "p_status": refund.status},
    )
    return f"refunded, {refund.status}"


_TASKS = {
    "cancel_payment_intent": _cancel_payment_intent,
    "refund_late_payment": _refund_late_payment,
}


def handle(context: Context, job: Job) -> str:
    """Do the job's task. Each may be done again: Stripe's own state decides."""
    name = job.text("task")
    task = _TASKS.get(name)
    if task is None:
        raise PermanentError(f"no such task: {name}")
    return task(context, job)
