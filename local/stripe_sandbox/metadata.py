"""Metadata: merged key by key, an empty value unsets; Stripe's limits."""

from typing import Any

from local.stripe_sandbox.errors import Json, bad_param


def merged(old: Json, new: Any) -> Json:
    """`old` changed by what a call gave; `""` clears all of it.

    Raises:
        StripeError: over 50 keys, a key over 40 or a value over 500 characters.

    """
    if new is None:
        return old
    result = {} if new == "" else dict(old)
    for key, value in (new or {}).items():
        if len(key) > 40:
            raise bad_param(f"Metadata keys can have up to 40 characters: {key[:60]}", "metadata")
        if value in ("", None):
            result.pop(key, None)
        elif len(str(value)) > 500:
            raise bad_param("Metadata values can have up to 500 characters.", f"metadata[{key}]")
        else:
            result[key] = str(value)
    if len(result) > 50:
        raise bad_param("Metadata can have up to 50 keys.", "metadata")
    return result
