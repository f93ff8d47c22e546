"""The record as an account of API v2."""

from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.events import iso
from local.stripe_sandbox.resources.account_record import (
    capability_status,
)

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
