"""The API: which call takes which of the SDK's parameters, and who answers it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.resources import (
    account_links,
    accounts,
    accounts_v2,
    balance,
    charges,
    event_log,
    intent_params,
    payment_intents,
    payment_methods,
    refunds,
    reversals,
    transfers,
    webhook_endpoints,
)

Handler = Callable[..., Json]


@dataclass(frozen=True)
class Route:
    """`params` names the SDK's parameters; `supported` those that the sandbox acts on (None: all).

    `publishable`: a browser may make the call with the publishable key.
    """

    method: str
    path: str
    params: str
    handler: Handler
    supported: frozenset[str] | None = None
    publishable: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        text = re.sub(r"\{\w+\}", "([^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(text))


def _route(
    call: str,
    params: str,
    handler: Handler,
    supported: set[str] | None = None,
    *,
    publishable: bool = False,
) -> Route:
    method, path = call.split()
    kept = None if supported is None else frozenset(supported)
    return Route(method, path, params, handler, kept, publishable)


INTENT = "/v1/payment_intents"
CONFIRM = {
    "payment_method",
    "payment_method_data",
    "return_url",
    "off_session",
    "error_on_requires_action",
    "use_stripe_sdk",
    "receipt_email",
    "shipping",
    "setup_future_usage",
    "expand",
}
METHOD = {"type", "card", "us_bank_account", "sepa_debit", "billing_details", "metadata"} | {
    "allow_redisplay",
    "expand",
}
HOOK = {"url", "enabled_events", "description", "metadata", "expand"}

ROUTES = [
    # payments
    _route(
        f"POST {INTENT}",
        "payment_intent_create",
        payment_intents.create,
        intent_params.CREATE,
    ),
    _route(f"GET {INTENT}", "payment_intent_list", payment_intents.list_all),
    _route(
        f"GET {INTENT}/{{id}}",
        "payment_intent_retrieve",
        payment_intents.retrieve,
        publishable=True,
    ),
    _route(
        f"POST {INTENT}/{{id}}",
        "payment_intent_update",
        payment_intents.update,
        intent_params.UPDATE,
    ),
    _route(
        f"POST {INTENT}/{{id}}/confirm",
        "payment_intent_confirm",
        payment_intents.confirm,
        CONFIRM,
        publishable=True,
    ),
    _route(f"POST {INTENT}/{{id}}/cancel", "payment_intent_cancel", payment_intents.cancel),
    _route(
        f"POST {INTENT}/{{id}}/capture",
        "payment_intent_capture",
        payment_intents.capture,
        {"amount_to_capture", "expand"},
    ),
    _route(
        "POST /v1/payment_methods",
        "payment_method_create",
        payment_methods.create,
        METHOD,
        publishable=True,
    ),
    _route("GET /v1/payment_methods", "payment_method_list", payment_methods.list_all),
    _route("GET /v1/payment_methods/{id}", "payment_method_retrieve", payment_methods.retrieve),
    _route(
        "POST /v1/payment_methods/{id}",
        "payment_method_update",
        payment_methods.update,
        {"billing_details", "metadata", "expand"},
    ),
    _route("GET /v1/charges", "charge_list", charges.list_all),
    _route("GET /v1/charges/{id}", "charge_retrieve", charges.retrieve),
    _route(
        "POST /v1/charges/{id}",
        "charge_update",
        charges.update,
        {"description", "metadata", "receipt_email", "transfer_group", "expand"},
    ),
    _route("GET /v1/charges/{id}/refunds", "charge_list_refunds", refunds.of_charge),
    _route("POST /v1/refunds", "refund_create", refunds.create, refunds.SUPPORTED),
    _route("GET /v1/refunds", "refund_list", refunds.list_all),
    _route("GET /v1/refunds/{id}", "refund_retrieve", refunds.retrieve),
    _route("POST /v1/refunds/{id}", "refund_update", refunds.update),
    # money
    _route("GET /v1/balance", "balance_retrieve", balance.retrieve),
    _route("GET /v1/balance_transactions", "balance_transaction_list", balance.transactions),
    _route(
        "GET /v1/balance_transactions/{id}", "balance_transaction_retrieve", balance.transaction
    ),
    _route("POST /v1/transfers", "transfer_create", transfers.create, transfers.SUPPORTED),
    _route("GET /v1/transfers", "transfer_list", transfers.list_all),
    _route("GET /v1/transfers/{id}", "transfer_retrieve", transfers.retrieve),
    _route("POST /v1/transfers/{id}", "transfer_update", transfers.update),
    _route(
        "POST /v1/transfers/{id}/reversals",
        "transfer_reversal_create",
        reversals.reverse,
        {"amount", "metadata", "expand"},
    ),
    _route("GET /v1/transfers/{id}/reversals", "transfer_reversal_list", reversals.list_reversals),
    _route(
        "GET /v1/transfers/{id}/reversals/{id}",
        "transfer_reversal_retrieve",
        reversals.retrieve_reversal,
    ),
    _route(
        "POST /v1/transfers/{id}/reversals/{id}",
        "transfer_reversal_update",
        reversals.update_reversal,
    ),
    # connected accounts
    _route("POST /v1/accounts", "account_create", accounts.create, accounts.CREATE),
    _route("GET /v1/accounts", "account_list", accounts.list_all),
    _route("GET /v1/account", "account_retrieve_current", accounts.retrieve_own),
    _route("GET /v1/accounts/{id}", "account_retrieve", accounts.retrieve),
    _route("POST /v1/accounts/{id}", "account_update", accounts.update, accounts.UPDATE),
    _route("GET /v1/accounts/{id}/capabilities", "account_capability_list", accounts.capabilities),
    _route(
        "GET /v1/accounts/{id}/capabilities/{name}",
        "account_capability_retrieve",
        accounts.capability,
    ),
    _route("POST /v1/accounts/{id}/login_links", "account_login_link_create", account_links.login),
    _route("POST /v1/account_links", "account_link_create", account_links.create),
    _route(
        "POST /v2/core/accounts",
        "v2.core.account_create",
        accounts_v2.create,
        accounts_v2.CREATE,
    ),
    _route("GET /v2/core/accounts", "v2.core.account_list", accounts_v2.list_all),
    _route("GET /v2/core/accounts/{id}", "v2.core.account_retrieve", accounts_v2.retrieve),
    _route(
        "POST /v2/core/accounts/{id}",
        "v2.core.account_update",
        accounts_v2.update,
        accounts_v2.CREATE - {"defaults", "contact_phone"},
    ),
    _route("POST /v2/core/accounts/{id}/close", "v2.core.account_close", accounts_v2.close),
    _route("POST /v2/core/account_links", "v2.core.account_link_create", account_links.create_v2),
    # events and endpoints
    _route("GET /v1/events", "event_list", event_log.list_all),
    _route("GET /v1/events/{id}", "event_retrieve", event_log.retrieve),
    _route("GET /v2/core/events", "v2.core.event_list", event_log.list_v2),
    _route("GET /v2/core/events/{id}", "v2.core.event_retrieve", event_log.retrieve_v2),
    _route(
        "POST /v1/webhook_endpoints",
        "webhook_endpoint_create",
        webhook_endpoints.create,
        HOOK | {"connect", "api_version"},
    ),
    _route("GET /v1/webhook_endpoints", "webhook_endpoint_list", webhook_endpoints.list_all),
    _route(
        "GET /v1/webhook_endpoints/{id}", "webhook_endpoint_retrieve", webhook_endpoints.retrieve
    ),
    _route(
        "POST /v1/webhook_endpoints/{id}",
        "webhook_endpoint_update",
        webhook_endpoints.update,
        HOOK | {"disabled"},
    ),
    _route(
        "DELETE /v1/webhook_endpoints/{id}", "webhook_endpoint_delete", webhook_endpoints.delete
    ),
]


def match(method: str, path: str) -> tuple[Route, tuple[Any, ...]] | None:
    """The route of a call, and the ids in its path."""
    for route in ROUTES:
        if route.method == method and (found := route.pattern.fullmatch(path)):
            return route, found.groups()
    return None
