"""The same key gives the same answer once and for all; a retry never sends twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import resend

from tests.py.sandboxes.resend.conftest import KEY, Outbox, letter, messages
from tests.py.sandboxes.running import Sandbox, wait_until


def test_same_key_and_body_is_one_message(outbox: Outbox) -> None:
    body = letter("once@b.test")
    ids = {resend.Emails.send(body, {"idempotency_key": "once-1"})["id"] for _ in range(3)}
    assert [one["id"] for one in outbox("once@b.test")] == list(ids)
    other = resend.Emails.send(body, {"idempotency_key": "once-2"})
    assert other["id"] not in ids


def test_same_key_and_another_body_is_refused(outbox: Outbox) -> None:
    options: resend.Emails.SendOptions = {"idempotency_key": "changed"}
    resend.Emails.send(letter("changed@b.test"), options)
    with pytest.raises(resend.exceptions.ResendError) as caught:
        resend.Emails.send(letter("changed@b.test", subject="Other"), options)
    assert caught.value.code == 409
    assert caught.value.error_type == "invalid_idempotent_request"
    with pytest.raises(resend.exceptions.ResendError):
        resend.Batch.send([letter("changed@b.test")], {"idempotency_key": "changed"})
    assert len(outbox("changed@b.test")) == 1


def test_a_key_in_flight_is_refused_and_then_answered(own: Sandbox) -> None:
    failure = {"kind": "delay", "seconds": 0.6, "path": "/emails"}
    assert requests.post(f"{own.url}/_sandbox/failures", json=failure, timeout=5).ok
    body, options = letter("flight@b.test"), {"idempotency_key": "flight"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(resend.Emails.send, body, options)  # type: ignore[arg-type]
        left = f"{own.url}/_sandbox/failures"
        wait_until(lambda: requests.get(left, timeout=5).json() == {"failures": []})
        with pytest.raises(resend.exceptions.ResendError) as caught:
            resend.Emails.send(body, options)  # type: ignore[arg-type]
        assert caught.value.code == 409
        assert caught.value.error_type == "concurrent_idempotent_requests"
        sent = first.result(10)
    assert resend.Emails.send(body, options)["id"] == sent["id"]  # type: ignore[arg-type]
    assert len(messages(own, "flight@b.test")) == 1


def test_many_at_once_make_one_message(sandbox: Sandbox, outbox: Outbox) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "crowd"}

    def send(_: int) -> requests.Response:
        body = letter("crowd@b.test")
        return requests.post(f"{sandbox.url}/emails", json=body, headers=headers, timeout=10)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(40)))
    assert {one.status_code for one in answers} <= {200, 409}
    (kept,) = outbox("crowd@b.test")
    assert {one.json()["id"] for one in answers if one.ok} == {kept["id"]}


def test_a_retry_after_a_lost_answer_sends_nothing_more(
    own: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resend, "default_http_client", resend.RequestsClient(timeout=1))
    failure = {"kind": "timeout_after_commit", "seconds": 20}
    assert requests.post(f"{own.url}/_sandbox/failures", json=failure, timeout=5).ok
    body = letter("lost@b.test")
    with pytest.raises(resend.exceptions.ResendError) as caught:
        resend.Emails.send(body, {"idempotency_key": "lost"})
    assert caught.value.error_type == "HttpClientError"
    (kept,) = messages(own, "lost@b.test")
    assert resend.Emails.send(body, {"idempotency_key": "lost"})["id"] == kept["id"]
    assert len(messages(own, "lost@b.test")) == 1


def test_an_injected_refusal_does_not_use_up_the_key(own: Sandbox) -> None:
    failure = {"kind": "server_error", "times": 1}
    assert requests.post(f"{own.url}/_sandbox/failures", json=failure, timeout=5).ok
    with pytest.raises(resend.exceptions.ApplicationError):
        resend.Emails.send(letter("again@b.test"), {"idempotency_key": "again"})
    assert messages(own, "again@b.test") == []
    resend.Emails.send(letter("again@b.test"), {"idempotency_key": "again"})
    assert len(messages(own, "again@b.test")) == 1


@pytest.mark.parametrize(("length", "status"), [(256, 200), (257, 400)])
def test_a_key_has_at_most_256_characters(sandbox: Sandbox, length: int, status: int) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k" * length}
    body = letter("long@b.test")
    answer = requests.post(f"{sandbox.url}/emails", json=body, headers=headers, timeout=5)
    assert answer.status_code == status
    assert status == 200 or answer.json()["name"] == "invalid_idempotency_key"


def test_keys_and_messages_outlive_a_kill(own: Sandbox) -> None:
    body = letter("kill@b.test")
    sent = resend.Emails.send(body, {"idempotency_key": "kill"})
    own.kill()
    own.start()
    assert resend.Emails.send(body, {"idempotency_key": "kill"})["id"] == sent["id"]
    (kept,) = messages(own, "kill@b.test")
    assert (own.data / kept["file"]).is_file()
