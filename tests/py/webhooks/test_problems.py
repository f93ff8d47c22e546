"""One form of error, whatever happens; what must not be said or logged."""

import logging

import pytest
from flask import Flask

from tests.py.webhooks.conftest import outcome


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (404, "not_found")),
        ("GET", "/v1/shops/not-a-uuid/onboarding", (404, "not_found")),
        ("GET", "/v1//healthz", (404, "not_found")),
        ("PUT", "/v1/checkout", (405, "method_not_allowed")),
        ("DELETE", "/v1/downloads/abc", (405, "method_not_allowed")),
        ("GET", "/v1/shops/" + "4" * 32 + "/onboarding", (404, "not_found")),
        ("POST", "/v1/pusher/auth", (401, "sign_in_required")),
    ],
)  # fmt: skip
def test_problems(lonely: Flask, method: str, path: str, expected: tuple[int, str]) -> None:
    answer = lonely.test_client().open(path, method=method)
    assert outcome(answer) == expected
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert body["type"] == f"http://localhost:3000/docs/errors#{body['code']}"
    assert body["title"]
    if expected[0] == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("trace-0123.abc", True), ("short", False), ("x" * 65, False), ("a b c d e f", False)],
)
def test_request_id(lonely: Flask, given: str, kept: bool) -> None:
    answer = lonely.test_client().get("/healthz", headers={"X-Request-Id": given})
    shown = answer.headers["X-Request-Id"]
    assert (shown == given) is kept
    assert kept or shown.startswith("req_")


def test_everything_away_is_503_and_liveness_stays(lonely: Flask) -> None:
    client = lonely.test_client()
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert outcome(ready) == (503, "database_unavailable")
    assert int(ready.headers["Retry-After"]) > 0
    scraped = client.get("/metrics")
    assert scraped.status_code == 200
    assert "agora_database_up 0.0" in scraped.text


def test_a_fault_of_ours_tells_nothing(
    lonely: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise LookupError("the secret word is xyzzy")

    monkeypatch.setitem(lonely.view_functions, "health.healthz", broken)
    with caplog.at_level(logging.ERROR):
        answer = lonely.test_client().get("/healthz")
    assert outcome(answer) == (500, "internal_error")
    assert "xyzzy" not in answer.text
    assert "xyzzy" in caplog.text


def test_a_download_token_is_in_no_log(lonely: Flask, caplog: pytest.LogCaptureFixture) -> None:
    token = "k7Yq" * 10 + "abc"
    client = lonely.test_client()
    with caplog.at_level(logging.DEBUG):
        assert client.get(f"/v1/downloads/{token}").status_code == 503
        assert client.head(f"/v1/downloads/{token}").status_code == 204
        assert client.get(f"/v1/downloads/x/{token}").status_code == 404
        assert client.get(f"/v1/downloads//{token}").status_code == 404
        assert client.post(f"/v1/downloads/{token}").status_code == 405
    assert "downloads/[redacted]" in caplog.text
    assert token not in caplog.text


def test_answers_about_downloads_are_private(lonely: Flask) -> None:
    client = lonely.test_client()
    for answer in (client.get("/v1/downloads/abc"), client.head("/v1/downloads/abc")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Location" not in answer.headers
