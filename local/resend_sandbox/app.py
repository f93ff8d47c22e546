"""The application: everything put together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from local.resend_sandbox import guards
from local.resend_sandbox.api import EmailsApi
from local.resend_sandbox.attachments import MAX_BYTES
from local.resend_sandbox.control import Control
from local.resend_sandbox.errors import injected
from local.resend_sandbox.mailer import Mailer
from local.resend_sandbox.store import Store
from local.resend_sandbox.webhooks import Endpoint, Webhooks
from local.sandbox_kit.failures import Failures
from local.sandbox_kit.serve import in_background

DEFAULT_DELAYS = [1.0, 5.0, 30.0, 120.0, 600.0, 3600.0]


@dataclass
class Settings:
    """How this sandbox behaves.

    Attributes:
        data: directory of the outbox and the index.
        key: the only API key that is accepted.
        endpoints: where webhooks go.
        delays: seconds before each further attempt of a webhook.
        rate_limit: requests per second, 0 for none.

    """

    data: Path
    key: str
    endpoints: list[Endpoint] = field(default_factory=list)
    delays: list[float] = field(default_factory=lambda: list(DEFAULT_DELAYS))
    rate_limit: int = 0


def create_app(settings: Settings) -> web.Application:
    """Make the application; the store opens here, so that a bad directory fails at once."""
    store = Store(settings.data)
    limit = guards.RateLimit(settings.rate_limit)
    failures = Failures(injected, guards.is_api)
    webhooks = Webhooks(store, settings.endpoints, settings.delays)
    mailer = Mailer(store, webhooks)
    app = web.Application(
        # Base64 and JSON around the largest attachments.
        client_max_size=MAX_BYTES * 2,
        middlewares=[
            guards.errors,
            guards.authorization(settings.key),
            limit.middleware,
            guards.idempotency(store),
            failures.middleware(),
        ],
    )
    app.add_routes(EmailsApi(store, mailer).routes())
    app.add_routes(Control(store, mailer, limit).routes())
    app.add_routes(failures.routes())

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        mailer.resume()
        async with in_background(webhooks.run()):
            yield
        mailer.stop()
        store.close()

    app.cleanup_ctx.append(lifetime)
    return app
