"""Limits, schedules, planned failures, starting and stopping."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import resend

from tests.py.sandboxes.resend.conftest import KEY, letter, messages
from tests.py.sandboxes.running import ROOT, Sandbox, wait_until


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize("own", [["--rate-limit", "3"]], indirect=True)
def test_the_rate_limit_tells_when_to_come_back(own: Sandbox) -> None:
    errors = []
    for _ in range(8):  # more than two windows of a second hold
        try:
            sent = resend.Emails.send(letter("rate@b.test"))
            assert sent["http_headers"]["ratelimit-limit"] == "3"
        except resend.exceptions.RateLimitError as error:
            errors.append(error)
    assert 2 <= len(errors) <= 5
    assert errors[0].error_type == "rate_limit_exceeded"
    assert errors[0].headers["retry-after"] == "1"
    assert errors[0].headers["ratelimit-remaining"] == "0"
    time.sleep(1.05)
    resend.Emails.send(letter("rate@b.test"))
    assert len(messages(own, "rate@b.test")) == 9 - len(errors)
    url = f"{own.url}/_sandbox/rate-limit"
    assert requests.put(url, json={"per_second": -1}, timeout=5).status_code == 400
    assert requests.put(url, json={"per_second": 0}, timeout=5).status_code == 200
    for _ in range(8):
        resend.Emails.send(letter("rate@b.test"))


def test_a_schedule_is_kept_moved_cancelled_and_outlives_a_kill(own: Sandbox) -> None:
    kept = resend.Emails.send(letter("kept@b.test", scheduled_at=soon(3600)))["id"]
    moved = resend.Emails.send(letter("moved@b.test", scheduled_at=soon(3600)))["id"]
    dropped = resend.Emails.send(letter("dropped@b.test", scheduled_at=soon(0.5)))["id"]
    resend.Emails.cancel(dropped)
    own.kill()
    own.start()
    assert resend.Emails.get(kept)["last_event"] == "scheduled"
    resend.Emails.update({"id": moved, "scheduled_at": soon(0.3)})
    wait_until(lambda: resend.Emails.get(moved)["last_event"] == "delivered")
    assert (own.data / "outbox" / f"{moved}.eml").is_file()
    assert resend.Emails.get(dropped)["last_event"] == "canceled"
    assert list((own.data / "outbox").iterdir()) == [own.data / "outbox" / f"{moved}.eml"]
    assert messages(own, "kept@b.test")[0]["file"] == f"scheduled/{kept}.eml"
    with pytest.raises(resend.exceptions.ValidationError):
        resend.Emails.cancel(moved)


def test_failures_are_planned_counted_and_cleared(own: Sandbox) -> None:
    url = f"{own.url}/_sandbox/failures"
    for kind in ("rate_limit", "server_error"):
        body = {"kind": kind, "times": 2, "path": "/emails"}
        assert requests.post(url, json=body, timeout=5).status_code == 201
    for expected in [resend.exceptions.RateLimitError] * 2 + [resend.exceptions.ApplicationError]:
        with pytest.raises(expected):
            resend.Emails.send(letter("fail@b.test"))
    (left,) = requests.get(url, timeout=5).json()["failures"]
    assert (left["kind"], left["times"]) == ("server_error", 1)
    assert requests.delete(url, timeout=5).status_code == 204
    resend.Emails.send(letter("fail@b.test"))
    assert len(messages(own, "fail@b.test")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"kind": "fire"},
        {"kind": "delay", "seconds": -1},
        {"kind": "delay", "times": 0},
        {"kind": "delay", "times": True},
        {"kind": "delay", "path": "emails"},
        {"kind": "delay", "more": 1},
    ],
)
def test_a_failure_that_cannot_be_planned(sandbox: Sandbox, body: object) -> None:
    url = f"{sandbox.url}/_sandbox/failures"
    assert requests.post(url, json=body, timeout=5).status_code == 400
    assert requests.get(url, timeout=5).json() == {"failures": []}


def test_it_starts_fast_and_stops_cleanly_in_the_middle_of_a_call(own: Sandbox) -> None:
    failure = {"kind": "timeout_after_commit", "seconds": 60}
    assert requests.post(f"{own.url}/_sandbox/failures", json=failure, timeout=5).ok
    headers = {"Authorization": f"Bearer {KEY}"}
    body = letter("stop@b.test")
    with pytest.raises(requests.Timeout):
        requests.post(f"{own.url}/emails", json=body, headers=headers, timeout=0.3)
    began = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - began < 5
    own.start()
    assert len(messages(own, "stop@b.test")) == 1


def test_a_taken_port_or_a_missing_key_is_one_line(sandbox: Sandbox, tmp_path: Path) -> None:
    def start(port: int, key: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local.resend_sandbox", "--port", str(port)]
        return subprocess.run(
            [*command, "--data", str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "RESEND_SANDBOX_KEY": key},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    taken = start(sandbox.port, KEY)
    assert taken.returncode == 1
    assert taken.stderr.count("\n") == 1
    assert str(sandbox.port) in taken.stderr
    unset = start(0, "")
    assert unset.returncode == 2
    assert "RESEND_SANDBOX_KEY" in unset.stderr
