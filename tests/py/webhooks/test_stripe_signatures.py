"""Stripe's signatures: the endpoint's own secrets, five minutes either way."""

import json
import time

import pytest
from flask import Flask
from pydantic import SecretStr, ValidationError
from stripe import WebhookSignature

from tests.py.webhooks.conftest import CONNECT, PLATFORM, outcome, settings_without_stack
from webhooks.stripe_webhooks import verify

BODY = json.dumps({"id": "evt_1", "object": "event", "type": "payment_intent.succeeded"})
# The moment these tests are at. Taken from the clock when the file is read, it grew old in a long
# run, and what was to be accepted was refused for its age.
NOW = 1_800_000_000
OURS = [SecretStr("whsec_new"), SecretStr("whsec_old")]


def _sign(body: str = BODY, secret: str = "whsec_new", at: float = NOW) -> str:
    header: str = WebhookSignature.generate_signature_header(body, secret, int(at))
    return header


def _accepted(header: str, body: bytes = BODY.encode()) -> bool:
    return verify(body, header, OURS, NOW)


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
@pytest.mark.parametrize("offset", [0, -290, 290])
def test_accepted(secret: str, offset: int) -> None:
    assert _accepted(_sign(secret=secret, at=NOW + offset))


@pytest.mark.parametrize("offset", [-310, 310, 86_400, -86_400])
def test_old_and_ahead_are_refused(offset: int) -> None:
    assert not _accepted(_sign(at=NOW + offset))


def test_two_signatures_while_a_secret_is_rotated() -> None:
    fresh = _sign(secret="whsec_unknown")
    known = _sign(secret="whsec_old").split(",")[1]
    assert _accepted(f"{fresh},{known}")
    assert _accepted(f"{_sign()},v0=abc")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=abc",
        f"t=x,{_sign().split(',')[1]}",
        _sign(secret="whsec_other"),
        _sign(body=BODY + " "),
        _sign().replace("v1=", "v0="),
        # A second, fresher time beside the signed one moves nothing.
        f"t={NOW},{_sign(at=NOW - 4000).split(',')[1]}",
        f"{_sign(at=NOW - 4000)},t={NOW}",
        f"{_sign(at=NOW + 4000)},t={NOW}",
        "t=,v1=",
        "\x00",
    ],
)
def test_refused(header: str) -> None:
    assert not _accepted(header)


def test_a_body_that_is_not_utf8_is_refused() -> None:
    assert not verify(b"\xff\xfe", _sign(), OURS, NOW)


def test_no_secret_configured_refuses_everything() -> None:
    assert not verify(BODY.encode(), _sign(), [], NOW)


def test_one_secret_for_both_endpoints_is_no_setting() -> None:
    with pytest.raises(ValidationError, match="need different secrets"):
        settings_without_stack(stripe_connect_webhook_secrets=f"whsec_new,{PLATFORM}")


@pytest.mark.parametrize(
    ("path", "secret"),
    [("/v1/stripe/webhook", CONNECT), ("/v1/stripe/connect-webhook", PLATFORM)],
)
def test_each_endpoint_has_its_own_secret(lonely: Flask, path: str, secret: str) -> None:
    answer = lonely.test_client().post(
        path, data=BODY, headers={"Stripe-Signature": _sign(secret=secret, at=time.time())}
    )
    assert outcome(answer) == (400, "invalid_signature")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "[" * 100_000,
        '"evt_1"',
        '{"object": "event", "type": "a.b", "created": 1}',
        '{"id": "evt_1", "object": "charge", "type": "a.b", "created": 1}',
        '{"id": "x\\u0000", "object": "event", "type": "a.b", "created": 1}',
        '{"id": "evt_1", "object": "event", "type": "a.b"}',
        '{"id": "evt_1", "object": "event", "type": "a.b", "created": "tomorrow"}',
    ],
)
def test_signed_but_no_event(lonely: Flask, body: str) -> None:
    header = _sign(body=body, secret=PLATFORM, at=time.time())
    answer = lonely.test_client().post(
        "/v1/stripe/webhook", data=body, headers={"Stripe-Signature": header}
    )
    assert outcome(answer) == (400, "invalid_event")


def test_a_huge_body_is_not_read(lonely: Flask) -> None:
    answer = lonely.test_client().post("/v1/stripe/webhook", data=b"x" * (1024 * 1024 + 1))
    assert outcome(answer) == (413, "body_too_large")


def test_database_away_is_503_so_that_stripe_comes_again(lonely: Flask) -> None:
    body = '{"id": "evt_1", "object": "event", "type": "a.b", "created": 1}'
    header = _sign(body=body, secret=PLATFORM, at=time.time())
    answer = lonely.test_client().post(
        "/v1/stripe/webhook", data=body, headers={"Stripe-Signature": header}
    )
    assert outcome(answer) == (503, "database_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
