"""Connected accounts of API v2: recipients with an Express dashboard."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, no_such
from local.stripe_sandbox.events import emit_thin, iso
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.paging import page_v2
from local.stripe_sandbox.resources.accounts import (
    CONNECTED,
    capability_status,
    changed,
    new_record,
)

INCLUDES = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)
CREATE = {
    "configuration",
    "contact_email",
    "contact_phone",
    "dashboard",
    "defaults",
    "display_name",
    "identity",
    "include",
    "metadata",
}
# How a requirement of v1 is called in v2.
DESCRIPTIONS = {
    "business_type": "identity.entity_type",
    "external_account": "configuration.recipient.default_outbound_destination",
    "individual.dob.day": "identity.individual.date_of_birth.day",
    "individual.dob.month": "identity.individual.date_of_birth.month",
    "individual.dob.year": "identity.individual.date_of_birth.year",
    "individual.first_name": "identity.individual.given_name",
    "individual.last_name": "identity.individual.surname",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account.date",
    "tos_acceptance.ip": "identity.attestations.terms_of_service.account.ip",
}


def _status(record: Json, name: str) -> Json:
    status = capability_status(record, name)
    if record["rejected"]:
        detail = {"code": "rejected_other", "resolution": "contact_stripe"}
        return {"status": "rejected", "status_details": [detail]}
    if status == "active":
        return {"status": "active", "status_details": []}
    if status == "pending":
        detail = {"code": "determining_status", "resolution": "no_resolution"}
        return {"status": "pending", "status_details": [detail]}
    detail = {"code": "requirements_past_due", "resolution": "provide_info"}
    return {"status": "restricted", "status_details": [detail]}


def _recipient(record: Json) -> Json | None:
    if "transfers" not in record["requested"]:
        return None
    balance = {}
    if record["requested"]["transfers"]:
        state = _status(record, "transfers")
        balance = {"payouts": state, "stripe_transfers": state}
    return {
        "applied": True,
        "capabilities": {
            "bank_accounts": None,
            "cards": None,
            "stripe_balance": balance or None,
        },
    }


def _entry(description: str, awaiting: str, deadline: str) -> Json:
    return {
        "awaiting_action_from": awaiting,
        "description": description,
        "errors": [],
        "impact": {
            "restricts_capabilities": [
                {
                    "capability": "stripe_balance.stripe_transfers",
                    "configuration": "recipient",
                    "deadline": {"status": deadline},
                }
            ]
        },
        "minimum_deadline": {"status": deadline},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def _requirements(record: Json) -> Json:
    entries = [
        _entry(DESCRIPTIONS.get(name, name), "user", "currently_due") for name in record["due"]
    ]
    if record["pending"]:
        entries.append(_entry("identity.individual.verification", "stripe", "currently_due"))
    summary: Json | None = None
    if entries:
        summary = {"minimum_deadline": {"status": "currently_due", "time": None}}
    return {"alternatives": [], "entries": entries, "summary": summary}


def _identity(record: Json) -> Json:
    given = record["identity"]
    return {
        "attestations": given.get("attestations"),
        "business_details": given.get("business_details"),
        "country": record["country"],
        "entity_type": given.get("entity_type") or record["business_type"],
        "individual": given.get("individual"),
    }


def _defaults(record: Json) -> Json:
    return {
        "currency": record["currency"],
        "locales": None,
        "payout_methods": None,
        "profile": {
            "business_url": None,
            "doing_business_as": None,
            "product_description": None,
            **record["settings"].get("profile", {}),
        },
        "responsibilities": {
            "fees_collector": "application",
            "losses_collector": "application",
            "requirements_collector": "stripe",
            **record["settings"].get("responsibilities", {}),
        },
    }


def shown(record: Json, include: list[str]) -> Json:
    """The record as an account of API v2; what is not included is null."""
    configuration: Json = dict.fromkeys(("customer", "merchant", "recipient"))
    if "configuration.recipient" in include:
        configuration["recipient"] = _recipient(record)
    anything = any(name.startswith("configuration.") for name in include)
    empty: Json = {"alternatives": [], "entries": [], "summary": None}
    return {
        "id": record["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"] if "transfers" in record["requested"] else [],
        "closed": record["closed"],
        "configuration": configuration if anything else None,
        "contact_email": record["email"],
        "contact_phone": record["settings"].get("phone"),
        "created": iso(record["created"]),
        "dashboard": record["dashboard"],
        "defaults": _defaults(record) if "defaults" in include else None,
        "display_name": record["display_name"],
        "future_requirements": empty if "future_requirements" in include else None,
        "identity": _identity(record) if "identity" in include else None,
        "livemode": False,
        "metadata": record["metadata"],
        "requirements": _requirements(record) if "requirements" in include else None,
    }


def _refuse_other_configurations(configuration: Json) -> None:
    for name in configuration:
        if name != "recipient":
            raise bad_param(
                f"The sandbox does not implement the configuration '{name}'.",
                f"configuration.{name}",
                "sandbox_unsupported",
            )


def _wanted(configuration: Json) -> dict[str, bool]:
    recipient: Any = configuration.get("recipient")
    if recipient is None:
        return {}
    capabilities = recipient.get("capabilities") or {}
    for name in capabilities:
        if name != "stripe_balance":
            raise bad_param(
                f"The sandbox does not implement the capability '{name}'.",
                f"configuration.recipient.capabilities.{name}",
                "sandbox_unsupported",
            )
    transfers = (capabilities.get("stripe_balance") or {}).get("stripe_transfers") or {}
    return {"transfers": bool(transfers.get("requested"))}


def create(call: Call) -> Json:
    """POST /v2/core/accounts."""
    configuration: Json = call.get("configuration") or {}
    _refuse_other_configurations(configuration)
    identity: Json = call.get("identity") or {}
    defaults: Json = call.get("defaults") or {}
    if configuration.get("recipient") is not None and not identity.get("country"):
        raise StripeError(
            "identity.country is required to apply the recipient configuration.",
            code="parameter_missing",
            param="identity.country",
            stored=False,
        )
    record = new_record(
        call,
        generation=2,
        country=identity.get("country"),
        email=call.get("contact_email"),
        display_name=call.get("display_name"),
        dashboard=call.get("dashboard", "none"),
        kind="express" if call.get("dashboard") == "express" else "none",
        currency=defaults.get("currency"),
        identity=identity,
        requested=_wanted(configuration),
        settings={
            "profile": defaults.get("profile") or {},
            "responsibilities": defaults.get("responsibilities") or {},
            "phone": call.get("contact_phone"),
        },
        metadata=merged({}, call.get("metadata")),
    )
    call.store.add(call.platform, record, parent=CONNECTED)
    emit_thin(call.of(record["id"]), "v2.core.account.created", record["id"])
    return shown(record, call.get("include") or [])


def fetch(call: Call, identifier: str) -> Json:
    """A connected account, or the account that asks; 404 otherwise."""
    allowed = call.account in (call.platform, identifier)
    record = call.store.find("account", identifier) if allowed else None
    if record is None:
        raise no_such("account", identifier)
    return record


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v2/core/accounts/{id}."""
    return shown(fetch(call, identifier), call.get("include") or [])


def update(call: Call, identifier: str) -> Json:
    """POST /v2/core/accounts/{id}."""
    record = fetch(call, identifier)
    before = dict(record)
    configuration: Json = call.get("configuration") or {}
    _refuse_other_configurations(configuration)
    record["requested"] = {**record["requested"], **_wanted(configuration)}
    record["identity"] = {**record["identity"], **(call.get("identity") or {})}
    renamed = {"contact_email": "email", "display_name": "display_name", "dashboard": "dashboard"}
    for given, kept in renamed.items():
        if given in call.params:
            record[kept] = call.params[given]
    record["metadata"] = merged(record["metadata"], call.get("metadata"))
    changed(call, before, record)
    return shown(record, call.get("include") or [])


def close(call: Call, identifier: str) -> Json:
    """POST /v2/core/accounts/{id}/close."""
    record = fetch(call, identifier)
    before = dict(record)
    record["closed"] = True
    changed(call, before, record)
    return shown(record, [])


def list_all(call: Call) -> Json:
    """GET /v2/core/accounts."""
    found = [
        shown(record, [])
        for record in reversed(call.store.every("account"))
        if record["id"] != call.platform and record["closed"] == bool(call.get("closed", False))
    ]
    wanted: Any = call.get("applied_configurations")
    if wanted:
        found = [each for each in found if set(wanted) <= set(each["applied_configurations"])]
    return page_v2(call, found, "/v2/core/accounts")
