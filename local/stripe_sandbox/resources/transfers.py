"""Transfers to connected accounts."""

from typing import Any

from local.stripe_sandbox import ledger
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, invalid
from local.stripe_sandbox.events import changes, emit
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.lists import page, wrap
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.money import written
from local.stripe_sandbox.resources.account_record import capability_status
from local.stripe_sandbox.resources.destination_payments import payment
from local.stripe_sandbox.resources.intent_params import checked_currency

SUPPORTED = {
    "amount",
    "currency",
    "destination",
    "description",
    "metadata",
    "source_transaction",
    "transfer_group",
    "expand",
}


def _destination(call: Call, identifier: str) -> str:
    record = call.store.find("account", identifier)
    if record is None or identifier == call.platform:
        message = f"No such destination: '{identifier}'"
        raise StripeError(message, code="resource_missing", param="destination")
    if capability_status(record, "transfers") != "active":
        raise StripeError(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return identifier


def _source(call: Call, identifier: str, amount: int, currency: str) -> Json:
    """The charge that pays for the transfer, checked."""
    charge = call.fetch("charge", identifier, param="source_transaction", status=400)
    if charge["status"] != "succeeded" or not charge["captured"]:
        message = "Transfers need a source charge that has succeeded and was captured."
        raise invalid(message, "source_transaction")
    if charge["currency"] != currency:
        raise invalid(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must "
            f"be the same as the transfer currency ({currency})",
            "currency",
        )
    taken = sum(each["amount"] - each["amount_reversed"] for each in _of_source(call, identifier))
    if taken + amount > charge["amount_captured"]:
        left = charge["amount_captured"] - taken
        raise invalid(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{written(charge['amount_captured'], currency)}. (There is "
            f"{written(left, currency)} left to transfer from it.)",
            "amount",
        )
    return charge


def _of_source(call: Call, charge: str) -> list[Json]:
    return call.store.children("transfer", charge)


def _require_balance(call: Call, amount: int, currency: str) -> None:
    available, _ = ledger.sums(call).get(currency, (0, 0))
    if available < amount:
        raise StripeError(
            "You have insufficient available funds in your Stripe account. Try adding funds "
            "directly to your available balance by creating Charges using the 4000000000000077 "
            "test card. See: https://stripe.com/docs/testing#available-balance",
            code="balance_insufficient",
        )


def create(call: Call) -> Json:
    """POST /v1/transfers."""
    if "amount" not in call.params:
        raise bad_param("Missing required param: amount.", "amount", "parameter_missing")
    amount, currency = call.params["amount"], checked_currency(call.params["currency"])
    if amount < 1:
        raise bad_param("Invalid positive integer", "amount", "parameter_invalid_integer")
    destination = _destination(call, call.params["destination"])
    source: Any = call.get("source_transaction")
    group: Any = call.get("transfer_group")
    available_on = call.now
    if source:
        charge = _source(call, source, amount, currency)
        intent = charge["payment_intent"]
        group = group or charge["transfer_group"] or (f"group_{intent}" if intent else None)
        entry = charge["balance_transaction"]
        if entry:
            available_on = call.fetch("balance_transaction", entry)["available_on"]
        else:
            available_on += int(call.store.setting("available_after_seconds"))
    else:
        _require_balance(call, amount, currency)
    identifier = new_id("tr")
    entry = ledger.book(
        call,
        "transfer",
        identifier,
        -amount,
        currency,
        available_on=available_on,
        description=call.get("description"),
    )
    body: Json = {
        "id": identifier,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": entry["id"],
        "created": call.now,
        "currency": currency,
        "description": call.get("description") or None,
        "destination": destination,
        "destination_payment": None,
        "livemode": False,
        "metadata": merged({}, call.get("metadata")),
        "reversals": wrap([], f"/v1/transfers/{identifier}/reversals"),
        "reversed": False,
        "source_transaction": source,
        "source_type": "card",
        "transfer_group": group,
    }
    body["destination_payment"] = payment(call.of(destination), body, available_on)["id"]
    call.store.add(call.account, body, parent=source)
    emit(call, "transfer.created", body)
    return body


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/transfers/{id}."""
    return call.fetch("transfer", identifier)


def update(call: Call, identifier: str) -> Json:
    """POST /v1/transfers/{id}."""
    body = retrieve(call, identifier)
    before = dict(body)
    body["metadata"] = merged(body["metadata"], call.get("metadata"))
    if "description" in call.params:
        body["description"] = call.params["description"] or None
    if previous := changes(before, body):
        call.store.save(body)
        emit(call, "transfer.updated", body, previous=previous)
    return body


def list_all(call: Call) -> Json:
    """GET /v1/transfers."""
    where = {name: call.get(name) for name in ("destination", "transfer_group")}
    return page(call, "transfer", "/v1/transfers", where)
