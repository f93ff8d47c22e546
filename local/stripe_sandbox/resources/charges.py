"""Charges, and the money they bring."""

from typing import Any

from local.stripe_sandbox import ledger, tasks
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.cards import Decline
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.events import changes, emit
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.money import stripe_fee

GROUP = "transfer_group"


def _card_details(card: Json, amount: int, *, authenticated: bool) -> Json:
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
    copied = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    return {
        **{name: card[name] for name in copied},
        "amount_authorized": amount,
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": secure if authenticated else None,
        "transaction_link_id": None,
        "wallet": None,
    }


def _outcome(decline: Decline | None) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": (decline.decline_code or decline.code) if decline else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank did not return any further details with this decline."
        if decline
        else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def make(  # noqa: PLR0913 - how it ended is four facts
    call: Call,
    intent: Json,
    method: Json,
    *,
    status: str,
    captured: bool = True,
    decline: Decline | None = None,
    authenticated: bool = False,
) -> Json:
    """A charge of a payment intent; `status`: succeeded, pending or failed. Moves no money yet."""
    kind = method["type"]
    amount = intent["amount"]
    details = (
        _card_details(method["card"], amount, authenticated=authenticated)
        if kind == "card"
        else dict(method[kind])
    )
    body: Json = {
        "id": new_id("ch" if kind == "card" else "py"),
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if captured and status == "succeeded" else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "AGORA SANDBOX" if kind == "card" else None,
        "captured": captured and status == "succeeded",
        "created": call.now,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(decline),
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {kind: details, "type": kind},
        "presentment_details": None,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": None,
        GROUP: intent[GROUP],
    }
    private = {"behaviour": call.store.private(method["id"]).get("behaviour", "succeed")}
    return call.store.add(call.account, body, parent=intent["id"], private=private)


def fund(call: Call, charge: Json) -> Json:
    """Book a captured charge, at once or (setting `fee_delay_seconds`) later."""
    delay = float(call.store.setting("fee_delay_seconds"))
    if delay > 0:
        tasks.plan(call.store, "fund", charge["id"], delay)
        return charge
    return _book(call, charge)


def _book(call: Call, charge: Json) -> Json:
    bypass = call.store.private(charge["id"]).get("behaviour") == "bypass_pending"
    wait = 0 if bypass else int(call.store.setting("available_after_seconds"))
    amount = charge["amount_captured"]
    entry = ledger.book(
        call,
        "charge" if charge["id"].startswith("ch_") else "payment",
        charge["id"],
        amount,
        charge["currency"],
        fee=stripe_fee(amount),
        available_on=call.now + wait,
        description=charge["description"],
    )
    charge["balance_transaction"] = entry["id"]
    return call.store.save(charge)


def book_late(call: Call, identifier: str) -> None:
    """The task that makes a late balance transaction known."""
    charge = call.store.find("charge", identifier, call.account)
    if charge is None or charge["balance_transaction"]:
        return
    charge = _book(call, charge)
    emit(call, "charge.updated", charge, previous={"balance_transaction": None})


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/charges/{id}."""
    return call.fetch("charge", identifier)


def update(call: Call, identifier: str) -> Json:
    """POST /v1/charges/{id}."""
    charge = retrieve(call, identifier)
    before = dict(charge)
    charge["metadata"] = merged(charge["metadata"], call.get("metadata"))
    for name in ("description", "receipt_email", GROUP):
        if name in call.params:
            charge[name] = call.params[name] or None
    call.store.save(charge)
    previous: Any = changes(before, charge)
    if previous:
        emit(call, "charge.updated", charge, previous=previous)
    return charge


def list_all(call: Call) -> Json:
    """GET /v1/charges."""
    where = {"payment_intent": call.get("payment_intent"), GROUP: call.get(GROUP)}
    return page(call, "charge", "/v1/charges", where)
