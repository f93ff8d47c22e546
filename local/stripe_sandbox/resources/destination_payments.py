"""The other end of a transfer: a payment in the connected account, and its refund."""

from local.stripe_sandbox import ledger
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.resources.payment_methods import billing_details


def payment(call: Call, transfer: Json, available_on: int) -> Json:
    """What the destination sees: a payment, in its own account."""
    amount, currency = transfer["amount"], transfer["currency"]
    identifier = new_id("py")
    entry = ledger.book(call, "payment", identifier, amount, currency, available_on=available_on)
    empty = dict.fromkeys(
        [
            "application",
            "application_fee",
            "application_fee_amount",
            "calculated_statement_descriptor",
            "customer",
            "description",
            "failure_balance_transaction",
            "failure_code",
            "failure_message",
            "on_behalf_of",
            "outcome",
            "payment_intent",
            "payment_method",
            "payment_method_details",
            "presentment_details",
            "receipt_email",
            "receipt_number",
            "receipt_url",
            "review",
            "shipping",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
        ]
    )
    body: Json = {
        **empty,
        "id": identifier,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "balance_transaction": entry["id"],
        "billing_details": billing_details(None),
        "captured": True,
        "created": call.now,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "paid": True,
        "refunded": False,
        "source": {"id": call.platform, "object": "account"},
        "source_transfer": transfer["id"],
        "status": "succeeded",
        "transfer_group": transfer["transfer_group"],
    }
    return call.store.add(call.account, body)


def take_back(theirs: Call, transfer: Json, amount: int, reversal: str) -> str:
    """The refund of the destination's payment; its id."""
    payment = theirs.fetch("charge", transfer["destination_payment"])
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    theirs.store.save(payment)
    identifier = new_id("pyr")
    entry = ledger.book(theirs, "payment_refund", identifier, -amount, transfer["currency"])
    empty = dict.fromkeys(
        [
            "customer",
            "customer_account",
            "payment_intent",
            "payment_method",
            "reason",
            "receipt_number",
            "transfer_reversal",
        ]
    )
    body: Json = {
        **empty,
        "id": identifier,
        "object": "refund",
        "amount": amount,
        "balance_transaction": entry["id"],
        "charge": payment["id"],
        "created": theirs.now,
        "currency": transfer["currency"],
        "destination_details": None,
        "metadata": {},
        "source_transfer_reversal": reversal,
        "status": "succeeded",
    }
    theirs.store.add(theirs.account, body, parent=payment["id"])
    return identifier
