"""Planned failures of the API, and what survives a crash."""

import json
import os
import socket
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from stripe import RequestsClient, StripeClient

from tests.py.sandboxes.running import ROOT, wait_until
from tests.py.sandboxes.stripe.conftest import PUBLISHABLE, SECRET, World

INTENTS = "/v1/payment_intents"
BODY = "amount=1000&currency=usd"


def patient(world: World, timeout: float = 10) -> StripeClient:
    return StripeClient(
        SECRET,
        base_addresses={"api": world.sandbox.url},
        max_network_retries=2,
        http_client=RequestsClient(timeout=timeout),
    )


def described(world: World, text: str) -> int:
    found = world.client.v1.payment_intents.list({"limit": 100})
    return sum(each.description == text for each in found.auto_paging_iter())


def test_a_rate_limit_names_the_time_to_wait(world: World) -> None:
    failure = {"kind": "rate_limit", "seconds": 7, "method": "POST", "path": INTENTS, "times": 2}
    world.control("POST", "/failures", failure)
    assert world.raw("GET", INTENTS).status_code == 200
    for _ in range(2):
        answer = world.raw("POST", INTENTS, BODY)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert world.raw("POST", INTENTS, BODY).status_code == 200


@pytest.mark.parametrize("seconds", [0, 0.8])
def test_a_timeout_after_the_commit_is_healed_by_the_same_key(world: World, seconds: float) -> None:
    name = uuid.uuid4().hex
    failure = {"kind": "timeout_after_commit", "seconds": seconds, "path": f"{INTENTS}$"}
    world.control("POST", "/failures", failure)
    client = patient(world, timeout=0.5)
    params: Any = {"amount": 1000, "currency": "usd", "description": name}
    made = client.v1.payment_intents.create(params, {"idempotency_key": name})
    assert made.last_response is not None
    assert made.last_response.headers["Idempotent-Replayed"] == "true"
    assert described(world, name) == 1


def test_a_500_before_or_after_the_work(world: World) -> None:
    for commit, left in ((False, 0), (True, 1)):
        name = uuid.uuid4().hex
        failure = {"kind": "server_error", "path": INTENTS, "commit": commit}
        world.control("POST", "/failures", failure)
        assert world.raw("POST", INTENTS, f"{BODY}&description={name}").status_code == 500
        assert described(world, name) == left


def test_a_500_that_is_not_stored_is_healed_by_the_sdk(world: World) -> None:
    name = uuid.uuid4().hex
    failure = {"kind": "server_error", "path": INTENTS, "store": False}
    world.control("POST", "/failures", failure)
    made = patient(world).v1.payment_intents.create(
        {"amount": 1000, "currency": "usd", "description": name}
    )
    assert made.description == name
    assert described(world, name) == 1


def test_planned_failures_are_listed_and_cleared(own: World) -> None:
    own.control("POST", "/failures", {"kind": "delay", "seconds": 60, "times": 3})
    (left,) = own.control("GET", "/failures")["failures"]
    assert (left["kind"], left["times"]) == ("delay", 3)
    own.control("DELETE", "/failures")
    assert own.raw("POST", INTENTS, BODY).status_code == 200


def test_a_killed_sandbox_forgets_nothing(own: World) -> None:
    own.control("POST", "/settings", {"processing_seconds": 0.3})
    seller = own.seller()
    intent = own.paid()
    own.drain()
    own.platform.statuses += [503] * 3
    own.control("POST", "/settings", {"webhook_retry_base_seconds": 0.5})
    options: Any = {"idempotency_key": "before the crash"}
    refund = own.client.v1.refunds.create({"payment_intent": intent.id, "amount": 700}, options)
    slow = own.paid(method="pm_usBankAccount_success")
    wait_until(lambda: not own.platform.statuses)
    balance = own.client.v1.balance.retrieve().to_dict()
    own.sandbox.kill()
    own.sandbox.start()
    assert own.client.v1.balance.retrieve().to_dict()["available"] == balance["available"]
    assert own.client.v1.accounts.retrieve(seller).payouts_enabled
    again = own.client.v1.refunds.create({"payment_intent": intent.id, "amount": 700}, options)
    assert again.id == refund.id
    kinds = {event["type"] for event in own.events_about(refund.id)}
    assert kinds == {"refund.created"}
    wait_until(lambda: own.client.v1.payment_intents.retrieve(slow.id).status == "succeeded")
    assert "payment_intent.succeeded" in {e["type"] for e in own.events_about(slow.id)}
    endpoints = own.client.v1.webhook_endpoints.list().data
    assert len(endpoints) == 2, "the configured endpoints are made once"


def test_health_needs_no_key(world: World) -> None:
    answer = requests.get(f"{world.sandbox.url}/_sandbox/health", timeout=5)
    assert answer.json()["status"] == "ok"


def test_a_browser_of_another_origin_may_call(world: World) -> None:
    answer = requests.options(f"{world.sandbox.url}{INTENTS}/pi_1/confirm", timeout=5)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def start(data: Path, port: int, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.stripe_sandbox", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env={
            **os.environ,
            "STRIPE_SANDBOX_KEY": SECRET,
            "STRIPE_SANDBOX_PUBLISHABLE": PUBLISHABLE,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_what_cannot_work_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = start(tmp_path, port)
        assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
        assert str(port) in busy.stderr
    for bad in (
        {"STRIPE_SANDBOX_KEY": "sk_live_x"},
        {"STRIPE_SANDBOX_ENDPOINTS": "{"},
        {"STRIPE_SANDBOX_ENDPOINTS": json.dumps([{"url": "x"}])},
    ):
        refused = start(tmp_path, 1, **bad)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)


def test_an_error_inside_is_the_sdks_api_error(world: World) -> None:
    world.control("POST", "/failures", {"kind": "server_error", "path": "/v1/balance"})
    with pytest.raises(stripe.APIError):
        world.client.v1.balance.retrieve()
