"""Who may subscribe to what, who is present, and who is signed in."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.py.sandboxes.pusher.conftest import APP, Socket, sign
from tests.py.sandboxes.running import Sandbox

Connected = Callable[[], Socket]


def denied(socket: Socket, channel: str, data: dict[str, Any]) -> str:
    """A subscription that must be refused; the reason."""
    socket.send("pusher:subscribe", {"channel": channel, **data})
    error = socket.expect("pusher:error")
    assert error["code"] == 4009
    told = socket.next()
    assert (told["event"], told["channel"]) == ("pusher:subscription_error", channel)
    assert (told["data"]["type"], told["data"]["status"]) == ("AuthError", 401)
    return str(error["message"])


@pytest.mark.parametrize("kind", ["private", "presence", "private-encrypted"])
def test_a_subscription_needs_its_own_signature(
    connected: Connected, client: Any, room: str, kind: str
) -> None:
    socket, other, channel = connected(), connected(), f"{kind}-{room}"
    more = {"channel_data": '{"user_id": "u1"}'} if kind == "presence" else {}
    text = ":".join([socket.socket_id, channel, *more.values()])
    denied(socket, channel, more)
    for auth in (
        "",
        7,
        sign(text, "guessed"),
        sign(text).partition(":")[2],
        f"other-key:{sign(text).partition(':')[2]}",
        sign(text.replace(socket.socket_id, other.socket_id)),
        sign(f"{text}2"),
        sign(f"{text}:more"),
    ):
        assert "Invalid signature" in denied(socket, channel, {**more, "auth": auth})
    if kind == "presence":  # signed for one user, presented for another
        forged = {"channel_data": '{"user_id": "u2"}', "auth": sign(text)}
        denied(socket, channel, forged)
    client.trigger(channel, "secret", "x")
    socket.expect_nothing()
    socket.send("pusher:subscribe", {"channel": channel, **more, "auth": sign(text)})
    socket.expect("pusher_internal:subscription_succeeded")
    client.trigger(channel, "secret", "x")
    socket.expect("secret")


@pytest.mark.parametrize(
    "channel_data",
    [None, "", "{", "[]", '{"user_id": ""}', '{"id": "u"}', json.dumps({"user_id": "u" * 129})],
)
def test_a_member_must_say_who_it_is(
    connected: Connected, room: str, channel_data: str | None
) -> None:
    socket, channel = connected(), f"presence-{room}"
    more = {} if channel_data is None else {"channel_data": channel_data}
    text = ":".join([socket.socket_id, channel, *more.values()])
    denied(socket, channel, {**more, "auth": sign(text)})
    assert socket.subscribe(channel, {"user_id": 5})["presence"]["ids"] == ["5"]


def test_presence_counts_a_user_once(connected: Connected, room: str) -> None:
    channel, info = f"presence-{room}", {"name": "Ann"}
    watcher, first, second = connected(), connected(), connected()
    roster = watcher.subscribe(channel, {"user_id": "w"})
    assert roster == {"presence": {"count": 1, "ids": ["w"], "hash": {"w": None}}}
    roster = first.subscribe(channel, {"user_id": "ann", "user_info": info})
    assert roster["presence"]["count"] == 2
    assert roster["presence"]["hash"] == {"w": None, "ann": info}
    added = watcher.expect("pusher_internal:member_added")
    assert added == {"user_id": "ann", "user_info": info}
    assert second.subscribe(channel, {"user_id": "ann"})["presence"]["count"] == 2
    watcher.expect_nothing()
    first.send("pusher:unsubscribe", {"channel": channel})
    first.expect_nothing()
    watcher.expect_nothing()
    second.wire.close()
    assert watcher.expect("pusher_internal:member_removed") == {"user_id": "ann"}


def test_a_presence_channel_has_at_most_100_members(sandbox: Sandbox, room: str) -> None:
    channel, sockets = f"presence-{room}", []
    try:
        for number in range(101):
            sockets.append(Socket(sandbox).__enter__())
            if number < 100:
                roster = sockets[-1].subscribe(channel, {"user_id": f"u{number}"})
                assert roster["presence"]["count"] == number + 1
        late, data = sockets[-1], '{"user_id": "late"}'
        auth = sign(f"{late.socket_id}:{channel}:{data}")
        late.send("pusher:subscribe", {"channel": channel, "auth": auth, "channel_data": data})
        late.expect("pusher:error")
        assert late.expect("pusher:subscription_error")["type"] == "LimitReached"
        again = late.subscribe(channel, {"user_id": "u0"})  # a member's further socket is let in
        assert again["presence"]["count"] == 100
    finally:
        for socket in sockets:
            socket.wire.close()


def test_a_signed_in_user_gets_their_own_events(
    connected: Connected, client: Any, room: str
) -> None:
    ours, other = connected(), connected()
    ours.sign_in(room)
    name = f"#server-to-user-{room}"
    ours.send("pusher:subscribe", {"channel": name})
    ours.expect("pusher_internal:subscription_succeeded")
    denied(other, name, {})
    client.trigger(name, "note", "hello")
    assert ours.next() == {"event": "note", "channel": name, "data": "hello"}
    other.expect_nothing()


@pytest.mark.parametrize("fault", ["signature", "socket", "other-user", "no-id"])
def test_a_forged_sign_in_ends_the_connection(connected: Connected, fault: str) -> None:
    socket, other = connected(), connected()
    signer = other if fault == "socket" else socket
    if fault == "other-user":
        socket.sign_in("first")
    user_data = json.dumps({} if fault == "no-id" else {"id": "admin"})
    secret = "guessed" if fault == "signature" else APP["PUSHER_SECRET"]
    auth = sign(f"{signer.socket_id}::user::{user_data}", secret)
    socket.send("pusher:signin", {"auth": auth, "user_data": user_data})
    assert socket.closed() == (4009, [4009])
    other.sign_in("admin")


def test_a_cache_channel_gives_its_last_event(connected: Connected, client: Any, room: str) -> None:
    early, late, channel = connected(), connected(), f"cache-{room}"
    early.subscribe(channel)
    early.expect("pusher:cache_miss")
    for number in (1, 2):
        client.trigger(channel, "price", {"n": number})
        early.expect("price")
    late.subscribe(channel)
    assert late.expect("price") == {"n": 2}


def test_after_unsubscribing_nothing_comes(connected: Connected, client: Any, room: str) -> None:
    socket = connected()
    socket.subscribe(room)
    socket.send("pusher:unsubscribe", {"channel": room})
    socket.expect_nothing()
    client.trigger(room, "paid", "x")
    socket.expect_nothing()
    socket.subscribe(room)
    client.trigger(room, "paid", "x")
    socket.expect("paid")
