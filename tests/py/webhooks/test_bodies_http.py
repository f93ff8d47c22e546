"""What is refused before anything is done, over HTTP."""

from typing import Any

import httpx
import pytest

from seeds.actors import Buyer
from tests.py.webhooks.conftest import outcome
from tests.support.stack import Stack

BODIES: dict[str, tuple[bytes, str, tuple[int, str]]] = {
    "no JSON": (b"{", "application/json", (400, "invalid_json")),
    "no UTF-8": (b'{"a": "\xff"}', "application/json", (400, "invalid_json")),
    "half a surrogate": (b'{"\\ud800": 1}', "application/json", (400, "invalid_json")),
    "deep": (b"[" * 1000, "application/json", (400, "json_too_deep")),
    "a list": (b"[]", "application/json", (422, "invalid_request")),
    "unknown member": (b'{"amount": 1}', "application/json", (422, "invalid_request")),
    "text for a number": (b'{"expected_total": "1"}', "application/json", (422, "invalid_request")),
    "fraction": (b'{"expected_total": 1.5}', "application/json", (422, "invalid_request")),
    "negative": (b'{"expected_total": -1}', "application/json", (422, "invalid_request")),
    "huge": (b'{"expected_total": 1e99}', "application/json", (422, "invalid_request")),
    "a form": (b"a=1", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
    "no type": (b"{}", "", (415, "unsupported_media_type")),
    "too large": (b" " * 70_000, "application/json", (413, "body_too_large")),
    "fine": (b"{}", "application/json; charset=utf-8", (409, "cart_empty")),
    "empty": (b"", "", (409, "cart_empty")),
}


@pytest.mark.parametrize("kind", BODIES)
def test_bodies(stack: Stack, buyer: Buyer, kind: str) -> None:
    body, content_type, expected = BODIES[kind]
    headers = {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": "test-of-bodies"}
    if content_type:
        headers["Content-Type"] = content_type
    answer = httpx.post(f"{stack.url}/v1/checkout", content=body, headers=headers, timeout=30)
    assert outcome(answer) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, (400, "idempotency_key_required")),
        ("short", (422, "invalid_idempotency_key")),
        ("x" * 201, (422, "invalid_idempotency_key")),
        ("with a space", (422, "invalid_idempotency_key")),
    ],
)
def test_idempotency_keys(buyer: Buyer, key: str | None, expected: tuple[int, str]) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    assert outcome(buyer.call("POST", "/v1/checkout", {}, headers)) == expected


UPLOAD = {
    "product_id": "01999999-9999-7999-8999-999999999999",
    "file_name": "a.pdf",
    "size_bytes": 10,
    "mime": "application/pdf",
    "sha256": "0" * 64,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (404, "product_not_found")),
        ({"product_id": "1"}, (422, "invalid_request")),
        ({"size_bytes": "10"}, (422, "invalid_request")),
        ({"size_bytes": 0}, (422, "invalid_request")),
        ({"file_name": None}, (422, "invalid_request")),
        ({"path": "../x"}, (422, "invalid_request")),
        ({"file_name": "a\x00.pdf"}, (422, "invalid_request")),
    ],
)
def test_announcing(buyer: Buyer, changed: dict[str, Any], expected: tuple[int, str]) -> None:
    assert outcome(buyer.call("POST", "/v1/uploads", UPLOAD | changed)) == expected


def test_the_server_says_little(stack: Stack) -> None:
    answer = httpx.get(f"{stack.url}/v1/healthz")
    assert answer.headers["Server"] == "agora"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_count_all_workers(stack: Stack) -> None:
    def counted() -> float:
        lines = httpx.get(f"{stack.url}/v1/metrics").text.splitlines()
        found = [
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.startswith("agora_http_requests_total") and 'route="/v1/openapi.json"' in line
        ]
        return sum(found)

    before = counted()
    for _ in range(20):
        httpx.get(f"{stack.url}/v1/openapi.json")
    assert counted() == before + 20


def test_metrics_of_the_database(stack: Stack) -> None:
    text = httpx.get(f"{stack.url}/v1/metrics").text
    assert "agora_database_up 1.0" in text
    assert 'agora_jobs_ready{queue="stripe_events"}' in text
    ready = httpx.get(f"{stack.url}/v1/readyz").json()
    assert ready["database"] is True
    assert {"email", "stripe_events"} <= ready["queues"].keys()
