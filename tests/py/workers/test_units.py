"""Small parts that need no stack."""

import threading
import time
from typing import Any

import httpx
import psycopg
import pytest
from resend.exceptions import RateLimitError

from tests.py.workers.process import free_port
from workers.backoff import Backoff
from workers.handlers.email import retry_after
from workers.handlers.stripe_events import account_of
from workers.health import Heartbeats, serve
from workers.job import PermanentError, RetryLaterError, is_hopeless
from workers.options import OptionError, read_options
from workers.threads import spawn

# --- options --------------------------------------------------------------------------------------


def test_everything_by_default() -> None:
    options = read_options([], {"DATABASE_URL": "postgresql://x"})
    queues = ("stripe_events", "payments", "watermark", "email", "storage", "imports")
    assert options.queues == (*queues, "revalidate")
    assert options.loops == ("realtime", "periodic")
    assert options.listen_url == "postgresql://x"


def test_arguments_before_environment() -> None:
    env = {"WORKERS_QUEUES": "email", "WORKERS_CONCURRENCY": "email=3,watermark=5"}
    assert read_options([], env).queues == ("email",)
    options = read_options(["--queues", "watermark, realtime"], env)
    assert options.queues == ("watermark",)
    assert options.loops == ("realtime",)
    assert options.concurrency["watermark"] == 5


def test_listening_can_be_turned_off() -> None:
    env = {"DATABASE_URL": "postgresql://pooler", "WORKERS_LISTEN_DATABASE_URL": ""}
    assert read_options([], env).listen_url == ""


@pytest.mark.parametrize(
    "env",
    [
        {"WORKERS_QUEUES": "emails"},
        {"WORKERS_CONCURRENCY": "email"},
        {"WORKERS_CONCURRENCY": "email=0"},
        {"WORKERS_CONCURRENCY": "nothing=1"},
        {"WORKERS_METRICS_PORT": "http"},
        {"WORKERS_METRICS_PORT": "70000"},
        {"WORKERS_STOP_SECONDS": "-1"},
        {"WORKERS_LEASE_SECONDS": "3"},
    ],
)
def test_wrong_settings_are_named(env: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        read_options([], env)


# --- backoff --------------------------------------------------------------------------------------


def test_pauses_grow_to_the_cap_and_start_again() -> None:
    backoff = Backoff(base=1, cap=8)
    for limit in (1, 2, 4, 8, 8):
        assert limit / 2 <= backoff.next() <= limit
    backoff.reset()
    assert backoff.next() <= 1


def test_two_workers_do_not_come_back_together() -> None:
    assert len({Backoff().next() for _ in range(50)}) > 40


# --- health ---------------------------------------------------------------------------------------


def test_an_overdue_loop_turns_healthz_503() -> None:
    beats = Heartbeats()
    port = free_port()
    server = serve("127.0.0.1", port, beats)
    try:
        url = f"http://127.0.0.1:{port}"
        beats.beat("works", 60)
        beats.beat("hangs", 0.05)
        assert httpx.get(f"{url}/healthz").status_code in (200, 503)
        time.sleep(0.1)
        answer = httpx.get(f"{url}/healthz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "stuck", "stuck": ["hangs"]}
        beats.beat("hangs", 60)
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok", "stuck": []}
        assert "agora_worker_loop_beat_seconds" in httpx.get(f"{url}/metrics").text
        assert httpx.get(f"{url}/else").status_code == 404
        with pytest.raises(OSError, match="in use"):
            serve("127.0.0.1", port, beats)
    finally:
        server.shutdown()
        server.server_close()


def test_a_thread_that_dies_is_reported() -> None:
    def die() -> None:
        raise RuntimeError("gone")

    ended = threading.Event()
    spawn("dying", die).join(5)
    spawn("next", ended.set).join(5)
    assert ended.is_set()


# --- what kind of failure -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "hopeless"),
    [
        (PermanentError("x"), True),
        (psycopg.errors.DataException("another amount"), True),
        (psycopg.errors.NoDataFound("no event"), True),
        (psycopg.errors.ObjectNotInPrerequisiteState("not yet"), False),
        (psycopg.OperationalError("away"), False),
        (RetryLaterError("x", 1), False),
        (KeyError("bug"), False),
    ],
)
def test_which_failures_are_hopeless(error: Exception, hopeless: bool) -> None:
    assert is_hopeless(error) is hopeless


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"ratelimit-reset": "2"}, 2.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "ratelimit-reset": "7"}, 7.0),
        ({}, 1.0),
        ({"retry-after": "-5"}, 0.1),
        ({"retry-after": "999999"}, 3600.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float) -> None:
    error = RateLimitError("slow down", "rate_limit_exceeded", 429, headers)
    assert retry_after(error) == seconds


# --- whose account --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "account"),
    [
        ({"account": "acct_1", "payload": {"data": {"object": {"id": "acct_1"}}}}, "acct_1"),
        ({"account": None, "payload": {"data": {"object": {"id": "acct_2"}}}}, "acct_2"),
        ({"account": "acct_6", "payload": {"data": {"object": {"id": "po_1"}}}}, "acct_6"),
        ({"payload": {"data": {"object": {"id": "transfers", "account": "acct_3"}}}}, "acct_3"),
        ({"payload": {"related_object": {"id": "acct_4", "type": "v2.core.account"}}}, "acct_4"),
        (
            {
                "payload": {
                    "related_object": {"id": "p_1", "url": "/v2/core/accounts/acct_5/persons/p_1"}
                }
            },
            "acct_5",
        ),
        ({"payload": {}}, None),
        ({"payload": {"data": {"object": {"id": "po_1"}}}}, None),
    ],
)
def test_the_account_of_an_event(event: dict[str, Any], account: str | None) -> None:
    assert account_of(event) == account
