"""The sandbox's own routes: what was accepted, who is connected, and closing on demand."""

from aiohttp import web

from local.pusher_sandbox.hub import Hub
from local.pusher_sandbox.rest import RestApi
from local.pusher_sandbox.sockets import Sockets
from local.sandbox_kit.body import BadJsonError, read
from local.sandbox_kit.failures import CONTROL

CLOSE_CODES = {4009: "Connection is unauthorized", 4100: "Over capacity", 4200: "Reconnect"}


class Control:
    """Handlers under `/_sandbox/`."""

    def __init__(self, hub: Hub, api: RestApi, sockets: Sockets) -> None:
        self._hub = hub
        self._api = api
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        """The routes of the control API."""
        return [
            web.get(f"{CONTROL}events", self.events),
            web.delete(f"{CONTROL}events", self.forget),
            web.get(f"{CONTROL}connections", self.connections),
            web.post(f"{CONTROL}close", self.close),
        ]

    async def events(self, request: web.Request) -> web.Response:
        """GET /_sandbox/events?channel=name: the last 1000 accepted events, oldest first."""
        return web.json_response({"events": self._api.log(request.query.get("channel"))})

    async def forget(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's shape
        """DELETE /_sandbox/events."""
        self._api.accepted.clear()
        return web.Response(status=204)

    async def connections(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """GET /_sandbox/connections."""
        found = [
            {"socket_id": one.socket_id, "user_id": one.user_id, "channels": list(one.channels)}
            for one in self._hub.connections.values()
        ]
        return web.json_response({"connections": found})

    async def close(self, request: web.Request) -> web.Response:
        """POST /_sandbox/close `{"code": 4200}`: end all connections with a code of Pusher's."""
        try:
            body = await read(request)
        except BadJsonError as error:
            return web.json_response({"error": str(error)}, status=400)
        code = body.get("code") if isinstance(body, dict) else None
        if type(code) is not int or code not in CLOSE_CODES:
            text = f"code must be one of {', '.join(map(str, CLOSE_CODES))}"
            return web.json_response({"error": text}, status=400)
        return web.json_response({"closed": self._sockets.close_all(code, CLOSE_CODES[code])})
