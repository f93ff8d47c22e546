"""What stands before every call of the API: errors' shape, the key, rate limit, idempotency."""

import hashlib
import hmac
import json
import logging
import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.resend_sandbox.errors import ApiError, rate_limited
from local.resend_sandbox.mailer import KeyUse
from local.resend_sandbox.store import Store
from local.sandbox_kit.body import BadJsonError, read
from local.sandbox_kit.failures import CONTROL

LOG = logging.getLogger("resend_sandbox")
KEY_USE = web.RequestKey("key_use", KeyUse)
MAX_KEY = 256
_HTTP_ERRORS = {
    404: ("not_found", "The requested endpoint does not exist"),
    405: ("method_not_allowed", "Method is not allowed for the requested path"),
    413: ("validation_error", "The request body is too large"),
}


def is_api(path: str) -> bool:
    """Is this Resend's API, and not the sandbox's own pages?"""
    return not path.startswith(CONTROL) and path != "/"


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure of the API in Resend's shape."""
    try:
        return await handler(request)
    except ApiError as error:
        return error.response()
    except BadJsonError as error:
        return ApiError(400, "validation_error", str(error)).response()
    except web.HTTPException as error:
        name, message = _HTTP_ERRORS.get(error.status, ("application_error", error.reason))
        return ApiError(error.status, name, message).response()
    except Exception:
        LOG.exception("unexpected failure at %s", request.path)
        return ApiError(500, "application_error", "An unexpected error occurred.").response()


def authorization(key: str) -> Middleware:
    """Only with `Authorization: Bearer <key>`."""
    expected = f"Bearer {key}".encode()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_api(request.path):
            given = request.headers.get("Authorization", "")
            if given.strip() in ("", "Bearer"):
                text = "Missing API key in the authorization header."
                raise ApiError(401, "missing_api_key", text)
            if not hmac.compare_digest(given.encode(errors="replace"), expected):
                raise ApiError(403, "invalid_api_key", "API key is invalid.")
        return await handler(request)

    return check


class RateLimit:
    """Requests per second, in fixed windows; 0 turns it off."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self._window = 0
        self._used = 0

    @property
    def middleware(self) -> Middleware:
        """Refuse with 429 what is over the limit; tell the rest in every answer."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self.per_second == 0 or not is_api(request.path):
                return await handler(request)
            now = int(time.monotonic())
            if now != self._window:
                self._window, self._used = now, 0
            self._used += 1
            headers = {
                "ratelimit-limit": str(self.per_second),
                "ratelimit-remaining": str(max(0, self.per_second - self._used)),
                "ratelimit-reset": "1",
            }
            if self._used > self.per_second:
                return rate_limited().response({**headers, "retry-after": "1"})
            try:
                response = await handler(request)
            except ApiError as error:
                return error.response(headers)
            response.headers.update(headers)
            return response

        return check


def idempotency(store: Store) -> Middleware:
    """Same key and body: the first answer again. Other body, or still at work: 409."""
    at_work: set[str] = set()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or not is_api(request.path):
            return await handler(request)
        if not 1 <= len(key) <= MAX_KEY:
            raise ApiError(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
        use = KeyUse(key, await _request_hash(request))
        if (stored := store.key(key)) is not None:
            if stored[0] != use.request_hash:
                text = "Same idempotency key used with a different request payload."
                raise ApiError(409, "invalid_idempotent_request", text)
            return web.json_response(stored[1])
        if key in at_work:
            text = "Same idempotency key used while original request is still in progress."
            raise ApiError(409, "concurrent_idempotent_requests", text)
        at_work.add(key)
        try:
            request[KEY_USE] = use
            return await handler(request)
        finally:
            at_work.discard(key)

    return check


async def _request_hash(request: web.Request) -> str:
    body = json.dumps(await read(request), sort_keys=True)
    return hashlib.sha256(f"{request.path}\n{body}".encode()).hexdigest()
