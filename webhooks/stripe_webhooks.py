"""Stripe's events: verify the raw body, store it once with its job, and only then say 200."""

import json
import time
from typing import Annotated, Any, Literal

import psycopg
from flask import Blueprint, request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from stripe import SignatureVerificationError, WebhookSignature

from agora.logs import get_logger
from webhooks.describe import Answer, Header, Operation, describe
from webhooks.metrics import STRIPE_EVENTS
from webhooks.problems import ProblemError
from webhooks.request_id import request_id
from webhooks.services import services

blueprint = Blueprint("stripe_webhooks", __name__)
log = get_logger(__name__)

TOLERANCE_SECONDS = 300
SIGNATURE = Header("Stripe-Signature", "t=…,v1=… as Stripe makes it", required=True)


class StripeEvent(BaseModel):
    """What both kinds of events have: v1 snapshots and v2 thin ones. The rest is kept as it is."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(pattern=r"^evt_[A-Za-z0-9_]{1,200}$")
    object: Literal["event", "v2.core.event"]
    type: str = Field(pattern=r"^[a-z0-9_.\[\]]{3,200}$")
    created: Annotated[int, Field(strict=True, ge=0, le=10**11)] | AwareDatetime
    livemode: bool | None = None


class Received(BaseModel):
    """The event is stored."""

    received: Literal[True] = True
    duplicate: bool


def verify(payload: bytes, header: str, secrets: list[SecretStr], now: float) -> bool:
    """Was this body signed with one of the secrets, at most five minutes ago or ahead?"""
    for secret in secrets:
        try:
            WebhookSignature.verify_header(payload, header, secret.get_secret_value())
        except (SignatureVerificationError, UnicodeDecodeError):
            continue
        # Read here, not in the SDK: it takes any time in the future, and has a clock of its own.
        stamp = next(part[2:] for part in header.split(",") if part.startswith("t="))
        return abs(now - int(stamp)) <= TOLERANCE_SECONDS
    return False


def _event(payload: bytes) -> dict[str, Any]:
    try:
        event: dict[str, Any] = json.loads(payload)
        StripeEvent.model_validate_json(payload)
    except (ValueError, RecursionError, ValidationError) as error:
        raise ProblemError("invalid_event") from error
    return event


def _receive(endpoint: str, secrets: list[SecretStr]) -> dict[str, Any]:
    payload = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    if not verify(payload, header, secrets, time.time()):
        STRIPE_EVENTS.labels(endpoint, "refused").inc()
        raise ProblemError("invalid_signature")
    event = _event(payload)
    try:
        fresh = services().database.value(
            "store_stripe_event",
            {"p_endpoint": endpoint, "p_event": event, "p_request_id": request_id()},
        )
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        log.error("stripe event cannot be stored", event_id=event["id"], error=str(error))
        raise ProblemError("invalid_event") from error
    STRIPE_EVENTS.labels(endpoint, "stored" if fresh else "duplicate").inc()
    log.info("stripe event", event_id=event["id"], type=event["type"], duplicate=not fresh)
    return Received(duplicate=not fresh).model_dump()


def _operation(summary: str) -> Operation:
    return Operation(
        summary,
        {200: Answer(Received, "Stored with its job, in one commit.")},
        body=StripeEvent,
        headers=(SIGNATURE,),
        bearer=False,
        errors=("invalid_signature", "invalid_event", "body_too_large", "database_unavailable"),
    )


@blueprint.post("/v1/stripe/webhook")
@describe(_operation("Events of the platform's account"))
def platform() -> dict[str, Any]:
    """Signed with the platform endpoint's secret."""
    return _receive("platform", services().settings.stripe_webhook_secrets)


@blueprint.post("/v1/stripe/connect-webhook")
@describe(_operation("Events of connected accounts"))
def connect() -> dict[str, Any]:
    """Signed with the Connect endpoint's secret."""
    return _receive("connect", services().settings.stripe_connect_webhook_secrets)
