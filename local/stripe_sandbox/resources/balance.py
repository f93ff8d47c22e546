"""The balance, and the transactions it is the sum of."""

from local.stripe_sandbox import ledger
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.lists import page

FILTERS = ("currency", "source", "type", "payout")


def retrieve(call: Call) -> Json:
    """GET /v1/balance."""
    sums = ledger.sums(call) or {"usd": (0, 0)}

    def column(position: int) -> list[Json]:
        return [
            {
                "amount": pair[position],
                "currency": currency,
                "source_types": {"card": pair[position]},
            }
            for currency, pair in sums.items()
        ]

    return {
        "object": "balance",
        "available": column(0),
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in sums],
        "livemode": False,
        "pending": column(1),
    }


def transaction(call: Call, identifier: str) -> Json:
    """GET /v1/balance_transactions/{id}."""
    return call.fetch("balance_transaction", identifier)


def transactions(call: Call) -> Json:
    """GET /v1/balance_transactions."""
    where = {name: call.get(name) for name in FILTERS}
    return page(call, "balance_transaction", "/v1/balance_transactions", where)
