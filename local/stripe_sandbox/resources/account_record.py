"""What the sandbox keeps of an account: one record behind both versions of the API."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.store import Store

EUROPE = frozenset(
    [
        "at",
        "be",
        "cy",
        "de",
        "ee",
        "es",
        "fi",
        "fr",
        "gr",
        "hr",
        "ie",
        "it",
        "lt",
        "lu",
        "lv",
        "mt",
        "nl",
        "pt",
        "si",
        "sk",
    ]
)


CURRENCY = {
    "us": "usd",
    "gb": "gbp",
    "ch": "chf",
    "ca": "cad",
    "au": "aud",
    "jp": "jpy",
    "pl": "pln",
}


DUE = [
    "business_type",
    "external_account",
    "individual.dob.day",
    "individual.dob.month",
    "individual.dob.year",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]


# What connected accounts hang on; the platform's own account does not.
CONNECTED = "connected"


CAPABILITIES = ("card_payments", "transfers")


def new_record(call: Call, **values: Any) -> Json:
    """An account as the sandbox keeps it, with everything still to be provided."""
    country = str(values.get("country") or "US").upper()
    low = country.lower()
    record: Json = {
        "id": new_id("acct")[:21],
        "object": "account",
        "created": call.now,
        "generation": 1,
        "email": None,
        "display_name": None,
        "business_type": None,
        "business_profile": {},
        "currency": CURRENCY.get(low, "eur" if low in EUROPE else "usd"),
        "requested": {},
        "due": list(DUE),
        "pending": False,
        "rejected": None,
        "submitted": False,
        "closed": False,
        "dashboard": "express",
        "controller": {"type": "application"},
        "kind": "express",
        "metadata": {},
        "settings": {},
        "identity": {},
        "bank": None,
        **{name: value for name, value in values.items() if value is not None},
        "country": country,
    }
    return record


def capability_status(record: Json, name: str) -> str:
    """active, pending, inactive or unrequested, as v1 says it."""
    if not record["requested"].get(name):
        return "unrequested"
    if record["rejected"] or record["closed"] or record["due"]:
        return "inactive"
    return "pending" if record["pending"] else "active"


def platform_account(store: Store) -> str:
    """The platform's own account, made at the first start; its id."""
    for record in store.every("account"):
        if record["kind"] == "standard":
            return str(record["id"])
    identifier = f"acct_1{random_text(15)}"
    call = Call(store, identifier, identifier, "")
    record = new_record(call, id=identifier, kind="standard", email="platform@example.com")
    record |= {"due": [], "submitted": True, "requested": dict.fromkeys(CAPABILITIES, True)}
    record["controller"] = {"type": "account"}
    store.add(identifier, record)
    return identifier
