"""Amounts: minor units, Stripe's fee, and how Stripe writes an amount in a message."""

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
MINIMUM = {"usd": 50, "eur": 50, "gbp": 30, "chf": 50, "jpy": 50, "aud": 50, "cad": 50, "pln": 200}
MAXIMUM = 99_999_999
SIGN = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
CURRENCIES = frozenset(
    [
        "aed",
        "aud",
        "bgn",
        "brl",
        "cad",
        "chf",
        "cny",
        "czk",
        "dkk",
        "eur",
        "gbp",
        "hkd",
        "huf",
        "idr",
        "ils",
        "inr",
        "jpy",
        "krw",
        "mxn",
        "myr",
        "nok",
        "nzd",
        "php",
        "pln",
        "ron",
        "sek",
        "sgd",
        "thb",
        "try",
        "twd",
        "uah",
        "usd",
        "vnd",
        "zar",
        "bif",
        "clp",
        "djf",
        "gnf",
        "kmf",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)


def stripe_fee(amount: int) -> int:
    """2.9 % + 30 minor units, rounded half up."""
    return (amount * 29 + 500) // 1000 + 30


def written(amount: int, currency: str) -> str:
    """An amount as in Stripe's messages, such as `$10.00`."""
    digits = f"{amount:,}" if currency in ZERO_DECIMAL else f"{amount / 100:,.2f}"
    sign = SIGN.get(currency)
    return f"{sign}{digits}" if sign else f"{digits} {currency}"
