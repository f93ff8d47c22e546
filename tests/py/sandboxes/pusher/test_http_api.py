"""The HTTP API as the SDK speaks it: signatures, limits, what is occupied."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pusher.errors
import pytest
import requests

from tests.py.sandboxes.pusher.conftest import APP, Socket, sdk, sign, terminate
from tests.py.sandboxes.running import Sandbox, wait_until

Connected = Callable[[], Socket]
EVENTS = f"/apps/{APP['PUSHER_APP_ID']}/events"


def call(
    sandbox: Sandbox,
    body: bytes,
    *,
    path: str = EVENTS,
    secret: str = APP["PUSHER_SECRET"],
    **changes: str,
) -> requests.Response:
    """A call that is signed correctly after `changes` of its parameters."""
    query = {
        "auth_key": APP["PUSHER_KEY"],
        "auth_timestamp": str(int(time.time())),
        "auth_version": "1.0",
        "body_md5": hashlib.md5(body).hexdigest(),
        **changes,
    }
    text = "&".join(f"{name}={query[name]}" for name in sorted(query))
    signature = sign(f"POST\n{path}\n{text}", secret).partition(":")[2]
    parameters = {**query, "auth_signature": signature}
    return requests.post(sandbox.url + path, body, params=parameters, timeout=5)


def event(**changes: Any) -> bytes:
    return json.dumps({"name": "paid", "channel": "orders", "data": "{}", **changes}).encode()


def test_an_event_reaches_its_subscribers_only(
    client: Any, connected: Connected, room: str
) -> None:
    inside, outside = connected(), connected()
    inside.subscribe(room)
    assert client.trigger([room, f"{room}-2"], "paid", {"text": "schön"}) == {}
    assert inside.next() == {"event": "paid", "channel": room, "data": {"text": "schön"}}
    inside.expect_nothing()
    outside.expect_nothing()


def test_the_sender_is_left_out_by_its_socket_id(
    client: Any, connected: Connected, room: str
) -> None:
    sender, other = connected(), connected()
    sender.subscribe(room)
    other.subscribe(room)
    client.trigger(room, "paid", "x", sender.socket_id)
    assert other.expect("paid") == "x"
    sender.expect_nothing()


def test_a_batch_arrives_in_order(client: Any, connected: Connected, room: str) -> None:
    reader = connected()
    reader.subscribe(room)
    batch = [{"channel": room, "name": f"e{n}", "data": {"n": n}} for n in range(10)]
    assert client.trigger_batch(batch) == {}
    assert [reader.next()["event"] for _ in range(10)] == [f"e{n}" for n in range(10)]


def test_a_wrong_secret_key_or_app_is_refused(sandbox: Sandbox, client: Any, room: str) -> None:
    with pytest.raises(pusher.errors.PusherBadAuth):
        sdk(sandbox, secret="guessed").trigger(room, "paid", {})
    with pytest.raises(pusher.errors.PusherBadAuth):
        sdk(sandbox, key="guessed").trigger(room, "paid", {})
    with pytest.raises(pusher.errors.PusherBadStatus, match="404"):
        sdk(sandbox, app_id="1").trigger(room, "paid", {})
    url = f"{sandbox.url}/_sandbox/events"
    assert requests.get(url, params={"channel": room}, timeout=5).json() == {"events": []}
    client.trigger(room, "paid", {})
    (kept,) = requests.get(url, params={"channel": room}, timeout=5).json()["events"]
    assert (kept["name"], kept["data"]) == ("paid", "{}")


@pytest.mark.parametrize(("age", "status"), [(-590, 200), (590, 200), (-610, 401), (610, 401)])
def test_a_signature_lives_600_seconds(sandbox: Sandbox, age: int, status: int) -> None:
    moment = str(int(time.time()) + age)
    assert call(sandbox, event(), auth_timestamp=moment).status_code == status


def test_each_part_of_the_signature_counts(sandbox: Sandbox) -> None:
    assert call(sandbox, event()).status_code == 200
    assert call(sandbox, event(), secret="other").status_code == 401
    assert call(sandbox, event(), body_md5=hashlib.md5(b"other").hexdigest()).status_code == 401
    assert call(sandbox, event(), body_md5="").status_code == 401
    assert call(sandbox, event(), auth_version="2.0").status_code == 401
    for moment in ("", "soon", "-1", "9" * 50):
        assert call(sandbox, event(), auth_timestamp=moment).status_code == 401
    assert requests.post(sandbox.url + EVENTS, event(), timeout=5).status_code == 401
    # What was signed for one path is nothing for another.
    signed = requests.Request("POST", call(sandbox, event()).request.url, data=event()).prepare()
    assert signed.url is not None
    moved = signed.url.replace("/events", "/batch_events")
    assert requests.post(moved, event(), timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"data": "x" * 10_240}, 200),
        ({"data": "x" * 10_241}, 413),
        ({"data": "é" * 5_121}, 413),
        ({"name": "n" * 200}, 200),
        ({"name": "n" * 201}, 400),
        ({"name": ""}, 400),
        ({"name": None}, 400),
        ({"data": {"a": 1}}, 400),
        ({"channel": "c" * 164}, 200),
        ({"channel": "c" * 165}, 400),
        ({"channel": "-_=@,.;aZ9"}, 200),
        ({"channel": "two words"}, 400),
        ({"channel": "#server-to-user-u1"}, 200),
        ({"channel": "#server-to-user-"}, 400),
        ({"channel": None, "channels": None}, 400),
        ({"socket_id": "1.2"}, 200),
        ({"socket_id": "one"}, 400),
        ({"info": 5}, 400),
    ],
)
def test_limits_of_an_event(sandbox: Sandbox, change: dict[str, Any], status: int) -> None:
    assert call(sandbox, event(**change)).status_code == status


def test_limits_of_channels_and_batches(sandbox: Sandbox) -> None:
    def to(count: int) -> int:
        names = [f"c{n}" for n in range(count)]
        body = json.dumps({"name": "n", "data": "", "channels": names}).encode()
        return call(sandbox, body).status_code

    def batch(count: int, **change: Any) -> int:
        events = [{"name": "n", "channel": "c", "data": "", **change} for _ in range(count)]
        path = EVENTS.replace("/events", "/batch_events")
        return call(sandbox, json.dumps({"batch": events}).encode(), path=path).status_code

    assert (to(100), to(101), to(0)) == (200, 400, 400)
    assert (batch(10), batch(11), batch(0)) == (200, 400, 400)
    assert batch(1, data="x" * 10_241) == 413
    assert batch(1, channels=["c"]) == 400
    sealed = {"name": "n", "data": "", "channels": ["private-encrypted-a", "b"]}
    assert call(sandbox, json.dumps(sealed).encode()).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000])
def test_a_body_that_is_no_event(sandbox: Sandbox, body: bytes) -> None:
    assert call(sandbox, body).status_code == 400


def test_what_is_occupied_and_by_whom(client: Any, connected: Connected, room: str) -> None:
    presence = f"presence-{room}"
    assert client.channel_info(presence) == {"occupied": False}
    first, second, third = connected(), connected(), connected()
    for socket, user in ((first, "u1"), (second, "u1"), (third, "u2")):
        socket.subscribe(presence, {"user_id": user})
    first.expect("pusher_internal:member_added")
    first.subscribe(room)
    found = client.channels_info(prefix_filter=presence, attributes=["user_count"])
    assert found == {"channels": {presence: {"user_count": 2}}}
    assert room in client.channels_info()["channels"]
    assert client.channel_info(presence, ["user_count", "subscription_count"]) == {
        "occupied": True,
        "user_count": 2,
        "subscription_count": 3,
    }
    assert client.users_info(presence) == {"users": [{"id": "u1"}, {"id": "u2"}]}
    with pytest.raises(pusher.errors.PusherBadRequest):
        client.users_info(room)
    with pytest.raises(pusher.errors.PusherBadRequest):
        client.channel_info(room, ["user_count"])
    with pytest.raises(pusher.errors.PusherBadRequest):
        client.channels_info(attributes=["user_count"])
    for socket in (first, second, third):
        socket.wire.close()
    wait_until(lambda: client.channel_info(presence) == {"occupied": False})


def test_an_event_can_ask_for_counts(sandbox: Sandbox, connected: Connected, room: str) -> None:
    connected().subscribe(room)
    answer = call(sandbox, event(channel=room, info="subscription_count"))
    assert answer.json() == {"channels": {room: {"subscription_count": 1}}}


def test_a_users_connections_are_terminated(
    sandbox: Sandbox, connected: Connected, room: str
) -> None:
    ours, other = connected(), connected()
    ours.sign_in(room)
    other.sign_in(f"{room}-2")
    assert terminate(sandbox, room) == {}
    assert ours.closed() == (4009, [4009])
    other.expect_nothing()


def test_the_sdks_own_terminate_misses_pushers_path(client: Any, connected: Connected) -> None:
    """SDK 3.3 posts to /users/…, without /apps/{id}: Pusher has no such route, nor has this."""
    socket = connected()
    socket.sign_in("still-here")
    with pytest.raises(pusher.errors.PusherBadStatus, match="404"):
        client.terminate_user_connections("still-here")
    socket.expect_nothing()
