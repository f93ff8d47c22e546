"""The WebSocket endpoint `/app/{key}`."""

import asyncio
import contextlib

from aiohttp import WSMsgType, web

from local.pusher_sandbox.connection import Connection, envelope
from local.pusher_sandbox.hub import Hub
from local.pusher_sandbox.protocol import Session
from local.pusher_sandbox.signing import Credentials

MAX_MESSAGE_BYTES = 64 * 1024
CLOSE_SECONDS = 1.0
OLDEST_PROTOCOL, NEWEST_PROTOCOL = 5, 7


class Sockets:
    """Accepts connections, watches that they live, ends them."""

    def __init__(
        self,
        hub: Hub,
        credentials: Credentials,
        *,
        activity_timeout: int,
        pong_timeout: float,
        max_connections: int,
    ) -> None:
        self._hub = hub
        self._credentials = credentials
        self._activity_timeout = activity_timeout
        self._pong_timeout = pong_timeout
        self._max_connections = max_connections
        self._open: set[asyncio.Task[None]] = set()

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """GET /app/{key}?protocol=7: one connection from its first to its last message."""
        socket = web.WebSocketResponse(
            timeout=CLOSE_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, compress=False
        )
        if not socket.can_prepare(request).ok:
            return web.Response(status=400, text="A WebSocket is needed\n")
        await socket.prepare(request)
        connection = Connection(socket)
        writer = asyncio.create_task(connection.write())
        self._open.add(writer)
        try:
            refusal = self._refusal(request)
            if refusal is not None:
                connection.close(*refusal)
                await writer
                return socket
            self._hub.connections[connection.socket_id] = connection
            data = {
                "socket_id": connection.socket_id,
                "activity_timeout": self._activity_timeout,
            }
            connection.send(envelope("pusher:connection_established", data))
            await self._converse(connection)
        finally:
            self._hub.leave(connection)
            self._open.discard(writer)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket

    def close_all(self, code: int, message: str) -> int:
        """End every connection; returns how many there were."""
        connections = list(self._hub.connections.values())
        for connection in connections:
            connection.close(code, message)
        return len(connections)

    async def say_goodbye(self) -> None:
        """Ask every client to reconnect, as a server does that is replaced, and wait a moment."""
        self.close_all(4200, "Server is stopping, reconnect")
        if self._open:
            await asyncio.wait(self._open, timeout=CLOSE_SECONDS)

    def _refusal(self, request: web.Request) -> tuple[int, str] | None:
        if request.match_info["key"] != self._credentials.key:
            return 4001, f"App key {request.match_info['key'][:40]} not in this cluster"
        protocol = request.query.get("protocol")
        if protocol is None:
            return 4008, "No protocol version supplied"
        if not protocol.isascii() or not protocol.isdigit():
            return 4006, "Invalid version string format"
        if not OLDEST_PROTOCOL <= int(protocol[:9]) <= NEWEST_PROTOCOL:
            return 4007, f"Unsupported protocol version {protocol[:9]}"
        if len(self._hub.connections) >= self._max_connections:
            return 4100, "Over capacity"
        return None

    async def _converse(self, connection: Connection) -> None:
        session = Session(connection, self._hub, self._credentials)
        pinged = False
        while True:
            timeout = self._pong_timeout if pinged else float(self._activity_timeout)
            try:
                message = await connection.socket.receive(timeout=timeout)
            except TimeoutError:
                if pinged:
                    connection.close(4201, "Pong reply not received")
                else:
                    connection.send(envelope("pusher:ping", {}))
                pinged = True
                continue
            pinged = False
            if message.type == WSMsgType.TEXT:
                session.receive(message.data)
            elif message.type == WSMsgType.BINARY:
                connection.error(None, "Binary messages are not supported")
            else:
                return
