"""What a payment intent may be made of: amounts, currencies, types of payment method."""

from typing import Any

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, bad_param, invalid
from local.stripe_sandbox.money import CURRENCIES, MAXIMUM, MINIMUM, written

AUTOMATIC_TYPES = {"usd": ["card", "us_bank_account"], "eur": ["card", "sepa_debit"]}


TEXTS = (
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "shipping",
    "setup_future_usage",
)


CREATE = {
    *TEXTS,
    "amount",
    "currency",
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "error_on_requires_action",
    "metadata",
    "off_session",
    "payment_method",
    "payment_method_data",
    "allowed_payment_method_types",
    "return_url",
    "use_stripe_sdk",
    "application_fee_amount",
    "expand",
}


UPDATE = {*TEXTS, "amount", "currency", "metadata", "payment_method", "payment_method_data"} | {
    "allowed_payment_method_types",
    "application_fee_amount",
    "expand",
}


def checked_currency(currency: str) -> str:
    """A currency as Stripe stores it.

    Raises:
        StripeError: it is none.

    """
    code = currency.lower()
    if code not in CURRENCIES:
        raise bad_param(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(CURRENCIES))}",
            "currency",
        )
    return code


def checked_amount(amount: int, currency: str) -> int:
    """An amount that Stripe would charge.

    Raises:
        StripeError: it is too small or too large for the currency.

    """
    if amount < 1:
        raise bad_param(
            "This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer"
        )
    least = MINIMUM.get(currency, 50)
    if amount < least:
        message = f"Amount must be at least {written(least, currency)} {currency}"
        raise invalid(message, "amount", "amount_too_small")
    if amount > MAXIMUM:
        message = f"Amount must be no more than {written(MAXIMUM, currency)} {currency}"
        raise invalid(message, "amount", "amount_too_large")
    return amount


def refuse_application_fee(call: Call) -> None:
    """Raise if a fee is asked for: it belongs to direct and destination charges."""
    if call.get("application_fee_amount") in (None, ""):
        return
    raise invalid(
        "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct "
        "payment (using an OAuth key or Stripe-Account header) or destination payment (using "
        "`transfer_data[destination]`).",
        "application_fee_amount",
    )


def method_types(call: Call, currency: str) -> tuple[list[str], Json | None]:
    """The types of payment method, and how automatic they are."""
    given: Any = call.get("allowed_payment_method_types")
    automatic: Any = call.get("automatic_payment_methods")
    if given and automatic and automatic.get("enabled"):
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, "
            "payment_method_types."
        )
    if given:
        if unknown := [
            kind for kind in given if kind not in ("card", "us_bank_account", "sepa_debit")
        ]:
            raise invalid(
                f'The payment method type "{unknown[0]}" is invalid. Please ensure the provided '
                "type is activated in your dashboard and your account is enabled for any preview "
                "features that you are trying to use.",
                "allowed_payment_method_types",
            )
        return given, None
    if automatic is not None and not automatic["enabled"]:
        return ["card"], None
    redirects = (automatic or {}).get("allow_redirects", "always")
    types = AUTOMATIC_TYPES.get(currency, ["card"])
    return types, {"allow_redirects": redirects, "enabled": True}
