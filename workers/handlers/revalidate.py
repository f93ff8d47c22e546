"""A storefront is told that a product's or a shop's page is out of date."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import httpx

from workers.context import Context
from workers.job import Job, PermanentError, RetryLaterError

TIMEOUT_SECONDS = 10
# A deploy of the storefront answers these for a while; what else it refuses will not pass later.
TRANSIENT = {408, 409, 425, 429}


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Value of Agora-Signature: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"t={timestamp},v1={digest.hexdigest()}"


def _retry_after(answer: httpx.Response) -> float:
    try:
        return min(3600.0, max(0.1, float(answer.headers.get("retry-after", ""))))
    except ValueError:
        return 5.0


def handle(context: Context, job: Job) -> str:
    """POST `{kind, id, slug, shop_slug, is_listed, at}`, signed; no address: nobody is told.

    Safe to repeat: the storefront reads the page's data anew each time. Redirects are not followed.
    """
    settings = context.settings
    kind, entity_id = job.text("kind"), job.text("id")
    entity = context.db.value("begin_revalidation", {"p_kind": kind, "p_id": entity_id})
    if not settings.revalidate_url:
        return "no storefront"
    told = {"slug": None, "is_listed": False, **(entity or {})}
    body = json.dumps(
        {"kind": kind, "id": entity_id, **told, "at": datetime.now(UTC).isoformat()},
        separators=(",", ":"),
    ).encode()
    secret = settings.revalidate_secret.get_secret_value()
    headers = {
        "Content-Type": "application/json",
        "Agora-Signature": signature(secret, int(time.time()), body),
        **({"X-Request-Id": job.request_id} if job.request_id else {}),
    }
    try:
        answer = httpx.post(
            settings.revalidate_url, content=body, headers=headers, timeout=TIMEOUT_SECONDS
        )
    except httpx.HTTPError as error:
        raise RuntimeError(f"storefront: {type(error).__name__}") from None
    if answer.is_success:
        return "told" if entity else "told that it is gone"
    if answer.status_code in (429, 503):
        raise RetryLaterError(f"storefront: {answer.status_code}", _retry_after(answer))
    if answer.status_code >= 500 or answer.status_code in TRANSIENT:
        raise RuntimeError(f"storefront: {answer.status_code}")
    raise PermanentError(f"storefront: {answer.status_code}")
