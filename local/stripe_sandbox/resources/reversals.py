"""Reversals: money of a transfer that comes back, never more than was sent."""

from local.stripe_sandbox import ledger
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, invalid
from local.stripe_sandbox.events import emit
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.money import written
from local.stripe_sandbox.resources.destination_payments import take_back
from local.stripe_sandbox.resources.transfers import retrieve


def reverse(call: Call, transfer: str) -> Json:
    """POST /v1/transfers/{id}/reversals."""
    parent = retrieve(call, transfer)
    currency = parent["currency"]
    left = parent["amount"] - parent["amount_reversed"]
    if left == 0:
        raise invalid(
            f"Transfer {transfer} has already been fully reversed.",
            code="transfer_already_reversed",
        )
    amount = call.get("amount", left)
    if amount < 1:
        raise bad_param("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Transfer reversal amount ({written(amount, currency)}) is greater than unreversed "
            f"amount on transfer ({written(left, currency)})",
            "amount",
        )
    theirs = call.of(parent["destination"])
    if sum(ledger.sums(theirs).get(currency, (0, 0))) < amount:
        raise StripeError(
            "The connected account has insufficient funds for this reversal.",
            code="balance_insufficient",
        )
    identifier = new_id("trr")
    body: Json = {
        "id": identifier,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": ledger.book(call, "transfer_refund", identifier, amount, currency)[
            "id"
        ],
        "created": call.now,
        "currency": currency,
        "destination_payment_refund": take_back(theirs, parent, amount, identifier),
        "metadata": merged({}, call.get("metadata")),
        "source_refund": None,
        "transfer": transfer,
    }
    call.store.add(call.account, body, parent=transfer)
    parent["amount_reversed"] += amount
    parent["reversed"] = parent["amount_reversed"] == parent["amount"]
    parent["reversals"]["data"].insert(0, body)
    call.store.save(parent)
    emit(call, "transfer.reversed", parent)
    return body


def _reversal(call: Call, transfer: str, identifier: str) -> Json:
    retrieve(call, transfer)
    body = call.fetch("transfer_reversal", identifier)
    if body["transfer"] != transfer:
        return call.fetch("transfer_reversal", f"{identifier} of {transfer}")
    return body


def retrieve_reversal(call: Call, transfer: str, identifier: str) -> Json:
    """GET /v1/transfers/{id}/reversals/{id}."""
    return _reversal(call, transfer, identifier)


def update_reversal(call: Call, transfer: str, identifier: str) -> Json:
    """POST /v1/transfers/{id}/reversals/{id}."""
    body = _reversal(call, transfer, identifier)
    body["metadata"] = merged(body["metadata"], call.get("metadata"))
    parent = retrieve(call, transfer)
    kept = parent["reversals"]["data"]
    parent["reversals"]["data"] = [body if each["id"] == identifier else each for each in kept]
    call.store.save(parent)
    return call.store.save(body)


def list_reversals(call: Call, transfer: str) -> Json:
    """GET /v1/transfers/{id}/reversals."""
    retrieve(call, transfer)
    return page(call, "transfer_reversal", f"/v1/transfers/{transfer}/reversals", parent=transfer)
