"""Balance transactions: everything that moves an account's balance, which is their sum."""

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.ids import new_id

CATEGORY = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "adjustment": "other_adjustment",
}


def book(  # noqa: PLR0913 - the fields of a balance transaction
    call: Call,
    kind: str,
    source: str,
    amount: int,
    currency: str,
    *,
    fee: int = 0,
    available_on: int | None = None,
    description: str | None = None,
) -> Json:
    """Move `amount` less `fee` (minor units) into the balance of the call's account."""
    available = call.now if available_on is None else available_on
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    body: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available,
        "balance_type": "payments",
        "created": call.now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": CATEGORY[kind],
        "source": source,
        "status": "pending",
        "type": kind,
    }
    call.store.add(call.account, body, parent=source)
    call.store.db.execute(
        "insert into movements values (?, ?, ?, ?, ?)",
        (body["id"], call.account, currency, body["net"], available),
    )
    return body


def shown(call: Call, body: Json) -> Json:
    """A balance transaction with its status of now."""
    available = int(body["available_on"]) <= call.now
    return {**body, "status": "available" if available else "pending"}


def sums(call: Call) -> dict[str, tuple[int, int]]:
    """Available and pending of each currency of the call's account."""
    rows = call.store.db.execute(
        "select currency, sum(case when available_on <= ? then net else 0 end) as available,"
        " sum(case when available_on > ? then net else 0 end) as pending"
        " from movements where account = ? group by currency order by currency",
        (call.now, call.now, call.account),
    )
    return {row["currency"]: (int(row["available"]), int(row["pending"])) for row in rows}


def settle(call: Call) -> int:
    """Make everything that is pending available now; how many transactions that were."""
    rows = call.store.db.execute("select id from movements where available_on > ?", (call.now,))
    pending = [str(row["id"]) for row in rows]
    for identifier in pending:
        body = call.store.find("balance_transaction", identifier)
        if body is not None:
            call.store.save({**body, "available_on": call.now})
    call.store.db.execute(
        "update movements set available_on = ? where available_on > ?", (call.now, call.now)
    )
    return len(pending)
