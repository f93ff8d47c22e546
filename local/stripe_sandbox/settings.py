"""Settings that the control API may change, with their defaults. Times are seconds."""

from typing import Any

DEFAULTS: dict[str, Any] = {
    # Added to the clock: idempotency keys, account links and pending funds age by it.
    "clock_offset": 0.0,
    # 0: the balance transaction is there with the charge; more: it comes by charge.updated.
    "fee_delay_seconds": 0.0,
    # How long an asynchronous payment method stays in `processing`.
    "processing_seconds": 1.0,
    # How long a seller's data is being verified after the form.
    "verification_seconds": 1.0,
    # How long a charge's money is pending before it is available.
    "available_after_seconds": 172_800,
    # How long an account link may be opened.
    "link_seconds": 300,
    # Webhooks: a receiver's time to answer, and the waits 1, 2, 4 … between attempts.
    "webhook_timeout_seconds": 20.0,
    "webhook_retry_base_seconds": 1.0,
    "webhook_retry_max_seconds": 60.0,
    "webhook_attempts": 15,
    # Types of events (a regular expression) that wait for /_sandbox/webhooks/release.
    "webhook_hold": None,
    # Rules for coming events: [{"types": regex, "duplicate": n, "delay": seconds, "times": n}].
    "webhook_rules": [],
    # Should an account made by API v2 also send API v1's account.updated?
    "v1_events_of_v2_accounts": False,
}
