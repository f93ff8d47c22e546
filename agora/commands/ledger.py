"""`agora ledger`: the postings of an order or of everything, and the proof that they balance."""

import uuid

from agora.commands.outcome import CommandError
from agora.commands.tables import table
from agora.db import Database


def report(database: Database, order: str | None) -> tuple[str, bool]:
    """The text, and whether all of it balances. Amounts are minor units, debits positive.

    Raises CommandError: not an order id.
    """
    if order is not None:
        try:
            uuid.UUID(order)
        except ValueError:
            raise CommandError(f"'{order}' is not an order id", 2) from None
    rows = database.rows("ledger_summary", {"p_order_id": order})
    balance = database.rows("ledger_trial_balance")
    parts = []
    sums: dict[str, int] = {}
    lines: list[list[object]] = []
    previous = None
    for row in rows:
        first = row["transaction_id"] != previous
        previous = row["transaction_id"]
        amount = row["amount"]
        lines.append(
            [
                row["kind"] if first else "",
                row["account"],
                row["currency"],
                amount if amount > 0 else None,
                -amount if amount < 0 else None,
            ]
        )
        sums[str(previous)] = sums.get(str(previous), 0) + amount
    parts.append(
        table(["posting", "account", "currency", "debit", "credit"], lines)
        if lines
        else "No postings."
    )
    names = ["currency", "debits", "credits", "difference"]
    parts.append("Trial balance of the whole ledger, in minor units:")
    parts.append(table(names, [[row[name] for name in names] for row in balance]))
    wrong = [key for key, value in sums.items() if value != 0]
    balanced = not wrong and all(row["difference"] == 0 for row in balance)
    parts.append("Balanced." if balanced else f"NOT BALANCED. {' '.join(wrong)}".rstrip())
    return "\n\n".join(parts), balanced
