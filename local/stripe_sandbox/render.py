"""Objects as they are answered: computed fields, expansion, and the view of a publishable key."""

from typing import Any

from local.stripe_sandbox import ledger
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, StripeError, bad_param
from local.stripe_sandbox.events import pending_webhooks
from local.stripe_sandbox.ids import type_of
from local.stripe_sandbox.lists import wrap
from local.stripe_sandbox.resources import account_view

MAX_DEPTH = 4
# What Stripe.js sees of a payment intent.
PUBLIC_INTENT = [
    "id",
    "object",
    "amount",
    "amount_details",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "client_secret",
    "confirmation_method",
    "created",
    "currency",
    "description",
    "last_payment_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_configuration_details",
    "payment_method_types",
    "processing",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "source",
    "status",
]


def shown(call: Call, body: Json) -> Json:
    """A stored object as the API shows it."""
    kind = body.get("object")
    if kind == "account" and "generation" in body:
        return account_view.shown(body)
    if kind == "balance_transaction":
        return ledger.shown(call, body)
    if kind == "event":
        return {**body, "pending_webhooks": pending_webhooks(call.store, body["id"])}
    if kind == "list":
        return {**body, "data": [shown(call, each) for each in body["data"]]}
    if kind == "payment_intent" and call.publishable:
        return {name: body[name] for name in PUBLIC_INTENT}
    return body


def _load(call: Call, identifier: str) -> Json | None:
    kind = type_of(identifier)
    if kind is None:
        return None
    # An account that is referred to belongs to the platform, everything else to the same account.
    scope = None if kind == "account" else call.account
    found = call.store.find(kind, identifier, scope)
    return shown(call, found) if found else None


def _not_expandable(path: str) -> StripeError:
    message = f"This property cannot be expanded ({path})."
    return bad_param(message, f"expand: {path}")


def _expand(call: Call, body: Any, parts: list[str], path: str) -> None:
    if isinstance(body, list):
        for each in body:
            _expand(call, each, parts, path)
        return
    if not isinstance(body, dict) or not parts:
        return
    name, rest = parts[0], parts[1:]
    if name == "refunds" and body.get("object") == "charge" and "refunds" not in body:
        url = f"/v1/charges/{body['id']}/refunds"
        body["refunds"] = wrap(call.store.children("refund", body["id"]), url)
    if name not in body:
        raise _not_expandable(path)
    value = body[name]
    if isinstance(value, str):
        loaded = _load(call, value)
        if loaded is None or name == "id":
            raise _not_expandable(path)
        body[name] = value = loaded
    elif value is not None and not isinstance(value, dict | list):
        raise _not_expandable(path)
    _expand(call, value, rest, path)


def expanded(call: Call, body: Json, paths: list[str]) -> Json:
    """The answer with ids replaced by the objects they stand for.

    Raises:
        StripeError: 400 for a path that leads nowhere or too deep.

    """
    if paths and call.publishable:
        raise StripeError(
            "You cannot expand when using a publishable API key.", code="secret_key_required"
        )
    copy: Json = shown(call, dict(body))
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH + (parts[0] == "data"):
            raise bad_param(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                "expand",
            )
        _expand(call, copy, parts, path)
    return copy
