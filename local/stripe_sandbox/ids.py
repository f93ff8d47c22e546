"""Identifiers in Stripe's form: a prefix that tells the type, and letters and digits."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """An identifier, such as `ch_3Qx…`."""
    return f"{prefix}_1{random_text(23)}"


TYPES = {
    "acct": "account",
    "ch": "charge",
    "py": "charge",
    "pi": "payment_intent",
    "pm": "payment_method",
    "re": "refund",
    "pyr": "refund",
    "tr": "transfer",
    "trr": "transfer_reversal",
    "txn": "balance_transaction",
}


def type_of(identifier: str) -> str | None:
    """The type of object that an identifier stands for, where it is known."""
    return TYPES.get(identifier.partition("_")[0])
