"""Pusher's HTTP API under `/apps/{app_id}`."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.pusher_sandbox import names
from local.pusher_sandbox.hub import Channel, Hub
from local.pusher_sandbox.signing import BadSignatureError, Credentials
from local.sandbox_kit.body import BadJsonError, read

KEPT_EVENTS = 1000


class RestError(Exception):
    """Answered as plain text, as Pusher does."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Event:
    """One accepted event."""

    name: str
    channels: list[str]
    data: str
    socket_id: str | None
    info: list[str]
    received_at: float


def authentication(credentials: Credentials) -> Middleware:
    """Every call under `/apps/` is signed with the app's secret."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/apps/"):
            return await handler(request)
        if request.path.split("/")[2] != credentials.app_id:
            raise RestError(404, "Unknown app")
        body = await request.read()
        try:
            credentials.check_request(request.method, request.path, request.query, body)
        except BadSignatureError as error:
            raise RestError(401, str(error)) from error
        return await handler(request)

    return check


class RestApi:
    """The handlers, and the log of accepted events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.accepted: deque[Event] = deque(maxlen=KEPT_EVENTS)

    def routes(self) -> list[web.RouteDef]:
        """The routes of the API."""
        app = "/apps/{app_id}"
        return [
            web.post(f"{app}/events", self.trigger),
            web.post(f"{app}/batch_events", self.trigger_batch),
            web.get(f"{app}/channels", self.channels),
            web.get(f"{app}/channels/{{channel}}", self.channel),
            web.get(f"{app}/channels/{{channel}}/users", self.users),
            web.post(f"{app}/users/{{user}}/terminate_connections", self.terminate),
        ]

    async def trigger(self, request: web.Request) -> web.Response:
        """POST /apps/{id}/events: one event to at most 100 channels."""
        event = _read_event(await _object(request))
        self._publish(event)
        if not event.info:
            return web.json_response({})
        found = {name: self._info(name, event.info) for name in event.channels}
        return web.json_response({"channels": found})

    async def trigger_batch(self, request: web.Request) -> web.Response:
        """POST /apps/{id}/batch_events: at most 10 events, a channel each; all or none."""
        batch = (await _object(request)).get("batch")
        if not isinstance(batch, list) or not batch:
            raise RestError(400, "batch must be a list of events")
        if len(batch) > names.MAX_BATCH:
            raise RestError(400, f"Batch too large ({len(batch)} > {names.MAX_BATCH})")
        events = []
        for one in batch:
            if not isinstance(one, dict) or "channels" in one:
                raise RestError(400, "Each event of a batch has one channel")
            events.append(_read_event(one))
        for event in events:
            self._publish(event)
        if not any(event.info for event in events):
            return web.json_response({})
        infos = [self._info(event.channels[0], event.info) for event in events]
        return web.json_response({"batch": infos})

    async def channels(self, request: web.Request) -> web.Response:
        """GET /apps/{id}/channels: the occupied ones."""
        prefix = request.query.get("filter_by_prefix", "")
        wanted = _wanted(request)
        if "user_count" in wanted and not names.is_presence(prefix):
            raise RestError(400, "user_count may only be requested for presence channels")
        found = {
            name: self._info(name, wanted) for name in self._hub.channels if name.startswith(prefix)
        }
        return web.json_response({"channels": found})

    async def channel(self, request: web.Request) -> web.Response:
        """GET /apps/{id}/channels/{name}."""
        name, wanted = _channel_name(request), _wanted(request)
        if "user_count" in wanted and not names.is_presence(name):
            raise RestError(400, "user_count may only be requested for presence channels")
        occupied = name in self._hub.channels
        return web.json_response({"occupied": occupied, **self._info(name, wanted)})

    async def users(self, request: web.Request) -> web.Response:
        """GET /apps/{id}/channels/{name}/users: members of a presence channel."""
        name = _channel_name(request)
        if not names.is_presence(name):
            raise RestError(400, "Users can only be listed for presence channels")
        channel = self._hub.channels.get(name, Channel(name))
        return web.json_response({"users": [{"id": user_id} for user_id in channel.members]})

    async def terminate(self, request: web.Request) -> web.Response:
        """POST /apps/{id}/users/{user}/terminate_connections: end a signed-in user's sockets."""
        user_id = request.match_info["user"]
        if not names.is_user(user_id):
            raise RestError(400, "Invalid user id")
        for connection in self._hub.of_user(user_id):
            connection.close(4009, "You got disconnected by the app.")
        return web.json_response({})

    def _publish(self, event: Event) -> None:
        self.accepted.append(event)
        for name in event.channels:
            self._hub.publish(name, event.name, event.data, skip=event.socket_id)

    def _info(self, name: str, wanted: list[str]) -> dict[str, int]:
        channel = self._hub.channels.get(name, Channel(name))
        counts = {"subscription_count": len(channel.subscribers)}
        if names.is_presence(name):
            counts["user_count"] = len(channel.members)
        return {one: counts[one] for one in wanted if one in counts}

    def log(self, channel: str | None) -> list[dict[str, Any]]:
        """The last accepted events (of one channel), oldest first."""
        return [asdict(one) for one in self.accepted if channel in (None, *one.channels)]


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await read(request)
    except BadJsonError as error:
        raise RestError(400, str(error)) from error
    if not isinstance(body, dict):
        raise RestError(400, "The body must be a JSON object")
    return body


def _read_event(body: dict[str, Any]) -> Event:
    name, data = body.get("name"), body.get("data")
    if not isinstance(name, str) or not 1 <= len(name) <= names.MAX_EVENT_NAME:
        raise RestError(400, f"The event's name must have 1 to {names.MAX_EVENT_NAME} characters")
    if not isinstance(data, str):
        raise RestError(400, "The event's data must be text")
    if len(data.encode()) > names.MAX_DATA_BYTES:
        text = f"The data content of this event exceeds the allowed maximum ({names.MAX_DATA_BYTES}"
        raise RestError(413, f"{text} bytes)")
    socket_id = body.get("socket_id")
    if socket_id is not None and not names.is_socket(socket_id):
        raise RestError(400, "Invalid socket id")
    info = body.get("info") or ""
    if not isinstance(info, str):
        raise RestError(400, "info must be text")
    wanted = [one for one in info.split(",") if one]
    return Event(name, _read_channels(body), data, socket_id, wanted, time.time())


def _read_channels(body: dict[str, Any]) -> list[str]:
    if ("channel" in body) == ("channels" in body):
        raise RestError(400, "Either channel or channels is needed")
    channels = body["channels"] if "channels" in body else [body["channel"]]
    if not isinstance(channels, list) or not 1 <= len(channels) <= names.MAX_CHANNELS:
        raise RestError(400, f"An event goes to 1 to {names.MAX_CHANNELS} channels")
    for name in channels:
        if not names.is_target(name):
            raise RestError(400, f"Invalid channel name {str(name)[:50]}")
    if len(channels) > 1 and any(names.is_encrypted(name) for name in channels):
        raise RestError(400, "An event for an encrypted channel can have no other channel")
    return channels


def _channel_name(request: web.Request) -> str:
    name = request.match_info["channel"]
    if not names.is_channel(name):
        raise RestError(400, "Invalid channel name")
    return name


def _wanted(request: web.Request) -> list[str]:
    return [one for one in request.query.get("info", "").split(",") if one]
