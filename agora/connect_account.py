"""Stripe's connected accounts, v1 and v2, as the one form that the database stores.

`none → requirements_due → pending → active → restricted`: `active` means that transfers may be
made to it. Sources: https://docs.stripe.com/api/accounts/object,
https://docs.stripe.com/api/v2/core/accounts/object.
"""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def _state(capability: str, *, due: bool, disabled: bool, submitted: bool) -> str:
    if capability == "active" and not disabled:
        return "active"
    if disabled and submitted and not due:
        return "restricted"
    if due or not submitted:
        return "requirements_due"
    return "pending"


def from_v1(account: Json) -> dict[str, Any]:
    """Normalise a v1 account (`/v1/accounts`)."""
    requirements = account.get("requirements") or {}
    capability = str((account.get("capabilities") or {}).get("transfers") or "inactive")
    due = list(requirements.get("currently_due") or []) + list(requirements.get("past_due") or [])
    reason = requirements.get("disabled_reason")
    rejected = bool(reason) and str(reason).startswith(("rejected", "listed", "platform_paused"))
    return {
        "id": account["id"],
        "state": _state(
            capability,
            due=bool(due),
            disabled=rejected,
            submitted=bool(account.get("details_submitted")),
        ),
        "transfers_capability": capability if capability in ("active", "pending") else "inactive",
        "payouts_enabled": bool(account.get("payouts_enabled")),
        "country": account.get("country"),
        "requirements": {"due": sorted(set(due)), "disabled_reason": reason},
    }


def from_v2(account: Json) -> dict[str, Any]:
    """Normalise a v2 account that was read with `include=V2_INCLUDE`."""
    recipient = ((account.get("configuration") or {}).get("recipient")) or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    status = str((balance.get("stripe_transfers") or {}).get("status") or "inactive")
    payouts = str((balance.get("payouts") or {}).get("status") or "inactive")
    entries = ((account.get("requirements") or {}).get("entries")) or []
    due = [
        str(entry.get("description"))
        for entry in entries
        if (entry.get("minimum_deadline") or {}).get("status") in ("currently_due", "past_due")
        and entry.get("awaiting_action_from") == "user"
    ]
    country = (account.get("identity") or {}).get("country")
    return {
        "id": account["id"],
        "state": _state(
            status,
            due=bool(due),
            disabled=bool(account.get("closed"))
            or status in ("restricted", "rejected", "unsupported"),
            submitted=not due,
        ),
        "transfers_capability": status if status in ("active", "pending") else "inactive",
        "payouts_enabled": payouts == "active",
        "country": str(country).upper() if country else None,
        "requirements": {"due": sorted(set(due)), "disabled_reason": None},
    }


def normalise(account: Json) -> dict[str, Any]:
    """Normalise either kind, told apart by its `object`."""
    return from_v2(account) if account.get("object") == "v2.core.account" else from_v1(account)


V2_INCLUDE = ["configuration.recipient", "identity", "requirements"]
