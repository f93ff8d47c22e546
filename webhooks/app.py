"""The app factory: one blueprint per concern, the same rules around all of them."""

import atexit
import time

from flask import Flask, Response, g, request

from agora.logs import configure_logging, get_logger, redact
from agora.settings import Settings, settings
from webhooks import (
    checkout,
    downloads,
    errors,
    health,
    metrics,
    onboarding,
    openapi,
    origins,
    pusher_auth,
    request_id,
    stripe_webhooks,
    uploads,
)
from webhooks.services import make_services

MAX_BODY = 64 * 1024
MAX_EVENT = 1024 * 1024
BLUEPRINTS = (
    checkout.blueprint,
    onboarding.blueprint,
    uploads.blueprint,
    downloads.blueprint,
    stripe_webhooks.blueprint,
    pusher_auth.blueprint,
    health.blueprint,
    openapi.blueprint,
)
QUIET = {"/healthz", "/readyz", "/metrics"}
log = get_logger("webhooks.access")


def _bound_body() -> None:
    """Stripe's events may be larger than what clients send."""
    is_event = request.blueprint == "stripe_webhooks"
    request.max_content_length = MAX_EVENT if is_event else MAX_BODY


def _headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id.request_id()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in g.get("private_headers", {}).items():
        response.headers[name] = value
    return response


def _access(response: Response) -> Response:
    """One line per request. A download's path is its token: only the route is written."""
    path = request.path
    if path in QUIET and response.status_code < 400:
        return response
    if "downloads/" in path:
        path = f"{path.split('downloads/')[0]}downloads/[redacted]"
    log.info(
        "request",
        method=request.method,
        path=redact(path)[:200],
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        user_id=g.get("user_id"),
    )
    return response


def create_app(given: Settings | None = None) -> Flask:
    """The WSGI app. Settings come from the environment unless they are given."""
    config = given or settings()
    configure_logging("webhooks", config.log_level)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_EVENT, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=20
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    made = make_services(config)
    app.extensions["agora"] = made
    atexit.register(made.database.close)

    errors.install(app)
    for before in (request_id.begin, metrics.begin, _bound_body):
        app.before_request(before)
    app.before_request(origins.check)
    # Flask calls these last one first.
    for after in (_access, metrics.end, origins.mark, _headers):
        app.after_request(after)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
