"""POST /v1/checkout: the caller's cart becomes an order with one PaymentIntent.

`begin_checkout` keeps key and order in one commit, the PaymentIntent's key is derived from the
order: after a crash at any point the same request finds the same order and the same PaymentIntent.
"""

from typing import Any

import psycopg
from flask import Blueprint, request
from pydantic import BaseModel, Field
from stripe import PaymentIntent, StripeError

from webhooks.body import Body, read_json
from webhooks.caller import as_caller, signed_in
from webhooks.describe import CHANGES, JSON_BODY, SIGNED_IN, Answer, Header, Operation, describe
from webhooks.errors import from_psycopg
from webhooks.problems import ProblemError
from webhooks.services import services

blueprint = Blueprint("checkout", __name__)


class CheckoutBody(Body):
    """What the buyer was shown."""

    expected_total: int | None = Field(
        default=None,
        ge=0,
        le=10**15,
        strict=True,
        description="Total in minor units, after the discount, that the buyer saw; refused with "
        "total_changed if it is another now.",
    )
    country: str | None = Field(
        default=None,
        description="Where the buyer is, ISO 3166-1 (DE): needed for goods that are not sold "
        "everywhere.",
    )


class CheckoutAnswer(BaseModel):
    """What Stripe.js needs to confirm the payment."""

    order_id: str
    order_number: str
    status: str = Field(description="pending_payment, or paid when the key's order is paid already")
    amount: int = Field(description="Minor units")
    currency: str
    expires_at: str = Field(description="Until when the goods are held, ISO 8601")
    payment_intent_id: str
    client_secret: str


ENDED = {"cancelled": "order_cancelled", "expired": "order_expired"}


def _create(order: dict[str, Any], key: str) -> PaymentIntent:
    return services().stripe.v1.payment_intents.create(
        {
            "amount": order["amount"],
            "currency": order["currency"],
            "transfer_group": order["order_id"],
            "metadata": {"order_id": order["order_id"]},
            "automatic_payment_methods": {"enabled": True},
        },
        {"idempotency_key": key},
    )


def _payment_intent(order: dict[str, Any]) -> PaymentIntent:
    """The order's PaymentIntent: the one it has, else the one its key makes."""
    if order["payment_intent_id"]:
        return services().stripe.v1.payment_intents.retrieve(order["payment_intent_id"])
    key = f"order:{order['order_id']}"
    try:
        return _create(order, key)
    except StripeError as error:
        # Stripe repeats even its own failure under one key for a day. Whatever that call made, its
        # client_secret reached nobody; the second key is as fixed as the first.
        replayed = str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"
        if not replayed or (error.http_status or 0) < 500:
            raise
        return _create(order, f"{key}:2")


def _attach(order: dict[str, Any], intent: PaymentIntent) -> bool:
    """Remember the order's PaymentIntent; false if the order has got another one meanwhile."""
    try:
        services().database.value(
            "attach_payment_intent",
            {
                "p_order_id": order["order_id"],
                "p_payment_intent_id": intent.id,
                "p_amount": intent.amount,
                "p_currency": intent.currency,
            },
        )
    except psycopg.Error as error:
        if from_psycopg(error).code != "payment_exists":
            raise
        return False
    return True


@blueprint.post("/v1/checkout")
@describe(
    Operation(
        "Order the cart and start its payment",
        {200: Answer(CheckoutAnswer, "Order and PaymentIntent; the same for the same key.")},
        body=CheckoutBody,
        body_required=False,
        headers=(
            Header(
                "Idempotency-Key",
                "Names this purchase: the same key gives the same order.",
                required=True,
                pattern=r"^[\x21-\x7e]{8,200}$",
            ),
        ),
        errors=(
            *SIGNED_IN, *CHANGES, *JSON_BODY, "idempotency_key_required",
            "invalid_idempotency_key", "idempotency_key_reused", "idempotency_in_flight",
            "cart_empty", "cart_mixed_currencies", "product_unavailable", "shop_on_vacation",
            "out_of_stock", "own_product", "already_owned", "discount_not_applicable",
            "total_changed", "amount_too_small",
            "amount_too_large", "too_many_open_orders", "order_cancelled", "order_expired",
            "amount_below_minimum", "invalid_country", "country_required",
            "not_available_in_country",
            "order_not_found", "stripe_unavailable", "stripe_refused",
            "database_unavailable",
        ),
    )
)  # fmt: skip
def checkout() -> dict[str, Any]:
    """Amounts come from the database only."""
    caller = signed_in("checkout")
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise ProblemError("idempotency_key_required")
    body = read_json(CheckoutBody, optional=True)
    arguments = {
        "idempotency_key": key,
        "expected_total": body.expected_total,
        "country": body.country,
    }
    order = as_caller(caller).rpc("begin_checkout", arguments)
    if order["status"] in ENDED:
        raise ProblemError(ENDED[order["status"]], order_id=order["order_id"])
    intent = _payment_intent(order)
    if intent.status == "canceled":
        # Its event is on the way; it will close the order.
        raise ProblemError("order_cancelled", order_id=order["order_id"])
    if not order["payment_intent_id"] and not _attach(order, intent):
        # The event of one whose answer Stripe lost was faster: that one it is.
        order = as_caller(caller).rpc("begin_checkout", arguments)
        intent = _payment_intent(order)
    return CheckoutAnswer(
        order_id=order["order_id"],
        order_number=order["order_number"],
        status=order["status"],
        amount=order["amount"],
        currency=order["currency"],
        expires_at=order["expires_at"],
        payment_intent_id=intent.id,
        client_secret=intent.client_secret or "",
    ).model_dump()
