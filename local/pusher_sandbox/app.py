"""The application: everything put together."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from local.pusher_sandbox.control import Control
from local.pusher_sandbox.hub import Hub
from local.pusher_sandbox.rest import RestApi, RestError, authentication
from local.pusher_sandbox.signing import Credentials
from local.pusher_sandbox.sockets import Sockets
from local.pusher_sandbox.webhooks import DEFAULT_DELAYS, Endpoint, Webhooks
from local.sandbox_kit.failures import Failures
from local.sandbox_kit.serve import in_background

LOG = logging.getLogger("pusher_sandbox")
API = "/apps/"


@dataclass
class Settings:
    """How this sandbox behaves; times in seconds."""

    credentials: Credentials
    endpoints: list[Endpoint] = field(default_factory=list)
    delays: list[float] = field(default_factory=lambda: list(DEFAULT_DELAYS))
    activity_timeout: int = 120
    pong_timeout: float = 30.0
    max_connections: int = 10_000


def _plain(status: int, headers: dict[str, str]) -> web.Response:
    """The answer of an injected failure."""
    text = "Too many requests\n" if status == 429 else "Internal server error\n"
    return web.Response(status=status, text=text, headers=headers)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RestError as error:
        return web.Response(status=error.status, text=f"{error.message}\n")
    except web.HTTPException:
        raise
    except Exception:
        LOG.exception("unexpected failure at %s", request.path)
        return _plain(500, {})


def create_app(settings: Settings) -> web.Application:
    """Make the application."""
    webhooks = Webhooks(settings.endpoints, settings.credentials, settings.delays)
    hub = Hub(webhooks.notify)
    api = RestApi(hub)
    sockets = Sockets(
        hub,
        settings.credentials,
        activity_timeout=settings.activity_timeout,
        pong_timeout=settings.pong_timeout,
        max_connections=settings.max_connections,
    )
    failures = Failures(_plain, lambda path: path.startswith(API))
    app = web.Application(
        middlewares=[_errors, authentication(settings.credentials), failures.middleware()]
    )
    app.add_routes(api.routes())
    app.add_routes([web.get("/app/{key}", sockets.accept)])
    app.add_routes(Control(hub, api, sockets).routes())
    app.add_routes(failures.routes())

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        async with in_background(webhooks.run()):
            yield

    async def goodbye(_: web.Application) -> None:
        await sockets.say_goodbye()

    app.cleanup_ctx.append(lifetime)
    app.on_shutdown.append(goodbye)
    return app
