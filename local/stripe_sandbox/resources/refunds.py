"""Refunds: whole or in part, never more than was charged."""

from typing import Any

from local.stripe_sandbox import ledger, tasks
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, invalid, missing_param
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.money import written

SUPPORTED = {"amount", "charge", "payment_intent", "reason", "metadata", "expand"}
SLOW = ("refund_pending", "process")


def _charge(call: Call) -> Json:
    """The charge to refund."""
    intent: Any = call.get("payment_intent")
    if call.get("charge"):
        return call.fetch("charge", call.params["charge"], param="charge", status=400)
    if not intent:
        raise missing_param("charge")
    found = call.fetch("payment_intent", intent, param="payment_intent", status=400)
    paid = found["status"] in ("succeeded", "requires_capture") and found["latest_charge"]
    if not paid:
        raise invalid(
            f"This PaymentIntent ({intent}) does not have a successful charge to refund.",
            "payment_intent",
        )
    return call.fetch("charge", found["latest_charge"])


def _amount(call: Call, charge: Json) -> int:
    if charge["refunded"]:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeError(message, code="charge_already_refunded")
    if charge["status"] != "succeeded":
        message = f"You cannot refund charge {charge['id']} because it has not succeeded."
        raise invalid(message, "charge")
    if not charge["captured"]:
        message = f"Charge {charge['id']} has not been captured: cancel its PaymentIntent instead."
        raise invalid(message, "charge")
    left = charge["amount"] - charge["amount_refunded"]
    amount = call.get("amount", left)
    if amount < 1:
        raise bad_param("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        currency = charge["currency"]
        bound = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise invalid(
            f"Refund amount ({written(amount, currency)}) is greater than {bound} "
            f"({written(left, currency)})",
            "amount",
        )
    return int(amount)


def create(call: Call) -> Json:
    """POST /v1/refunds."""
    charge = _charge(call)
    amount = _amount(call, charge)
    behaviour = str(call.store.private(charge["id"]).get("behaviour"))
    kind = charge["payment_method_details"]["type"]
    card = charge["id"].startswith("ch_")
    pending = behaviour in SLOW
    reference = {"reference_status": "pending", "reference_type": "acquirer_reference_number"}
    body: Json = {
        "id": new_id("re" if card else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {
            kind: {**reference, "type": "refund"} if kind == "card" else {},
            "type": kind,
        },
        "metadata": merged({}, call.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": call.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    entry = ledger.book(
        call,
        "refund" if card else "payment_refund",
        body["id"],
        -amount,
        charge["currency"],
        description="REFUND FOR CHARGE",
    )
    body["balance_transaction"] = entry["id"]
    call.store.add(call.account, body, parent=charge["id"])
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(charge)
    emit(call, "refund.created", body)
    emit(call, "charge.refunded", charge)
    if pending or behaviour == "refund_fail":
        delay = float(call.store.setting("processing_seconds"))
        tasks.plan(call.store, "refund", body["id"], delay)
    return body


def finish(call: Call, identifier: str) -> None:
    """The task that ends a pending refund, or fails one that looked done."""
    body = call.store.find("refund", identifier, call.account)
    if body is None or body["status"] in ("failed", "canceled"):
        return
    charge = call.fetch("charge", body["charge"])
    previous = {"status": body["status"]}
    if call.store.private(charge["id"]).get("behaviour") != "refund_fail":
        body["status"] = "succeeded"
        call.store.save(body)
        emit(call, "refund.updated", body, previous=previous)
        return
    entry = ledger.book(call, "refund_failure", body["id"], body["amount"], body["currency"])
    body |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": entry["id"],
    }
    call.store.save(body)
    charge["amount_refunded"] -= body["amount"]
    charge["refunded"] = False
    call.store.save(charge)
    emit(call, "refund.updated", body, previous=previous)
    emit(call, "refund.failed", body)
    emit(call, "charge.refund.updated", body, previous=previous)


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/refunds/{id}."""
    return call.fetch("refund", identifier)


def update(call: Call, identifier: str) -> Json:
    """POST /v1/refunds/{id}."""
    body = retrieve(call, identifier)
    before = body["metadata"]
    body["metadata"] = merged(before, call.get("metadata"))
    if body["metadata"] != before:
        call.store.save(body)
        emit(call, "refund.updated", body, previous={"metadata": before})
        emit(call, "charge.refund.updated", body, previous={"metadata": before})
    return body


def of_charge(call: Call, charge: str) -> Json:
    """GET /v1/charges/{id}/refunds."""
    call.fetch("charge", charge)
    return page(call, "refund", f"/v1/charges/{charge}/refunds", parent=charge)


def list_all(call: Call) -> Json:
    """GET /v1/refunds."""
    where = {"payment_intent": call.get("payment_intent")}
    return page(call, "refund", "/v1/refunds", where, parent=call.get("charge"))
