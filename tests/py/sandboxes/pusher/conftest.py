"""One sandbox for the tests of a module, the SDK that publishes to it, and plain sockets."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pusher
import pytest
from pusher.http import POST, Request
from pusher.pusher_client import PusherClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.py.sandboxes.running import Sandbox, running

APP = {"PUSHER_APP_ID": "4711", "PUSHER_KEY": "test-key", "PUSHER_SECRET": "test-secret"}
MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
Json = dict[str, Any]


def sign(text: str, secret: str = APP["PUSHER_SECRET"]) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{APP['PUSHER_KEY']}:{digest}"


class Socket:
    """A plain WebSocket client that speaks the protocol."""

    def __init__(
        self, sandbox: Sandbox, path: str = f"/app/{APP['PUSHER_KEY']}?protocol=7"
    ) -> None:
        self.wire: ClientConnection = connect(
            f"ws://127.0.0.1:{sandbox.port}{path}", max_queue=None
        )
        self.socket_id = ""

    def __enter__(self) -> Self:
        self.socket_id = self.expect("pusher:connection_established")["socket_id"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wire.close()

    def send(self, event: str, data: Any, channel: str | None = None) -> None:
        message = {"event": event, "data": data}
        self.wire.send(json.dumps(message if channel is None else {**message, "channel": channel}))

    def next(self) -> Json:
        message: Json = json.loads(self.wire.recv(timeout=5))
        if isinstance(message["data"], str) and message["data"][:1] in ("{", "["):
            message["data"] = json.loads(message["data"])
        return message

    def expect(self, event: str) -> Any:
        """The next message's data; it must be this event."""
        message = self.next()
        assert message["event"] == event, message
        return message["data"]

    def expect_nothing(self) -> None:
        """Whatever was to come would have come before the answer to a ping."""
        self.send("pusher:ping", {})
        self.expect("pusher:pong")

    def subscribe(self, channel: str, member: Json | None = None) -> Any:
        """Subscribe with a good signature; the answer's data."""
        data = {"channel": channel}
        if channel.startswith(("private-", "presence-")):
            text = f"{self.socket_id}:{channel}"
            if member is not None:
                data["channel_data"] = json.dumps(member)
                text += ":" + data["channel_data"]
            data["auth"] = sign(text)
        self.send("pusher:subscribe", data)
        return self.expect("pusher_internal:subscription_succeeded")

    def sign_in(self, user_id: str) -> None:
        user_data = json.dumps({"id": user_id})
        auth = sign(f"{self.socket_id}::user::{user_data}")
        self.send("pusher:signin", {"auth": auth, "user_data": user_data})
        self.expect("pusher:signin_success")

    def closed(self) -> tuple[int, list[int | None]]:
        """Read to the end: the close code, and the codes of the errors that came before."""
        codes: list[int | None] = []
        try:
            while True:
                message = self.next()
                if message["event"] == "pusher:error":
                    codes.append(message["data"]["code"])
        except ConnectionClosed:
            return self.wire.close_code or 0, codes


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running("local.pusher_sandbox", tmp_path_factory.mktemp("pusher"), APP) as one:
        yield one


@pytest.fixture
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of the test's own; `@pytest.mark.parametrize("own", …, indirect=True)` sets it."""
    with running("local.pusher_sandbox", tmp_path, APP, *getattr(request, "param", [])) as one:
        yield one


def sdk(sandbox: Sandbox, **changes: Any) -> Any:
    """The unmodified SDK."""
    settings = {
        "app_id": APP["PUSHER_APP_ID"],
        "key": APP["PUSHER_KEY"],
        "secret": APP["PUSHER_SECRET"],
        "host": "127.0.0.1",
        "port": sandbox.port,
        "ssl": False,
        "encryption_master_key_base64": MASTER_KEY,
    }
    return pusher.Pusher(**{**settings, **changes})


def terminate(sandbox: Sandbox, user_id: str) -> Any:
    """End a user's connections by the route that Pusher documents, signed by the SDK."""
    publisher = PusherClient(*APP.values(), ssl=False, host="127.0.0.1", port=sandbox.port)
    path = f"/apps/{publisher.app_id}/users/{user_id}/terminate_connections"
    return publisher.http.send_request(Request(publisher, POST, path, {}))


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    return sdk(sandbox)


@pytest.fixture
def connected(sandbox: Sandbox) -> Iterator[Callable[[], Socket]]:
    """Open sockets; closed at the end."""
    opened: list[Socket] = []

    def make() -> Socket:
        opened.append(Socket(sandbox).__enter__())
        return opened[-1]

    yield make
    for one in opened:
        one.wire.close()


@pytest.fixture
def room() -> str:
    """A channel name of the test's own."""
    return uuid.uuid4().hex[:12]
