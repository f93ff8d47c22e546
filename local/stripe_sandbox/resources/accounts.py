"""Connected accounts of API v1. One record behind both APIs; see also `accounts_v2.py`."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, invalid
from local.stripe_sandbox.lists import page, wrap
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.resources.account_events import changed
from local.stripe_sandbox.resources.account_record import CAPABILITIES, CONNECTED, new_record
from local.stripe_sandbox.resources.account_view import capability_shown

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


def capability(call: Call, identifier: str, name: str) -> Json:
    """GET /v1/accounts/{id}/capabilities/{name}."""
    record = fetch(call, identifier)
    if not record["requested"].get(name):
        raise invalid(f"No such capability: '{name}'", "capability", "resource_missing")
    return capability_shown(record, name)


def capabilities(call: Call, identifier: str) -> Json:
    """GET /v1/accounts/{id}/capabilities."""
    record = fetch(call, identifier)
    names = sorted(name for name, wanted in record["requested"].items() if wanted)
    return wrap(
        [capability_shown(record, name) for name in names],
        f"/v1/accounts/{identifier}/capabilities",
    )
