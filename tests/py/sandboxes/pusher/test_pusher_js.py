"""An unmodified pusher-js on public, private, presence and encrypted channels."""

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from tests.py.sandboxes.pusher.conftest import APP, sdk, terminate
from tests.py.sandboxes.running import Sandbox, wait_until

DRIVER = Path(__file__).with_name("driver.mjs")


class Browser:
    """One pusher-js client in a Node process."""

    def __init__(self, sandbox: Sandbox, auth: str, user: str) -> None:
        settings = {"key": APP["PUSHER_KEY"], "port": sandbox.port, "auth": f"{auth}/{user}"}
        self._node = subprocess.Popen(
            ["node", str(DRIVER), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._node.stdout is not None
        for line in self._node.stdout:
            self._told.put(json.loads(line))

    def do(self, what: str, **more: Any) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._node.stdin.flush()

    def wait(self, **wanted: Any) -> dict[str, Any]:
        """The next thing told that has these members; what comes before it is dropped."""
        seen, deadline = [], time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                told = self._told.get(timeout=0.1)
                if wanted.items() <= told.items():
                    return told
                seen.append(told)
        raise AssertionError(f"{wanted} never came; seen: {seen}")

    def subscribe(self, channel: str) -> Any:
        self.do("subscribe", channel=channel)
        return self.wait(channel=channel, event="pusher:subscription_succeeded")["data"]

    def close(self) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        assert self._node.wait(10) == 0
        self._reader.join()
        self._node.stdout.close()


@pytest.fixture(scope="module")
def auth(sandbox: Sandbox) -> Iterator[str]:
    """What a shop's own server does: signs with the SDK, says no to channels named 'forbidden'."""
    signer = sdk(sandbox)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            _, user, kind = self.path.split("/")
            if kind == "user":
                answer = signer.authenticate_user(form["socket_id"], {"id": user})
            elif "forbidden" in form["channel_name"]:
                self.send_error(403)
                return
            else:
                who = {"user_id": user, "user_info": {"name": user.title()}}
                member = who if form["channel_name"].startswith("presence-") else None
                answer = signer.authenticate(form["channel_name"], form["socket_id"], member)
            if "wrong" in form.get("channel_name", ""):
                answer["auth"] = answer["auth"][:-4] + "0000"
            raw = json.dumps(answer, default=bytes.decode).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def browser(sandbox: Sandbox, auth: str) -> Iterator[Callable[[str], Browser]]:
    opened: list[Browser] = []

    def make(user: str) -> Browser:
        opened.append(Browser(sandbox, auth, user))
        opened[-1].wait(state="connected")
        return opened[-1]

    yield make
    for one in opened:
        one.close()


Make = Callable[[str], Browser]


def test_every_kind_of_channel(browser: Make, client: Any, room: str) -> None:
    ann = browser("ann")
    for kind in ("", "private-", "presence-", "private-encrypted-", "cache-"):
        channel = f"{kind}{room}"
        ann.subscribe(channel)
        client.trigger(channel, "paid", {"text": "schön"})
        assert ann.wait(channel=channel, event="paid")["data"] == {"text": "schön"}


def test_what_is_sealed_is_sealed_for_the_server_too(
    sandbox: Sandbox, browser: Make, client: Any, room: str
) -> None:
    ann, channel = browser("ann"), f"private-encrypted-{room}"
    ann.subscribe(channel)
    client.trigger(channel, "paid", {"amount": "four-thousand"})
    assert ann.wait(channel=channel, event="paid")["data"] == {"amount": "four-thousand"}
    url = f"{sandbox.url}/_sandbox/events"
    (kept,) = requests.get(url, params={"channel": channel}, timeout=5).json()["events"]
    assert set(json.loads(kept["data"])) == {"nonce", "ciphertext"}
    assert "four" not in kept["data"]


def test_members_see_each_other_and_talk(browser: Make, room: str) -> None:
    ann, bob, channel = browser("ann"), browser("bob"), f"presence-{room}"
    assert ann.subscribe(channel) == {"count": 1, "ids": ["ann"]}
    assert sorted(bob.subscribe(channel)["ids"]) == ["ann", "bob"]
    joined = ann.wait(channel=channel, event="pusher:member_added")["data"]
    assert joined == {"id": "bob", "info": {"name": "Bob"}}
    bob.do("trigger", channel=channel, event="client-typing", data={"on": True})
    assert ann.wait(channel=channel, typing="bob")["data"] == {"on": True}
    bob.do("unsubscribe", channel=channel)
    assert ann.wait(channel=channel, event="pusher:member_removed")["data"]["id"] == "bob"


def test_a_refusal_is_seen_and_nothing_is_heard(browser: Make, client: Any, room: str) -> None:
    ann = browser("ann")
    forbidden, wrong, good = (f"private-{room}-{end}" for end in ("forbidden", "wrong", "good"))
    ann.do("subscribe", channel=forbidden)
    error = ann.wait(channel=forbidden, event="pusher:subscription_error")["data"]
    assert (error["type"], error["status"]) == ("AuthError", 403)
    ann.do("subscribe", channel=wrong)
    assert ann.wait(channel=wrong, event="pusher:subscription_error")["data"]["status"] == 401
    ann.subscribe(good)
    client.trigger([forbidden, wrong, good], "secret", {})
    told = ann.wait(event="secret")
    assert told["channel"] == good
    client.trigger(good, "end", {})
    assert ann.wait(event="end")["channel"] == good


def test_a_signed_in_user_is_reached_and_terminated(
    sandbox: Sandbox, browser: Make, client: Any, room: str
) -> None:
    ann, bob = browser(f"ann{room}"), browser(f"bob{room}")
    for one in (ann, bob):
        one.do("signin")
        one.wait(event="pusher:signin_success")
    client.trigger(f"#server-to-user-ann{room}", "note", {"n": 1})
    assert ann.wait(event="note")["user"] == f"ann{room}"
    terminate(sandbox, f"ann{room}")
    ann.wait(error={"code": 4009, "message": "You got disconnected by the app."})
    ann.wait(state="disconnected")
    client.trigger(f"#server-to-user-bob{room}", "note", {"n": 2})
    bob.wait(event="note")
    url = f"{sandbox.url}/_sandbox/connections"
    wait_until(lambda: f"ann{room}" not in requests.get(url, timeout=5).text)


def test_it_reconnects_and_subscribes_again(
    sandbox: Sandbox, browser: Make, client: Any, room: str
) -> None:
    ann = browser("ann")
    ann.subscribe(room)
    closed = requests.post(f"{sandbox.url}/_sandbox/close", json={"code": 4200}, timeout=5)
    assert closed.json()["closed"] >= 1
    ann.wait(state="connecting")
    ann.wait(channel=room, event="pusher:subscription_succeeded")
    client.trigger(room, "paid", {})
    ann.wait(channel=room, event="paid")
