"""The record as an account of API v1, and as its capabilities."""

from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.lists import wrap
from local.stripe_sandbox.resources.account_record import capability_status


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


def capability_shown(record: Json, name: str) -> Json:
    """A capability of the record."""
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
