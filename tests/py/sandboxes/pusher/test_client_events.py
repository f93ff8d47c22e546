"""Events that clients send to each other."""

import time
from collections.abc import Callable

import pytest

from tests.py.sandboxes.pusher.conftest import Socket

Connected = Callable[[], Socket]


def test_client_events_go_to_the_other_members(connected: Connected, room: str) -> None:
    channel = f"presence-{room}"
    sender, reader, stranger = connected(), connected(), connected()
    reader.subscribe(channel, {"user_id": "r"})
    sender.subscribe(channel, {"user_id": "s"})
    reader.expect("pusher_internal:member_added")
    sender.send("client-typing", {"on": True}, channel)
    message = reader.next()
    assert message == {
        "event": "client-typing",
        "channel": channel,
        "user_id": "s",
        "data": {"on": True},
    }
    sender.expect_nothing()
    stranger.send("client-typing", {"on": True}, channel)
    assert "only for subscribers" in stranger.expect("pusher:error")["message"]
    reader.expect_nothing()


@pytest.mark.parametrize("kind", ["", "private-encrypted-"])
def test_client_events_need_a_private_channel(connected: Connected, room: str, kind: str) -> None:
    sender, reader, channel = connected(), connected(), f"{kind}{room}"
    for socket in (sender, reader):
        socket.subscribe(channel)
        socket.subscribe(f"private-{room}")
    sender.send("client-x", {}, channel)
    sender.expect("pusher:error")
    sender.send("client-x", "y" * 10_241, f"private-{room}")
    assert "10 KB" in sender.expect("pusher:error")["message"]
    sender.send("client-" + "x" * 200, {}, f"private-{room}")
    sender.expect("pusher:error")
    reader.expect_nothing()
    sender.send("client-x", {"a": 1}, f"private-{room}")
    assert reader.expect("client-x") == {"a": 1}


def test_client_events_are_limited_to_10_a_second(connected: Connected, room: str) -> None:
    sender, reader, channel = connected(), connected(), f"private-{room}"
    sender.subscribe(channel)
    reader.subscribe(channel)
    for number in range(11):
        sender.send("client-n", {"n": number}, channel)
    assert sender.expect("pusher:error")["code"] == 4301
    assert [reader.expect("client-n")["n"] for _ in range(10)] == list(range(10))
    reader.expect_nothing()
    time.sleep(1.05)
    sender.send("client-n", {"n": 11}, channel)
    assert reader.expect("client-n") == {"n": 11}
