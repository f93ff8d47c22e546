"""One WebSocket: what the server knows about it, and its outgoing queue."""

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

MAX_QUEUED = 10_000


@dataclass(frozen=True)
class Close:
    """The last item of a queue."""

    code: int
    message: str


@dataclass(frozen=True)
class Member:
    """Who a connection is on a presence channel."""

    user_id: str
    info: Any


def envelope(event: str, data: Any, channel: str | None = None, **more: str) -> str:
    """A message of the protocol; `data` that is not text becomes JSON text, as Pusher sends it."""
    message: dict[str, Any] = {"event": event, **more}
    if channel is not None:
        message["channel"] = channel
    message["data"] = data if isinstance(data, str) else json.dumps(data)
    return json.dumps(message)


class Connection:
    """Sending never blocks: a reader that does not keep up is disconnected."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.socket_id = f"{secrets.randbelow(10**9)}.{secrets.randbelow(10**9)}"
        self.user_id: str | None = None
        self.channels: dict[str, Member | None] = {}
        self._queue: asyncio.Queue[str | Close] = asyncio.Queue()
        self.closing = False

    def send(self, text: str) -> None:
        """Queue one message."""
        if self.closing:
            return
        if self._queue.qsize() >= MAX_QUEUED:
            self.close(4100, "Over capacity: the client reads too slowly")
            return
        self._queue.put_nowait(text)

    def error(self, code: int | None, message: str) -> None:
        """Tell of an error that does not end the connection."""
        data = json.dumps({"code": code, "message": message})
        # The one event whose data is an object and not text.
        self.send(f'{{"event": "pusher:error", "data": {data}}}')

    def close(self, code: int, message: str) -> None:
        """Send the error, then the close frame with the same code."""
        if not self.closing:
            self.error(code, message)
            self.closing = True
            self._queue.put_nowait(Close(code, message))

    async def write(self) -> None:
        """Empty the queue until the connection ends."""
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, Close):
                    await self.socket.close(code=item.code, message=item.message.encode()[:120])
                    return
                await self.socket.send_str(item)
            except (ConnectionError, RuntimeError):  # the client has gone; reading notices it
                return
