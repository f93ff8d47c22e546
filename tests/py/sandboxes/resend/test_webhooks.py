"""Events are signed as svix signs them, delivered at least once, and follow the address."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import resend

from tests.py.sandboxes.resend.conftest import KEY, letter
from tests.py.sandboxes.running import Receiver, Sandbox, receiver, running, wait_until

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def own(hook: Receiver, tmp_path: Path) -> Iterator[Sandbox]:
    arguments = ["--webhook-url", hook.url, "--webhook-secret", SECRET, "--retry-delays", "0.2,0.2"]
    environment = {"RESEND_SANDBOX_KEY": KEY}
    with running("local.resend_sandbox", tmp_path / "data", environment, *arguments) as one:
        yield one


def verify(request: tuple[dict[str, str], str], secret: str = SECRET) -> dict[str, Any]:
    headers, body = request
    event = resend.Webhooks.verify(
        {
            "payload": body,
            "headers": {
                "id": headers["svix-id"],
                "timestamp": headers["svix-timestamp"],
                "signature": headers["svix-signature"],
            },
            "webhook_secret": secret,
        }
    )
    return dict(event)


@pytest.mark.usefixtures("own")
def test_the_sdk_verifies_what_arrives(hook: Receiver) -> None:
    sent = resend.Emails.send(
        letter("Buyer <b@b.test>", tags=[{"name": "template", "value": "receipt"}])
    )
    wait_until(lambda: len(hook.requests) == 2)
    events = [verify(one) for one in hook.requests]
    assert {one["type"] for one in events} == {"email.sent", "email.delivered"}
    for event in events:
        assert event["data"]["email_id"] == sent["id"]
        assert event["data"]["to"] == ["b@b.test"]
        assert event["data"]["tags"] == {"template": "receipt"}
    assert len({headers["svix-id"] for headers, _ in hook.requests}) == 2
    headers, body = hook.requests[0]
    with pytest.raises(ValueError, match="signature"):
        verify((headers, body.replace("b@b.test", "c@c.test")))
    other = "whsec_" + base64.b64encode(b"another").decode()
    with pytest.raises(ValueError, match="signature"):
        verify((headers, body), other)
    late = {**headers, "svix-timestamp": str(int(time.time()) - 600)}
    with pytest.raises(ValueError, match="timestamp"):
        verify((late, body))


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("delivered@resend.dev", ["sent", "delivered"]),
        ("bounced+order1@resend.dev", ["sent", "bounced"]),
        ("Complained+x@resend.dev", ["sent", "delivered", "complained"]),
        ("bounced@elsewhere.test", ["sent", "delivered"]),
    ],
)
def test_test_addresses_behave(hook: Receiver, to: str, kinds: list[str]) -> None:
    sent = resend.Emails.send(letter(to))
    wait_until(lambda: len(hook.requests) == len(kinds))
    events = [verify(one) for one in hook.requests]
    assert {one["type"] for one in events} == {f"email.{kind}" for kind in kinds}
    assert resend.Emails.get(sent["id"])["last_event"] == kinds[-1]
    bounces = [one["data"]["bounce"] for one in events if one["type"] == "email.bounced"]
    assert [one["type"] for one in bounces] == ["Permanent"] * ("bounced" in kinds)


def test_a_refused_webhook_comes_again_and_then_is_given_up(own: Sandbox, hook: Receiver) -> None:
    hook.statuses += [500] * 2
    resend.Emails.send(letter("a@b.test"))
    wait_until(lambda: len(hook.requests) == 4)
    ids = [headers["svix-id"] for headers, _ in hook.requests]
    assert len(set(ids)) == 2
    assert all(verify(one) for one in hook.requests)
    hook.statuses += [500] * 100
    resend.Emails.send(letter("a@b.test"))
    url = f"{own.url}/_sandbox/deliveries?state="
    wait_until(lambda: len(requests.get(url + "failed", timeout=5).json()["deliveries"]) == 2)
    assert [
        one["attempts"] for one in requests.get(url + "failed", timeout=5).json()["deliveries"]
    ] == [3, 3]
    delivered = requests.get(url + "delivered", timeout=5).json()["deliveries"]
    assert {one["id"] for one in delivered} == set(ids)


def test_a_pending_webhook_outlives_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as hook:
        hook.statuses += [503] * 2
        endpoints = json.dumps([{"url": hook.url, "secret": SECRET, "events": ["email.sent"]}])
        environment = {"RESEND_SANDBOX_KEY": KEY, "RESEND_SANDBOX_ENDPOINTS": endpoints}
        delays = ["--retry-delays", "0.5"]
        with running("local.resend_sandbox", tmp_path, environment, *delays) as one:
            monkeypatch.setattr(resend, "api_url", one.url)
            resend.Emails.send(letter("a@b.test"))
            wait_until(lambda: len(hook.requests) == 1)
            one.kill()
            hook.statuses.clear()
            one.start()
            wait_until(lambda: len(hook.requests) == 2)
        first, second = (verify(request) for request in hook.requests)
        assert first == second
        assert first["type"] == "email.sent"


def test_a_complaint_on_demand(own: Sandbox, hook: Receiver) -> None:
    sent = resend.Emails.send(letter("a@b.test"))
    url = f"{own.url}/_sandbox/events"
    body = {"email_id": sent["id"], "type": "email.complained"}
    assert requests.post(url, json=body, timeout=5).status_code == 204
    wait_until(lambda: len(hook.requests) == 3)
    assert "email.complained" in {verify(one)["type"] for one in hook.requests}
    assert requests.post(url, json={**body, "type": "x"}, timeout=5).status_code == 400
    assert requests.post(url, json={**body, "email_id": "x"}, timeout=5).status_code == 404
