"""A connected account as Stripe has it now, in the form that the database stores."""

from datetime import UTC, datetime
from typing import Any, cast

import stripe
from stripe import StripeClient
from stripe.params.v2.core import AccountRetrieveParams

from agora.connect_account import V2_INCLUDE, normalise

_PARAMS = cast(AccountRetrieveParams, {"include": V2_INCLUDE})


def _v2(client: StripeClient, account_id: str) -> dict[str, Any] | None:
    """API v2's view; None for an account that has none (made with v1, no recipient)."""
    try:
        account = client.v2.core.accounts.retrieve(account_id, _PARAMS).to_dict()
    except (stripe.InvalidRequestError, stripe.PermissionError):
        return None
    return account if (account.get("configuration") or {}).get("recipient") else None


def read_account(client: StripeClient, account_id: str) -> dict[str, Any]:
    """Read an account by v2, else by v1. Raises stripe.InvalidRequestError if there is none.

    `fetched_at` is taken before the read: of two readings the one that began later wins.
    """
    fetched_at = datetime.now(UTC).isoformat()
    account = _v2(client, account_id)
    if account is None:
        account = client.v1.accounts.retrieve(account_id).to_dict()
    return {**normalise(account), "fetched_at": fetched_at}
