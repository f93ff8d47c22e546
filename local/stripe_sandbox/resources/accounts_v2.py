"""Connected accounts of API v2: recipients with an Express dashboard."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param, no_such
from local.stripe_sandbox.events import emit_thin
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.paging import page_v2
from local.stripe_sandbox.resources.account_events import changed
from local.stripe_sandbox.resources.account_record import CONNECTED, new_record
from local.stripe_sandbox.resources.account_view_v2 import shown

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
