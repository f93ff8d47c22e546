"""Names and sizes as Pusher limits them, and what a channel's prefix means."""

import re
from typing import Any

MAX_EVENT_NAME = 200
MAX_DATA_BYTES = 10 * 1024
MAX_CHANNELS = 100
MAX_BATCH = 10
MAX_MEMBERS = 100
MAX_MEMBER_ID = 128
MAX_MEMBER_BYTES = 1024
SERVER_TO_USER = "#server-to-user-"
_CHANNEL = re.compile(r"[-a-zA-Z0-9_=@,.;]{1,164}")
_USER = re.compile(r"[-a-zA-Z0-9_=@,.;]{1,200}")
_SOCKET = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")


def is_channel(name: Any) -> bool:
    """At most 164 of the characters that Pusher allows."""
    return isinstance(name, str) and _CHANNEL.fullmatch(name) is not None


def is_target(name: Any) -> bool:
    """May the HTTP API publish to it? Channels, and signed-in users."""
    if isinstance(name, str) and name.startswith(SERVER_TO_USER):
        return is_user(name.removeprefix(SERVER_TO_USER))
    return is_channel(name)


def is_user(name: Any) -> bool:
    """A user id of `pusher:signin`."""
    return isinstance(name, str) and _USER.fullmatch(name) is not None


def is_socket(name: Any) -> bool:
    """A socket id as the server hands them out."""
    return isinstance(name, str) and _SOCKET.fullmatch(name) is not None


def needs_auth(channel: str) -> bool:
    """Private channels of every kind, and presence channels."""
    return channel.startswith(("private-", "presence-"))


def is_presence(channel: str) -> bool:
    """Does it have members?"""
    return channel.startswith("presence-")


def is_encrypted(channel: str) -> bool:
    """Are its events sealed end to end (the server only relays)?"""
    return channel.startswith("private-encrypted-")


def is_cache(channel: str) -> bool:
    """Does a new subscriber get the last event?"""
    return channel.startswith(
        ("cache-", "private-cache-", "presence-cache-", "private-encrypted-cache-")
    )
