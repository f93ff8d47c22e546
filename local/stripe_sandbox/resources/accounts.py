"""Connected accounts of API v1. One record behind both APIs; see also `accounts_v2.py`."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, invalid
from local.stripe_sandbox.events import changes, emit, emit_thin
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.lists import page, wrap
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.store import Store

CREATE = {
    "business_profile",
    "business_type",
    "capabilities",
    "controller",
    "country",
    "default_currency",
    "email",
    "expand",
    "metadata",
    "type",
}
UPDATE = CREATE - {"controller", "country", "type"}
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


def _requirements(record: Json) -> Json:
    reason = record["rejected"]
    if not reason and record["due"]:
        reason = "requirements.past_due"
    elif not reason and record["pending"]:
        reason = "requirements.pending_verification"
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(record["due"]),
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": list(record["due"]),
        "past_due": list(record["due"]),
        "pending_verification": ["individual.verification"] if record["pending"] else [],
    }


def _settings(record: Json) -> Json:
    none = dict.fromkeys
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": none(("icon", "logo", "primary_color", "secondary_color")),
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": record["display_name"], "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
        "payments": none(
            (
                "statement_descriptor",
                "statement_descriptor_kana",
                "statement_descriptor_kanji",
                "statement_descriptor_prefix_kana",
                "statement_descriptor_prefix_kanji",
            )
        ),
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def _profile(record: Json) -> Json:
    address = ("city", "country", "line1", "line2", "postal_code", "state")
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": None,
        "minority_owned_business_designation": None,
        "name": None,
        "product_description": None,
        "support_address": dict.fromkeys(address),
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": None,
        **record["business_profile"],
    }


def _bank(record: Json) -> list[Json]:
    if not record["bank"]:
        return []
    return [
        {
            "id": record["bank"],
            "object": "bank_account",
            "account": record["id"],
            "account_holder_name": None,
            "account_holder_type": None,
            "account_type": None,
            "available_payout_methods": ["standard"],
            "bank_name": "STRIPE TEST BANK",
            "country": record["country"],
            "currency": record["currency"],
            "customer": None,
            "default_for_currency": True,
            "fingerprint": record["bank"][-16:],
            "last4": "6789",
            "metadata": {},
            "routing_number": "110000000",
            "status": "new",
        }
    ]


def shown(record: Json) -> Json:
    """The record as an account of API v1."""
    identifier = record["id"]
    submitted = record["submitted"]
    requested = {name for name, wanted in record["requested"].items() if wanted}
    operational = (
        submitted and not record["rejected"] and not record["due"] and not record["closed"]
    )
    tos = {"date": record["created"] if submitted else None}
    return {
        "id": identifier,
        "object": "account",
        "business_profile": _profile(record),
        "business_type": record["business_type"],
        "capabilities": {name: capability_status(record, name) for name in sorted(requested)},
        "charges_enabled": capability_status(record, "card_payments") == "active"
        or record["kind"] == "standard",
        "controller": record["controller"],
        "country": record["country"],
        "created": record["created"],
        "default_currency": record["currency"],
        "details_submitted": submitted,
        "email": record["email"],
        "external_accounts": wrap(_bank(record), f"/v1/accounts/{identifier}/external_accounts"),
        "future_requirements": {
            "alternatives": [],
            "current_deadline": None,
            "currently_due": [],
            "disabled_reason": None,
            "errors": [],
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        },
        "metadata": record["metadata"],
        "payouts_enabled": bool(operational and not record["pending"]),
        "requirements": _requirements(record),
        "settings": _settings(record),
        "tos_acceptance": {**tos, "ip": "127.0.0.1" if submitted else None, "user_agent": None},
        "type": record["kind"],
    }


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


def _controller(given: Json) -> Json:
    fees, losses = given.get("fees") or {}, given.get("losses") or {}
    dashboard = given.get("stripe_dashboard") or {}
    return {
        "fees": {"payer": fees.get("payer", "account")},
        "is_controller": True,
        "losses": {"payments": losses.get("payments", "stripe")},
        "requirement_collection": given.get("requirement_collection", "stripe"),
        "stripe_dashboard": {"type": dashboard.get("type", "full")},
        "type": "application",
    }


EXPRESS = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
}


def _wanted(given: Any) -> dict[str, bool]:
    for name in given or {}:
        if name not in CAPABILITIES:
            message = f"The sandbox does not know the capability '{name}'."
            raise invalid(message, f"capabilities[{name}]")
    return {name: bool((value or {}).get("requested")) for name, value in (given or {}).items()}


def create(call: Call) -> Json:
    """POST /v1/accounts; `type: express`, or `controller`."""
    kind: Any = call.get("type")
    controller: Any = call.get("controller")
    if kind and controller:
        raise invalid("You may only specify one of these parameters: type, controller.")
    if kind not in (None, "express"):
        raise invalid(f"The sandbox does not make accounts of the type '{kind}'.", "type")
    if kind is None and controller is None:
        raise StripeError("Missing required param: type.", code="parameter_missing", param="type")
    properties = _controller(EXPRESS if kind else controller)
    country = str(call.get("country", "US"))
    if len(country) != 2 or not country.isalpha():
        raise invalid(
            f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code.",
            "country",
        )
    dashboard = properties["stripe_dashboard"]["type"]
    record = new_record(
        call,
        country=country,
        email=call.get("email"),
        business_type=call.get("business_type"),
        business_profile=call.get("business_profile"),
        currency=call.get("default_currency"),
        requested=_wanted(call.get("capabilities")),
        controller=properties,
        dashboard=dashboard,
        kind="express" if dashboard == "express" else "none",
        metadata=merged({}, call.get("metadata")),
    )
    call.store.add(call.platform, record, parent=CONNECTED)
    return record


def fetch(call: Call, identifier: str) -> Json:
    """A connected account of the platform, or the account that asks.

    Raises:
        StripeError: 403, as Stripe says it for accounts it will not tell apart.

    """
    allowed = call.account in (call.platform, identifier)
    record = call.store.find("account", identifier) if allowed else None
    if record is None:
        raise StripeError(
            f"The provided key does not have access to account '{identifier}' (or that account "
            "does not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return record


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/accounts/{id}."""
    return fetch(call, identifier)


def retrieve_own(call: Call) -> Json:
    """GET /v1/account."""
    return fetch(call, call.account)


def update(call: Call, identifier: str) -> Json:
    """POST /v1/accounts/{id}."""
    record = fetch(call, identifier)
    before = dict(record)
    record["metadata"] = merged(record["metadata"], call.get("metadata"))
    record["requested"] = {**record["requested"], **_wanted(call.get("capabilities"))}
    for name in ("email", "business_type"):
        if name in call.params:
            record[name] = call.params[name] or None
    if call.get("default_currency"):
        record["currency"] = call.params["default_currency"]
    if "business_profile" in call.params:
        record["business_profile"] = {
            **record["business_profile"],
            **call.params["business_profile"],
        }
    changed(call, before, record)
    return record


def list_all(call: Call) -> Json:
    """GET /v1/accounts: the connected ones."""
    return page(call, "account", "/v1/accounts", parent=CONNECTED)


def _capability(record: Json, name: str) -> Json:
    requirements = _requirements(record)
    requirements.pop("current_deadline")
    return {
        "id": name,
        "object": "capability",
        "account": record["id"],
        "future_requirements": {**shown(record)["future_requirements"]},
        "requested": True,
        "requested_at": record["created"],
        "requirements": {**requirements, "current_deadline": None},
        "status": capability_status(record, name),
    }


def capability(call: Call, identifier: str, name: str) -> Json:
    """GET /v1/accounts/{id}/capabilities/{name}."""
    record = fetch(call, identifier)
    if not record["requested"].get(name):
        raise invalid(f"No such capability: '{name}'", "capability", "resource_missing")
    return _capability(record, name)


def capabilities(call: Call, identifier: str) -> Json:
    """GET /v1/accounts/{id}/capabilities."""
    record = fetch(call, identifier)
    names = sorted(name for name, wanted in record["requested"].items() if wanted)
    return wrap(
        [_capability(record, name) for name in names], f"/v1/accounts/{identifier}/capabilities"
    )


def changed(call: Call, before: Json, record: Json) -> None:
    """Save an account and tell the Connect endpoints, in the words of the API that made it."""
    if before == record:
        return
    call.store.save(record)
    if record["id"] == call.platform:
        return
    theirs = call.of(record["id"])
    moved = [
        name
        for name in CAPABILITIES
        if capability_status(before, name) != capability_status(record, name)
    ]
    if record["generation"] == 1 or call.store.setting("v1_events_of_v2_accounts"):
        after = shown(record)
        emit(theirs, "account.updated", after, previous=changes(shown(before), after))
        for name in moved:
            if record["requested"].get(name):
                emit(theirs, "capability.updated", _capability(record, name))
    if record["generation"] == 2:
        _tell_thin(theirs, before, record, moved)


def _tell_thin(call: Call, before: Json, record: Json, moved: list[str]) -> None:
    prefix, account = "v2.core.account", record["id"]
    if any(before[name] != record[name] for name in ("due", "pending", "rejected")):
        emit_thin(call, f"{prefix}[requirements].updated", account)
    if "transfers" in moved:
        kind = f"{prefix}[configuration.recipient].capability_status_updated"
        for capability_name in ("stripe_transfers", "payouts"):
            data = {"updated_capability": f"stripe_balance.{capability_name}"}
            emit_thin(call, kind, account, data=data)
    if before["requested"] != record["requested"]:
        emit_thin(call, f"{prefix}[configuration.recipient].updated", account)
    if before["identity"] != record["identity"]:
        emit_thin(call, f"{prefix}[identity].updated", account)
    if before["closed"] != record["closed"]:
        emit_thin(call, f"{prefix}.closed", account)
    names = ("metadata", "email", "display_name", "dashboard")
    if any(before[name] != record[name] for name in names):
        emit_thin(call, f"{prefix}.updated", account)
