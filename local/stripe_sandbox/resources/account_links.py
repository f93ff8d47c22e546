"""Links for a seller: to the onboarding form (v1 and v2), and to the Express dashboard."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, invalid
from local.stripe_sandbox.events import iso
from local.stripe_sandbox.ids import random_text
from local.stripe_sandbox.resources import accounts, accounts_v2


def _link(call: Call, account: str, refresh: str, back: str | None, *, generation: int) -> Json:
    """Keep a single-use link; `id` is the secret part of its address."""
    body: Json = {
        "id": random_text(24),
        "object": "sandbox.link",
        "account": account,
        "created": call.now,
        "expires_at": call.now + int(call.store.setting("link_seconds")),
        "refresh_url": refresh,
        "return_url": back,
        "generation": generation,
        "session": None,
        "done": False,
    }
    return call.store.add(call.platform, body)


def create(call: Call) -> Json:
    """POST /v1/account_links."""
    record = accounts.fetch(call, call.params["account"])
    if call.params["type"] == "account_update" and record["dashboard"] != "none":
        raise invalid(
            "You cannot create `account_update` type Account Links for this account.", "type"
        )
    for name in ("refresh_url", "return_url"):
        if not call.get(name):
            raise StripeError(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    link = _link(
        call, record["id"], call.params["refresh_url"], call.params["return_url"], generation=1
    )
    return {
        "object": "account_link",
        "created": link["created"],
        "expires_at": link["expires_at"],
        "url": f"{call.base_url}/setup/{link['id']}",
    }


def create_v2(call: Call) -> Json:
    """POST /v2/core/account_links."""
    record = accounts_v2.fetch(call, call.params["account"])
    use_case: Json = call.params["use_case"]
    details: Any = use_case.get(use_case["type"])
    if details is None:
        param = f"use_case.{use_case['type']}"
        message = f"Missing required param: {param}."
        raise StripeError(message, code="parameter_missing", param=param, stored=False)
    link = _link(
        call, record["id"], details["refresh_url"], details.get("return_url"), generation=2
    )
    return {
        "object": "v2.core.account_link",
        "account": record["id"],
        "created": iso(link["created"]),
        "expires_at": iso(link["expires_at"]),
        "livemode": False,
        "url": f"{call.base_url}/setup/{link['id']}",
        "use_case": use_case,
    }


def login(call: Call, account: str) -> Json:
    """POST /v1/accounts/{id}/login_links."""
    record = accounts.fetch(call, account)
    if record["dashboard"] != "express":
        raise invalid(
            "Cannot create a login link for an account that does not have access to the Express "
            "Dashboard."
        )
    if not record["submitted"]:
        raise invalid(
            "Cannot create a login link for an account that has not completed onboarding."
        )
    body: Json = {
        "id": random_text(24),
        "object": "sandbox.login",
        "account": account,
        "created": call.now,
        "done": False,
    }
    call.store.add(call.platform, body)
    return {
        "object": "login_link",
        "created": call.now,
        "url": f"{call.base_url}/express/{account}/{body['id']}",
    }
