"""Whatever goes wrong, as a problem document. A stack trace goes to the log and nowhere else."""

import json
import re
from typing import Any

import httpx
import psycopg
from flask import Flask, Response
from postgrest import APIError
from storage3.exceptions import StorageApiError
from storage3.utils import StorageException
from stripe import APIConnectionError, RateLimitError, StripeError
from supabase_auth.errors import AuthError
from werkzeug.exceptions import HTTPException

from agora.logs import get_logger
from agora.supabase import RefusedError
from webhooks.problems import ProblemError

log = get_logger(__name__)

RETRY_SECONDS = 2
_OURS = re.compile(r"[a-z][a-z0-9_]{2,60}")
_HTTP = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}


def _http(error: HTTPException) -> ProblemError:
    """Flask's own errors: no route, wrong method, too large."""
    status = error.code or 500
    if status >= 500:
        return ProblemError("internal_error")
    code = _HTTP.get(status, "bad_request")
    allow = dict(error.get_headers()).get("Allow")
    return ProblemError(code, headers={"Allow": allow} if allow else None)


def away(code: str) -> ProblemError:
    """Somebody else does not answer: try again."""
    return ProblemError(code, retry_after=RETRY_SECONDS)


def from_postgrest(error: APIError) -> ProblemError:
    """PostgREST's answer: the database's own code as it is, everything else by its status."""
    status = error.status if isinstance(error, RefusedError) else 500
    code = str(error.code or "")
    if _OURS.fullmatch(code) and status < 500:
        retry_after = error.retry_after if isinstance(error, RefusedError) else None
        return ProblemError(
            code,
            error.message,
            status=status,
            hint=error.hint,
            retry_after=retry_after,
            details=error.details,
        )
    log.warning("postgrest refused", code=code, status=status, message=error.message)
    if status == 401:
        return ProblemError("invalid_token")
    if status == 403:
        return ProblemError("permission_denied")
    # 22…: a value that the type does not hold, such as a NUL in a text; 23…: a constraint.
    if code.startswith(("22", "23")):
        return ProblemError("invalid_request")
    if status in (502, 503, 504) or code.startswith(("40", "53", "55", "57", "PGRST0")):
        return away("database_unavailable")
    return ProblemError("internal_error")


def from_psycopg(error: psycopg.Error) -> ProblemError:
    """A call under our own role: `private.fail`'s refusal, or the database is away."""
    if error.sqlstate == "PGRST":
        body: dict[str, Any] = json.loads(error.diag.message_primary or "{}")
        head: dict[str, Any] = json.loads(error.diag.message_detail or "{}")
        return ProblemError(
            body["code"],
            body["message"],
            status=int(head["status"]),
            hint=body.get("hint"),
            retry_after=head["headers"].get("Retry-After"),
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        log.warning("database away", error=str(error))
        return away("database_unavailable")
    log.error("database error", exc_info=error)
    return ProblemError("internal_error")


def from_stripe(error: StripeError) -> ProblemError:
    """Stripe away: try again. Stripe against it: ours to mend, and no fault of the client."""
    log.warning(
        "stripe error",
        kind=type(error).__name__,
        code=error.code,
        status=error.http_status,
        stripe_request=error.request_id,
        message=error.user_message,
    )
    status = error.http_status or 0
    if isinstance(error, APIConnectionError | RateLimitError) or status >= 500 or status == 409:
        return away("stripe_unavailable")
    return ProblemError("stripe_refused", retry_after=30)


def from_storage(error: Exception) -> ProblemError:
    """Storage or Auth away, or against our own account."""
    status = error.status if isinstance(error, StorageApiError) else None
    log.warning("storage error", kind=type(error).__name__, status=status, error=str(error))
    return away("storage_unavailable")


def _unknown(error: Exception) -> ProblemError:
    log.error("unexpected error", exc_info=error)
    return ProblemError("internal_error")


def _transport(error: httpx.HTTPError) -> ProblemError:
    log.warning("upstream away", kind=type(error).__name__, error=str(error))
    return away("database_unavailable")


def install(app: Flask) -> None:
    """Register a handler for each family of errors."""
    handlers: list[tuple[type[Exception], Any]] = [
        (HTTPException, _http),
        (APIError, from_postgrest),
        (psycopg.Error, from_psycopg),
        (StripeError, from_stripe),
        (StorageException, from_storage),
        (AuthError, from_storage),
        (httpx.HTTPError, _transport),
        (Exception, _unknown),
    ]

    def register(kind: type[Exception], convert: Any) -> None:
        def handle(error: Exception) -> Response:
            problem: ProblemError = convert(error)
            return problem.response()

        app.register_error_handler(kind, handle)

    for kind, convert in handlers:
        register(kind, convert)

    def refuse(error: ProblemError) -> Response:
        return error.response()

    app.register_error_handler(ProblemError, refuse)
