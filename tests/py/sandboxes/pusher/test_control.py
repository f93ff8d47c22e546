"""Planned failures, the list of events, closing on demand, and webhooks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pusher
import pusher.errors
import pytest
import requests

from tests.py.sandboxes.pusher.conftest import APP, Socket, sdk
from tests.py.sandboxes.running import Receiver, Sandbox, receiver, running, wait_until


def plan(sandbox: Sandbox, **failure: Any) -> None:
    url = f"{sandbox.url}/_sandbox/failures"
    assert requests.post(url, json=failure, timeout=5).status_code == 201


def accepted(sandbox: Sandbox) -> list[str]:
    found = requests.get(f"{sandbox.url}/_sandbox/events", timeout=5).json()["events"]
    return [one["name"] for one in found]


def test_failures_hit_the_api_and_leave_sockets_alone(own: Sandbox) -> None:
    client = sdk(own)
    plan(own, kind="server_error", times=1)
    plan(own, kind="rate_limit", times=1)
    with Socket(own) as socket:
        socket.subscribe("room")
        for status in ("500", "429"):
            with pytest.raises(pusher.errors.PusherBadStatus, match=status):
                client.trigger("room", "lost", {})
        socket.expect_nothing()
        client.trigger("room", "kept", {})
        socket.expect("kept")
    assert accepted(own) == ["kept"]


def test_an_event_is_accepted_although_the_answer_is_lost(own: Sandbox) -> None:
    plan(own, kind="timeout_after_commit", seconds=20)
    with Socket(own) as socket:
        socket.subscribe("room")
        with pytest.raises(requests.Timeout):
            sdk(own, timeout=0.3).trigger("room", "paid", {})
        socket.expect("paid")
    assert accepted(own) == ["paid"]
    plan(own, kind="delay", seconds=0.2)
    sdk(own).trigger("room", "late", {})
    assert accepted(own) == ["paid", "late"]
    requests.delete(f"{own.url}/_sandbox/events", timeout=5)
    assert accepted(own) == []


def test_connections_are_listed_and_closed_on_demand(own: Sandbox) -> None:
    url = f"{own.url}/_sandbox"
    with Socket(own) as socket:
        socket.sign_in("u1")
        socket.subscribe("room")
        found = requests.get(f"{url}/connections", timeout=5).json()["connections"]
        assert found == [{"socket_id": socket.socket_id, "user_id": "u1", "channels": ["room"]}]
        assert requests.post(f"{url}/close", json={"code": 1}, timeout=5).status_code == 400
        answer = requests.post(f"{url}/close", json={"code": 4200}, timeout=5)
        assert answer.json() == {"closed": 1}
        assert socket.closed() == (4200, [4200])
    wait_until(lambda: requests.get(f"{url}/connections", timeout=5).json() == {"connections": []})


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def events_of(hook: Receiver) -> list[dict[str, Any]]:
    """Events that arrived, in order; the SDK must find each request's signature good."""
    client = pusher.Pusher(*APP.values(), ssl=False, host="127.0.0.1")
    found: list[dict[str, Any]] = []
    for headers, body in hook.requests:
        key, signature = headers["x-pusher-key"], headers["x-pusher-signature"]
        assert client.validate_webhook(key, signature, body + " ") is None
        checked = client.validate_webhook(key, signature, body)
        assert checked is not None
        found += checked["events"]
    return found


def test_webhooks_tell_who_comes_and_goes_in_order(hook: Receiver, tmp_path: Path) -> None:
    hook.statuses.append(500)
    arguments = ["--webhook-url", hook.url, "--retry-delays", "0.1,0.1"]
    with running("local.pusher_sandbox", tmp_path, APP, *arguments) as one:
        with Socket(one) as first, Socket(one) as second:
            first.subscribe("presence-a", {"user_id": "u1"})
            second.subscribe("presence-a", {"user_id": "u1"})
        wait_until(lambda: len(hook.requests) > 1 and len(events_of(hook)) >= 4 + 1)
        failed = len(json.loads(hook.requests[0][1])["events"])
        assert events_of(hook)[failed:] == [
            {"name": "channel_occupied", "channel": "presence-a"},
            {"name": "member_added", "channel": "presence-a", "user_id": "u1"},
            {"name": "member_removed", "channel": "presence-a", "user_id": "u1"},
            {"name": "channel_vacated", "channel": "presence-a"},
        ]


def test_an_endpoint_gets_only_what_it_asked_for(hook: Receiver, tmp_path: Path) -> None:
    endpoints = json.dumps([{"url": hook.url, "events": ["channel_vacated"]}])
    environment = {**APP, "PUSHER_SANDBOX_ENDPOINTS": endpoints}
    with running("local.pusher_sandbox", tmp_path, environment) as one:
        with Socket(one) as socket:
            socket.subscribe("room")
        wait_until(lambda: len(hook.requests) == 1)
        assert events_of(hook) == [{"name": "channel_vacated", "channel": "room"}]
