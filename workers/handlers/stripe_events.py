"""Stripe's events: what counts is the object as Stripe has it now, so it is read again."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe
from stripe import StripeClient

from workers.context import Context
from workers.handlers.connected_accounts import read_account
from workers.job import Job, PermanentError

Json = Mapping[str, Any]
_ACCOUNT = re.compile(r"acct_\w+")


def _payment_intent(client: StripeClient, event: Json) -> dict[str, Any]:
    intent = client.v1.payment_intents.retrieve(
        event["payload"]["data"]["object"]["id"],
        {"expand": ["latest_charge.balance_transaction"]},
    )
    return intent.to_dict()


def _charge(client: StripeClient, event: Json) -> dict[str, Any]:
    charge = client.v1.charges.retrieve(
        event["payload"]["data"]["object"]["id"], {"expand": ["balance_transaction"]}
    )
    return charge.to_dict()


def account_of(event: Json) -> str | None:
    """The connected account that an event of the Connect endpoint is about."""
    payload = event["payload"]
    # A thin event's related object may also be a person or a link of the account.
    related = payload.get("related_object") or {}
    snapshot = (payload.get("data") or {}).get("object") or {}
    candidates = (
        event.get("account"),
        related.get("id"),
        related.get("url"),
        snapshot.get("account"),
        snapshot.get("id"),
    )
    for candidate in candidates:
        found = _ACCOUNT.search(candidate) if isinstance(candidate, str) else None
        if found:
            return found.group()
    return None


def _account(client: StripeClient, event: Json) -> dict[str, Any] | None:
    account = account_of(event)
    return read_account(client, account) if account else None


Reader = Callable[[StripeClient, Json], dict[str, Any] | None]
_READERS: tuple[tuple[str, str, Reader], ...] = (
    ("platform", "payment_intent.", _payment_intent),
    ("platform", "charge.updated", _charge),
    ("connect", "account.updated", _account),
    ("connect", "capability.updated", _account),
    ("connect", "v2.core.account", _account),
)


def handle(context: Context, job: Job) -> str:
    """Read what the event is about and let the database apply it.

    Types without a reader are none of ours; the database marks them as ignored.
    """
    event_id = job.text("id")
    event = context.db.value("stripe_event", {"p_event_id": event_id})
    if event is None:
        raise PermanentError(f"no Stripe event {event_id}")
    if event["state"] != "received":
        return "duplicate"
    fresh = None
    for endpoint, prefix, read in _READERS:
        if event["endpoint"] == endpoint and event["type"].startswith(prefix):
            try:
                fresh = read(context.stripe, event)
            except stripe.InvalidRequestError as error:
                if error.http_status == 404 or error.code == "resource_missing":
                    raise PermanentError(
                        f"Stripe does not know the object of {event_id} ({event['type']}) any more"
                    ) from error
                raise
            break
    result = context.db.value(
        "apply_stripe_event", {"p_event_id": event_id, "p_object": fresh or {}}
    )
    return str(result)
