"""CSRF and CORS: which browser origins may send changes. No cookies are ever used."""

from flask import Response, request

from webhooks.problems import ProblemError
from webhooks.services import services

READS = {"GET", "HEAD", "OPTIONS"}
ALLOWED_HEADERS = (
    "authorization, content-type, idempotency-key, x-request-id, apikey, x-client-info, "
    "x-requested-with"
)
EXPOSED_HEADERS = "location, retry-after, x-request-id"


def _allowed(origin: str) -> bool:
    return origin in services().origins.get()


def check() -> Response | None:
    """Answer a preflight; refuse a change from a foreign origin. Raises ProblemError."""
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        if not _allowed(origin):
            raise ProblemError("origin_refused")
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )
    if request.method not in READS and not _allowed(origin):
        raise ProblemError("origin_refused")
    return None


def mark(response: Response) -> Response:
    """Let an allowed origin's page read the answer."""
    origin = request.headers.get("Origin")
    response.vary.add("Origin")
    if origin is None or (response.status_code == 403 and request.method == "OPTIONS"):
        return response
    try:
        allowed = _allowed(origin)
    except Exception:  # noqa: BLE001 - the database is away: the answer goes out unmarked
        return response
    if allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    return response
