"""A shop's Stripe Connect account: made once, onboarded on Stripe's pages, read fresh."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import BaseModel, Field
from stripe.params.v2.core import AccountCreateParams

from agora.connect_account import normalise
from webhooks.body import Body, read_json
from webhooks.caller import as_caller, signed_in
from webhooks.describe import CHANGES, JSON_BODY, SIGNED_IN, Answer, Operation, describe
from webhooks.problems import ProblemError
from webhooks.services import services

blueprint = Blueprint("onboarding", __name__)
FAILURES = ("shop_not_found", "stripe_unavailable", "stripe_refused", "database_unavailable")


class OnboardingBody(Body):
    """Optional: what is known of the seller beforehand."""

    country: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}$",
        description="Where the seller does business, ISO 3166-1 alpha-2; it cannot be changed "
        "later. Default: STRIPE_DEFAULT_COUNTRY.",
    )


class OnboardingLink(BaseModel):
    """Where to send the seller."""

    url: str = Field(description="Stripe's page; to be opened once, soon.")
    expires_at: str = Field(description="ISO 8601")
    state: str = Field(description="none, requirements_due, pending, active or restricted")


class PaymentAccount(BaseModel):
    """What Stripe says of the account now."""

    shop_id: str
    stripe_account_id: str | None
    state: str
    transfers_capability: str
    payouts_enabled: bool
    country: str | None
    requirements: dict[str, Any]


class DashboardLink(BaseModel):
    """The seller's own Stripe dashboard."""

    url: str


def _attach(shop_id: str, account: dict[str, Any], fetched_at: str) -> dict[str, Any]:
    normal = normalise(account)
    services().database.value(
        "attach_stripe_account",
        {"p_shop_id": shop_id, "p_account": {**normal, "fetched_at": fetched_at}},
    )
    return normal


def _create(shop: dict[str, Any], country: str) -> dict[str, Any]:
    params: AccountCreateParams = {
        "contact_email": shop["email"],
        "display_name": shop["shop_name"],
        "dashboard": "express",
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        # Separate charges and transfers: the platform pays Stripe's fees and carries losses.
        "defaults": {
            "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
        },
        "metadata": {"shop_id": shop["shop_id"]},
        "identity": {"country": country.lower()},
        "include": ["configuration.recipient", "identity", "requirements"],
    }
    # One key per shop and content: Stripe refuses a key that comes with other parameters, and an
    # owner may have changed address or name between two attempts.
    content = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]
    made = services().stripe.v2.core.accounts.create(
        params, {"idempotency_key": f"shop:{shop['shop_id']}:{content}"}
    )
    return made.to_dict()


def _read(account_id: str) -> dict[str, Any]:
    stripe = services().stripe
    found = stripe.v2.core.accounts.retrieve(
        account_id, {"include": ["configuration.recipient", "identity", "requirements"]}
    )
    return found.to_dict()


def _now() -> str:
    """Taken before Stripe is asked, so that a newer reading is never overwritten by this one."""
    return datetime.now(UTC).isoformat()


def _ensure_account(shop: dict[str, Any], country: str | None) -> tuple[str, str]:
    """The account's id and state; makes it if the shop has none."""
    if shop["stripe_account_id"]:
        return shop["stripe_account_id"], shop["state"]
    fetched_at = _now()
    chosen = country or shop["country"] or services().settings.stripe_default_country
    normal = _attach(shop["shop_id"], _create(shop, chosen), fetched_at)
    return str(normal["id"]), str(normal["state"])


@blueprint.post("/v1/shops/<uuid:shop_id>/onboarding")
@describe(
    Operation(
        "Start or go on with a shop's onboarding at Stripe",
        {200: Answer(OnboardingLink, "A link to Stripe's pages.")},
        body=OnboardingBody,
        body_required=False,
        errors=(*SIGNED_IN, *CHANGES, *JSON_BODY, *FAILURES, "account_exists"),
    )
)
def begin(shop_id: UUID) -> dict[str, Any]:
    """For the shop's owner."""
    caller = signed_in("onboarding")
    body = read_json(OnboardingBody, optional=True)
    shop = as_caller(caller).rpc("begin_onboarding", {"shop_id": str(shop_id)})
    account_id, state = _ensure_account(shop, body.country)
    page = f"{str(services().settings.site_url).rstrip('/')}/sell/{shop_id}/onboarding"
    link = services().stripe.v2.core.account_links.create(
        {
            "account": account_id,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "return_url": f"{page}?from=stripe",
                    "refresh_url": f"{page}?from=stripe&again=1",
                },
            },
        }
    )
    return OnboardingLink(url=link.url, expires_at=str(link.expires_at), state=state).model_dump()


@blueprint.get("/v1/shops/<uuid:shop_id>/onboarding")
@describe(
    Operation(
        "A shop's payment account as Stripe has it now",
        {200: Answer(PaymentAccount, "Read from Stripe, and stored.")},
        errors=(*SIGNED_IN, *FAILURES, "account_exists"),
    )
)
def state(shop_id: UUID) -> dict[str, Any]:
    """For the shop's owner."""
    shop = as_caller(signed_in("onboarding")).rpc("begin_onboarding", {"shop_id": str(shop_id)})
    account_id = shop["stripe_account_id"]
    if not account_id:
        return PaymentAccount(
            shop_id=str(shop_id),
            stripe_account_id=None,
            state=shop["state"],
            transfers_capability="inactive",
            payouts_enabled=False,
            country=shop["country"],
            requirements={},
        ).model_dump()
    fetched_at = _now()
    normal = _attach(str(shop_id), _read(account_id), fetched_at)
    return PaymentAccount(
        shop_id=str(shop_id),
        stripe_account_id=account_id,
        state=normal["state"],
        transfers_capability=normal["transfers_capability"],
        payouts_enabled=normal["payouts_enabled"],
        country=normal["country"],
        requirements=normal["requirements"],
    ).model_dump()


@blueprint.post("/v1/shops/<uuid:shop_id>/dashboard-link")
@describe(
    Operation(
        "A link into the seller's own Stripe dashboard",
        {200: Answer(DashboardLink, "To be opened once, soon.")},
        body=Body,
        body_required=False,
        errors=(*SIGNED_IN, *CHANGES, *JSON_BODY, *FAILURES, "payment_account_missing"),
    )
)
def dashboard(shop_id: UUID) -> dict[str, Any]:
    """For the shop's owner."""
    caller = signed_in("onboarding")
    read_json(Body, optional=True)
    shop = as_caller(caller).rpc("begin_onboarding", {"shop_id": str(shop_id)})
    if not shop["stripe_account_id"]:
        raise ProblemError("payment_account_missing")
    link = services().stripe.v1.accounts.login_links.create(shop["stripe_account_id"])
    return DashboardLink(url=link.url).model_dump()
