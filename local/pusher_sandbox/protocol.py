"""What a client may say over its WebSocket, and what becomes of it."""

import json
import time
from collections import deque
from typing import Any

from local.pusher_sandbox import names
from local.pusher_sandbox.connection import Connection, Member, envelope
from local.pusher_sandbox.hub import Hub
from local.pusher_sandbox.signing import Credentials
from local.sandbox_kit.body import BadJsonError, parse

CLIENT_EVENTS_PER_SECOND = 10


class ProtocolError(Exception):
    """Told to the client as `pusher:error`; the connection goes on unless it is fatal."""

    def __init__(self, code: int | None, message: str, *, fatal: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fatal = fatal


class SubscriptionError(ProtocolError):
    """Told by `pusher:subscription_error` on the channel too."""

    def __init__(
        self, kind: str, status: int, code: int | None, message: str, channel: str
    ) -> None:
        super().__init__(code, message)
        self.channel = channel
        self.data = {"type": kind, "error": message, "status": status}


class Session:
    """The conversation with one connection."""

    def __init__(self, connection: Connection, hub: Hub, credentials: Credentials) -> None:
        self._connection = connection
        self._hub = hub
        self._credentials = credentials
        self._client_events: deque[float] = deque(maxlen=CLIENT_EVENTS_PER_SECOND)

    def receive(self, text: str) -> None:
        """Handle one message; nothing after a fatal error."""
        if self._connection.closing:
            return
        try:
            message = parse(text)
            if not isinstance(message, dict) or not isinstance(message.get("event"), str):
                raise ProtocolError(None, "Invalid message: an object with an event is needed")
            self._dispatch(message)
        except BadJsonError:
            self._connection.error(None, "Invalid message: not JSON")
        except SubscriptionError as error:
            self._connection.error(error.code, error.message)
            self._connection.send(envelope("pusher:subscription_error", error.data, error.channel))
        except ProtocolError as error:
            if error.fatal and error.code is not None:
                self._connection.close(error.code, error.message)
            else:
                self._connection.error(error.code, error.message)

    def _dispatch(self, message: dict[str, Any]) -> None:
        event, data = message["event"], message.get("data")
        if event.startswith("client-"):
            self._client_event(message)
        elif event == "pusher:ping":
            self._connection.send(envelope("pusher:pong", {}))
        elif event == "pusher:pong":
            return
        elif event == "pusher:subscribe":
            self._subscribe(_object(data))
        elif event == "pusher:unsubscribe":
            self._hub.unsubscribe(self._connection, str(_object(data).get("channel")))
        elif event == "pusher:signin":
            self._sign_in(_object(data))
        else:
            raise ProtocolError(None, f"Unknown event {event[:50]}")

    def _subscribe(self, data: dict[str, Any]) -> None:
        name = data.get("channel")
        if not isinstance(name, str):
            raise ProtocolError(None, "Invalid subscription: a channel is needed")
        if name in self._connection.channels:
            raise ProtocolError(None, f"Existing subscription to channel {name}")
        if name.startswith(names.SERVER_TO_USER):
            if name != f"{names.SERVER_TO_USER}{self._connection.user_id}":
                raise _unauthorised(name, f"Not signed in as the user of {name[:50]}")
            # Its events come by the sign-in, this only says that they do.
            text = envelope("pusher_internal:subscription_succeeded", {}, name)
            self._connection.send(text)
            return
        if not names.is_channel(name):
            raise ProtocolError(None, f"Invalid channel name {name[:50]}")
        member = self._check_auth(name, data) if names.needs_auth(name) else None
        self._hub.subscribe(self._connection, name, member)

    def _check_auth(self, name: str, data: dict[str, Any]) -> Member | None:
        signed = f"{self._connection.socket_id}:{name}"
        channel_data = data.get("channel_data")
        if channel_data is not None:
            if not isinstance(channel_data, str):
                raise _unauthorised(name, "channel_data must be text")
            signed += f":{channel_data}"
        if not self._credentials.check_token(data.get("auth"), signed):
            given = str(data.get("auth"))[:120]
            text = (
                f"Invalid signature: Expected HMAC SHA256 hex digest of {signed}, but got {given}"
            )
            raise _unauthorised(name, text)
        return self._member(name, channel_data) if names.is_presence(name) else None

    def _member(self, name: str, channel_data: str | None) -> Member:
        try:
            fields = parse(channel_data or "null")
        except BadJsonError as error:
            raise _unauthorised(name, "channel_data is not JSON") from error
        user_id = fields.get("user_id") if isinstance(fields, dict) else None
        if type(user_id) is int:
            user_id = str(user_id)
        if not isinstance(user_id, str) or not 1 <= len(user_id) <= names.MAX_MEMBER_ID:
            raise _unauthorised(name, "channel_data needs a user_id of 1 to 128 characters")
        info = fields.get("user_info")
        if info is not None and len(json.dumps(info).encode()) > names.MAX_MEMBER_BYTES:
            raise _unauthorised(name, "user_info is larger than 1 KB")
        channel = self._hub.channels.get(name)
        members = channel.members if channel else {}
        if user_id not in members and len(members) >= names.MAX_MEMBERS:
            text = f"The channel has its {names.MAX_MEMBERS} members"
            raise SubscriptionError("LimitReached", 4004, None, text, name)
        return Member(user_id, info)

    def _sign_in(self, data: dict[str, Any]) -> None:
        user_data = data.get("user_data")
        signed = f"{self._connection.socket_id}::user::{user_data}"
        if not isinstance(user_data, str) or not self._credentials.check_token(
            data.get("auth"), signed
        ):
            raise ProtocolError(4009, "Connection is unauthorized: invalid signature", fatal=True)
        try:
            fields = parse(user_data)
        except BadJsonError:
            fields = None
        user_id = fields.get("id") if isinstance(fields, dict) else None
        if not names.is_user(user_id):
            raise ProtocolError(4009, "Connection is unauthorized: no user id", fatal=True)
        if self._connection.user_id not in (None, user_id):
            raise ProtocolError(4009, "Connection is unauthorized: other user", fatal=True)
        self._connection.user_id = user_id
        self._connection.send(envelope("pusher:signin_success", {"user_data": user_data}))

    def _client_event(self, message: dict[str, Any]) -> None:
        event, name = message["event"], message.get("channel")
        if len(event) > names.MAX_EVENT_NAME:
            raise ProtocolError(None, "Client event rejected: name too long")
        if (
            not isinstance(name, str)
            or not names.needs_auth(name)
            or names.is_encrypted(name)
            or name not in self._connection.channels
        ):
            text = "Client event rejected: only for subscribers of private and presence channels"
            raise ProtocolError(None, text)
        data = message.get("data")
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        if len(text.encode()) > names.MAX_DATA_BYTES:
            raise ProtocolError(None, "Client event rejected: data larger than 10 KB")
        self._count_client_event()
        member = self._connection.channels[name]
        self._hub.publish(
            name,
            event,
            text,
            skip=self._connection.socket_id,
            user_id=member.user_id if member else None,
        )

    def _count_client_event(self) -> None:
        now = time.monotonic()
        recent = self._client_events
        if len(recent) == CLIENT_EVENTS_PER_SECOND and now - recent[0] < 1:
            raise ProtocolError(4301, "Client event rejected due to rate limit")
        recent.append(now)


def _object(data: Any) -> dict[str, Any]:
    """A message's data: an object, or JSON text of one, as some clients send it."""
    value = parse(data) if isinstance(data, str) else data
    if not isinstance(value, dict):
        raise ProtocolError(None, "Invalid message: data must be an object")
    return value


def _unauthorised(channel: str, message: str) -> SubscriptionError:
    return SubscriptionError("AuthError", 401, 4009, message, channel)
