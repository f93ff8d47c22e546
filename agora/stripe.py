"""Stripe's client: one address, one time limit, bounded retries (the SDK's own, with jitter)."""

from stripe import RequestsClient, StripeClient

from agora.settings import Settings

TIMEOUT_SECONDS = 10
MAX_RETRIES = 2


def stripe_client(settings: Settings) -> StripeClient:
    """A client for the configured key and address.

    The SDK retries connection failures, 409 and 5xx by itself, with the same idempotency key.
    """
    return StripeClient(
        settings.stripe_secret_key.get_secret_value(),
        base_addresses={"api": settings.stripe_api_base.rstrip("/")},
        max_network_retries=MAX_RETRIES,
        http_client=RequestsClient(timeout=TIMEOUT_SECONDS),
    )
