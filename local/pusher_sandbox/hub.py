"""Channels, their subscribers and members; every change is told to the webhooks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from local.pusher_sandbox.connection import Connection, Member, envelope
from local.pusher_sandbox.names import SERVER_TO_USER, is_cache, is_presence

Notify = Callable[[dict[str, Any]], None]


@dataclass
class Channel:
    """An occupied channel."""

    name: str
    subscribers: dict[str, Connection] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)

    def has_socket_of(self, user_id: str) -> bool:
        """Is this user still here on some socket?"""
        sockets = (one.channels.get(self.name) for one in self.subscribers.values())
        return any(member is not None and member.user_id == user_id for member in sockets)


class Hub:
    """State of the one app. All methods are synchronous, so no change is seen half-done."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self.connections: dict[str, Connection] = {}
        self.channels: dict[str, Channel] = {}
        self._last_events: dict[str, str] = {}

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        for name in list(connection.channels):
            self.unsubscribe(connection, name)
        self.connections.pop(connection.socket_id, None)

    def subscribe(self, connection: Connection, name: str, member: Member | None) -> None:
        """Add a subscriber whose right to it was checked, and tell everyone concerned."""
        channel = self.channels.get(name)
        if channel is None:
            channel = self.channels[name] = Channel(name)
            self._notify({"name": "channel_occupied", "channel": name})
        is_new = member is not None and member.user_id not in channel.members
        if member is not None and is_new:
            channel.members[member.user_id] = member.info
        connection.send(envelope("pusher_internal:subscription_succeeded", _roster(channel), name))
        if member is not None and is_new:
            data = {"user_id": member.user_id, "user_info": member.info}
            self._broadcast(channel, envelope("pusher_internal:member_added", data, name))
            self._notify({"name": "member_added", "channel": name, "user_id": member.user_id})
        channel.subscribers[connection.socket_id] = connection
        connection.channels[name] = member
        if is_cache(name):
            self._send_cached(connection, name)

    def unsubscribe(self, connection: Connection, name: str) -> None:
        """Remove a subscriber; nothing happens if it is none."""
        channel = self.channels.get(name)
        if channel is None or name not in connection.channels:
            return
        member = connection.channels.pop(name)
        channel.subscribers.pop(connection.socket_id, None)
        if member is not None and not channel.has_socket_of(member.user_id):
            del channel.members[member.user_id]
            data = {"user_id": member.user_id}
            self._broadcast(channel, envelope("pusher_internal:member_removed", data, name))
            self._notify({"name": "member_removed", "channel": name, "user_id": member.user_id})
        if not channel.subscribers:
            del self.channels[name]
            self._notify({"name": "channel_vacated", "channel": name})

    def publish(
        self,
        name: str,
        event: str,
        data: str,
        *,
        skip: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Send an event to a channel or, by its `#server-to-user-` name, to a user.

        Args:
            name: channel.
            event: its name.
            data: text, passed on as it is.
            skip: the socket that must not get it.
            user_id: of the member who sent it, for client events on presence channels.

        """
        more = {} if user_id is None else {"user_id": user_id}
        text = envelope(event, data, name, **more)
        if is_cache(name):
            self._last_events[name] = text
        if name.startswith(SERVER_TO_USER):
            for connection in self.of_user(name.removeprefix(SERVER_TO_USER)):
                if connection.socket_id != skip:
                    connection.send(text)
        elif channel := self.channels.get(name):
            self._broadcast(channel, text, skip)

    def of_user(self, user_id: str) -> list[Connection]:
        """The connections that signed in as this user."""
        return [one for one in self.connections.values() if one.user_id == user_id]

    def _send_cached(self, connection: Connection, name: str) -> None:
        if (text := self._last_events.get(name)) is not None:
            connection.send(text)
        else:
            connection.send(envelope("pusher:cache_miss", "", name))
            self._notify({"name": "cache_miss", "channel": name})

    @staticmethod
    def _broadcast(channel: Channel, text: str, skip: str | None = None) -> None:
        receivers: Iterable[Connection] = list(channel.subscribers.values())
        for connection in receivers:
            if connection.socket_id != skip:
                connection.send(text)


def _roster(channel: Channel) -> dict[str, Any]:
    if not is_presence(channel.name):
        return {}
    members = channel.members
    return {"presence": {"count": len(members), "ids": list(members), "hash": dict(members)}}
