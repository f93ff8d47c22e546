"""What Resend refuses is refused, in its own shape; beside each refusal something that passes."""

from typing import Any

import pytest
import requests
import resend

from tests.py.sandboxes.resend.conftest import KEY, Outbox, letter
from tests.py.sandboxes.running import Sandbox

BAD_BODIES = [
    ({"from": None}, 422, "missing_required_field"),
    ({"to": None}, 422, "missing_required_field"),
    ({"subject": None}, 422, "missing_required_field"),
    ({"text": None}, 422, "missing_required_field"),
    ({"from": "nobody"}, 422, "invalid_from_address"),
    ({"from": 5}, 422, "invalid_from_address"),
    ({"from": "A <a@b.test>\r\nBcc: x@y.test"}, 422, "invalid_from_address"),
    ({"to": ["a@b.test", "two@@b.test"]}, 422, "validation_error"),
    ({"to": []}, 422, "validation_error"),
    ({"to": [f"a{n}@b.test" for n in range(51)]}, 422, "validation_error"),
    ({"cc": "x y@b.test"}, 422, "validation_error"),
    ({"reply_to": {"a": 1}}, 422, "validation_error"),
    ({"subject": "two\r\nlines"}, 422, "validation_error"),
    ({"subject": 7}, 422, "validation_error"),
    ({"html": ["<p>"]}, 422, "validation_error"),
    ({"headers": {"X-A": "1\r\nBcc: x@y.test"}}, 422, "validation_error"),
    ({"headers": {"X A": "1"}}, 422, "validation_error"),
    ({"headers": {"Bcc": "x@y.test"}}, 422, "validation_error"),
    ({"headers": []}, 422, "validation_error"),
    ({"tags": [{"name": "a b", "value": "c"}]}, 422, "validation_error"),
    ({"tags": [{"name": "a", "value": "é"}]}, 422, "validation_error"),
    ({"tags": [{"value": "a"}]}, 422, "validation_error"),
    ({"tags": {"a": "b"}}, 422, "validation_error"),
    ({"attachments": [{"filename": "a"}]}, 422, "invalid_attachment"),
    ({"attachments": [{"filename": "a", "content": "not base64!"}]}, 422, "invalid_attachment"),
    ({"attachments": [{"filename": "a", "content": [256]}]}, 422, "invalid_attachment"),
    ({"attachments": [{"filename": "../a", "content": "YQ=="}]}, 422, "invalid_attachment"),
    ({"attachments": [{"path": "https://a.test/b.pdf"}]}, 422, "invalid_attachment"),
    ({"attachments": ["a"]}, 422, "invalid_attachment"),
    ({"scheduled_at": "tomorrow"}, 422, "validation_error"),
    ({"scheduled_at": "2030-01-01T00:00:00"}, 422, "validation_error"),
    ({"scheduled_at": "2999-01-01T00:00:00Z"}, 422, "validation_error"),
    ({"replyTo": "a@b.test"}, 422, "validation_error"),
    ({"template": {"id": "x"}}, 404, "not_found"),
]


def post(sandbox: Sandbox, body: bytes | None = None, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    return requests.post(f"{sandbox.url}/emails", body, headers=headers, timeout=10, **more)


@pytest.mark.parametrize(("change", "status", "name"), BAD_BODIES)
def test_a_bad_body(
    sandbox: Sandbox, outbox: Outbox, change: dict[str, Any], status: int, name: str
) -> None:
    before = len(outbox("a@b.test"))
    body = {**letter("a@b.test"), **change}
    answer = post(sandbox, json={key: value for key, value in body.items() if value is not None})
    assert (answer.status_code, answer.json()["name"]) == (status, name), answer.text
    assert set(answer.json()) == {"statusCode", "name", "message"}
    assert answer.json()["statusCode"] == status
    assert len(outbox("a@b.test")) == before
    assert post(sandbox, json=letter("a@b.test")).status_code == 200
    assert len(outbox("a@b.test")) == before + 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"subject": "\\ud800"}',
        b"1" * 10_000,
    ],
)
def test_a_body_that_is_no_json(sandbox: Sandbox, raw: bytes) -> None:
    answer = post(sandbox, raw)
    assert (answer.status_code, answer.json()["name"]) == (400, "validation_error")


@pytest.mark.parametrize("raw", [b"null", b"[]", b"5", b'"text"'])
def test_a_body_that_is_no_object(sandbox: Sandbox, raw: bytes) -> None:
    assert post(sandbox, raw).status_code == 422


def test_no_key_and_a_wrong_key(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend, "api_key", "")
    with pytest.raises(resend.exceptions.MissingApiKeyError):
        resend.Emails.send(letter("key@b.test"))
    monkeypatch.setattr(resend, "api_key", KEY + "x")
    with pytest.raises(resend.exceptions.InvalidApiKeyError) as caught:
        resend.Emails.send(letter("key@b.test"))
    assert caught.value.code == 403
    assert outbox("key@b.test") == []
    monkeypatch.setattr(resend, "api_key", KEY)
    resend.Emails.send(letter("key@b.test"))
    assert len(outbox("key@b.test")) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/emails/00000000-0000-4000-8000-000000000000", 404, "not_found"),
        ("GET", "/emails/not-a-uuid", 422, "invalid_parameter"),
        ("GET", "/emails?limit=0", 422, "validation_error"),
        ("GET", "/emails?after=x", 404, "not_found"),
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/emails", 405, "method_not_allowed"),
        ("POST", "/emails/batch", 400, "validation_error"),
    ],
)
def test_what_is_not_there(
    sandbox: Sandbox, method: str, path: str, status: int, name: str
) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = requests.request(method, sandbox.url + path, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["name"]) == (status, name)


def test_a_batch_has_1_to_100_emails_without_attachments(sandbox: Sandbox) -> None:
    def send(batch: list[Any]) -> int:
        headers = {"Authorization": f"Bearer {KEY}"}
        url = f"{sandbox.url}/emails/batch"
        return requests.post(url, json=batch, headers=headers, timeout=10).status_code

    good = letter("hundred@b.test")
    assert send([good] * 100) == 200
    assert send([good] * 101) == 422
    assert send([]) == 422
    assert send([letter("hundred@b.test", attachments=[])]) == 422
