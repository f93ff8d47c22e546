"""How connections begin, live and end, seen by a plain client."""

import json
import time
from collections.abc import Callable

import pytest
import requests
from websockets.sync.client import connect

from tests.py.sandboxes.pusher.conftest import APP, Socket
from tests.py.sandboxes.running import Sandbox

Connected = Callable[[], Socket]
APP_PATH = f"/app/{APP['PUSHER_KEY']}"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/app/unknown?protocol=7", 4001),
        (APP_PATH, 4008),
        (f"{APP_PATH}?protocol=x", 4006),
        (f"{APP_PATH}?protocol=4", 4007),
        (f"{APP_PATH}?protocol=8", 4007),
    ],
)
def test_a_connection_that_is_refused(sandbox: Sandbox, path: str, code: int) -> None:
    assert Socket(sandbox, path).closed() == (code, [code])
    with Socket(sandbox) as good:
        assert good.socket_id


def test_a_call_without_upgrade_is_refused(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url}{APP_PATH}?protocol=7", timeout=5)
    assert answer.status_code == 400


def test_the_greeting_names_socket_and_timeout(sandbox: Sandbox) -> None:
    with connect(f"ws://127.0.0.1:{sandbox.port}{APP_PATH}?protocol=7&client=x") as wire:
        message = json.loads(wire.recv(timeout=5))
    assert message["event"] == "pusher:connection_established"
    data = json.loads(message["data"])
    assert set(data) == {"socket_id", "activity_timeout"}
    assert all(part.isdigit() for part in data["socket_id"].split("."))
    assert data["activity_timeout"] == 120


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        "[" * 20_000,
        '{"event": 5}',
        '{"event": "pusher:subscribe"}',
        '{"event": "pusher:subscribe", "data": []}',
        '{"event": "pusher:subscribe", "data": "{"}',
        '{"event": "pusher:subscribe", "data": {"channel": 5}}',
        '{"event": "pusher:subscribe", "data": {"channel": "a b"}}',
        '{"event": "pusher:subscribe", "data": {"channel": "\\ud800"}}',
        '{"event": "pusher:unknown", "data": {}}',
        '{"event": "client-x", "data": {}}',
        '{"event": "client-x", "channel": [], "data": {}}',
    ],
)
def test_nonsense_is_told_and_does_not_end_the_connection(
    connected: Connected, room: str, text: str
) -> None:
    socket = connected()
    socket.wire.send(text)
    assert socket.expect("pusher:error")["code"] is None
    socket.wire.send(b"\x00")
    assert socket.expect("pusher:error")["code"] is None
    assert socket.subscribe(room) == {}
    socket.send("pusher:subscribe", {"channel": room})
    assert "Existing subscription" in socket.expect("pusher:error")["message"]


@pytest.mark.parametrize(
    "own", [["--activity-timeout", "1", "--pong-timeout", "0.4"]], indirect=True
)
def test_a_silent_client_is_pinged_and_then_dropped(own: Sandbox) -> None:
    with Socket(own) as lively, Socket(own) as silent:
        lively.expect("pusher:ping")
        lively.send("pusher:pong", {})
        assert silent.closed() == (4201, [4201])
        lively.expect("pusher:ping")
        lively.send("pusher:ping", {})
        lively.expect("pusher:pong")


@pytest.mark.parametrize("own", [["--max-connections", "1"]], indirect=True)
def test_over_capacity(own: Sandbox) -> None:
    with Socket(own) as first:
        assert Socket(own).closed() == (4100, [4100])
        first.expect_nothing()
    with Socket(own):
        pass


def test_stopping_asks_clients_to_reconnect(own: Sandbox) -> None:
    with Socket(own) as socket:
        began = time.monotonic()
        assert own.stop() == 0
        assert time.monotonic() - began < 5
        assert socket.closed() == (4200, [4200])
    own.start()
    with Socket(own):
        pass
