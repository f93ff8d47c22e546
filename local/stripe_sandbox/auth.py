"""Who calls: the secret key, or a browser with the publishable one; and for which account."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from local.stripe_sandbox.errors import StripeError
from local.stripe_sandbox.store import Store


@dataclass(frozen=True)
class Keys:
    """The sandbox's own API keys."""

    secret: str
    publishable: str


def _given(headers: Mapping[str, str]) -> str | None:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(0, min(len(key) - 12, 24))}{key[-4:]}" if len(key) > 12 else "****"


def is_publishable(keys: Keys, headers: Mapping[str, str], in_body: str | None) -> bool:
    """Is it the publishable key? Stripe.js may send it as the parameter `key`.

    Raises:
        StripeError: 401 for no key or a wrong one.

    """
    key = _given(headers) or in_body
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/.",
            status=401,
            stored=False,
        )
    if hmac.compare_digest(key.encode(), keys.secret.encode()):
        return False
    if hmac.compare_digest(key.encode(), keys.publishable.encode()):
        return True
    message = f"Invalid API Key provided: {_masked(key)}"
    raise StripeError(message, status=401, stored=False)


def account_for(store: Store, platform: str, headers: Mapping[str, str]) -> str:
    """The account that the call acts in.

    Raises:
        StripeError: 403 for one that is not connected.

    """
    wanted = headers.get("Stripe-Account") or headers.get("Stripe-Context")
    if not wanted or wanted == platform:
        return platform
    if not wanted.isascii() or store.find("account", wanted) is None:
        raise StripeError(
            f"The provided key does not have access to account '{wanted}' (or that account does "
            "not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
            stored=False,
        )
    return wanted
