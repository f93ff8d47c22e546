"""The worker process: its jobs, its end, and what it does when something is away."""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from agora.db import Database, open_pool
from local.runtime import ROOT
from seeds.actors import wait_for
from tests.py.workers.process import free_port, running
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl
from workers.health import Heartbeats
from workers.job import Job
from workers.leases import Leases


@contextmanager
def connected(stack: Stack, database: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    dsn = stack.layout.dsn("supabase_admin", database)
    with psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def admin(stack: Stack, database: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with connected(stack, database) as connection:
        yield connection


@pytest.fixture
def stripe(stack: Stack) -> Iterator[StripeControl]:
    control = StripeControl(stack)
    yield control
    control.close()


def enqueue(admin: psycopg.Connection[Any], queue: str, message: dict[str, Any]) -> int:
    row = admin.execute("select private.enqueue(%s, %s) as id", [queue, Jsonb(message)]).fetchone()
    assert row is not None
    return int(row["id"])


def store_event(
    admin: psycopg.Connection[Any], intent: str, kind: str = "payment_intent.canceled"
) -> str:
    event = {
        "id": f"evt_{uuid.uuid4().hex}",
        "type": kind,
        "created": int(time.time()),
        "data": {"object": {"id": intent, "object": "payment_intent"}},
    }
    admin.execute(
        "select private.store_stripe_event('platform', %s, %s)", [Jsonb(event), "req-of-the-test"]
    )
    return str(event["id"])


def held(admin: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    return admin.execute("select * from private.held_jobs order by id").fetchall()


def left(admin: psycopg.Connection[Any], queue: str) -> list[dict[str, Any]]:
    names = {"email": b"q_email", "stripe_events": b"q_stripe_events"}
    return admin.execute(
        b"select msg_id, vt <= clock_timestamp() as ready, read_ct from pgmq." + names[queue]
    ).fetchall()


def test_hopeless_jobs_are_held_at_once_with_their_reason(
    stack: Stack, database: str, admin: psycopg.Connection[Any]
) -> None:
    enqueue(admin, "email", {"id": str(uuid.uuid4())})
    enqueue(admin, "payments", {"task": "give everything away"})
    enqueue(admin, "watermark", {})
    gone = store_event(admin, "pi_gone")
    with running(stack, database) as worker:
        jobs = wait_for("the held jobs", lambda: j if len(j := held(admin)) == 4 else None)
        reasons = {job["queue"]: job["error"] for job in jobs}
        assert "no email" in reasons["email"]
        assert "no such task" in reasons["payments"]
        assert "no 'id'" in reasons["watermark"]
        assert gone in reasons["stripe_events"]
        assert "does not know" in reasons["stripe_events"]
        assert {job["attempts"] for job in jobs} == {1}
        assert worker.metric('agora_jobs_total{outcome="held",queue="email"}') == 1
        (line,) = [one for one in worker.logged("job_failed") if one["queue"] == "stripe_events"]
        assert line["request_id"] == "req-of-the-test"


def test_an_event_that_is_none_of_ours_is_ignored(
    stack: Stack, database: str, admin: psycopg.Connection[Any]
) -> None:
    event = store_event(admin, "pi_none", "customer.created")
    with running(stack, database) as worker:
        wait_for("the job", lambda: worker.logged("job_done"))
    row = admin.execute(
        "select state from private.stripe_events where event_id = %s", [event]
    ).fetchone()
    assert row == {"state": "ignored"}


@pytest.mark.parametrize("listen", ["", "postgresql://nobody@127.0.0.1:9/nothing"])
def test_without_notifications_jobs_are_polled(
    stack: Stack, database: str, admin: psycopg.Connection[Any], listen: str
) -> None:
    with running(stack, database, WORKERS_LISTEN_DATABASE_URL=listen) as worker:
        time.sleep(1)
        enqueue(admin, "email", {"id": str(uuid.uuid4())})
        wait_for("the job", lambda: held(admin), 5)
        health = worker.health()
        assert health is not None
        assert health.status_code == 200


def test_a_failure_is_tried_again_later(
    stack: Stack, database: str, admin: psycopg.Connection[Any], stripe: StripeControl
) -> None:
    intent = f"pi_{uuid.uuid4().hex}"
    # The SDK tries three times by itself: the first attempt of the job fails, the second does not.
    stripe.fail(kind="server_error", path=f"/v1/payment_intents/{intent}", times=3)
    store_event(admin, intent)
    with running(stack, database) as worker:
        (job,) = wait_for("the job", lambda: held(admin))
        assert job["attempts"] == 2
        assert worker.metric('agora_jobs_total{outcome="failed",queue="stripe_events"}') == 1


def test_sigterm_finishes_what_is_begun_and_gives_back_the_rest(
    stack: Stack, database: str, admin: psycopg.Connection[Any], stripe: StripeControl
) -> None:
    slow = f"pi_{uuid.uuid4().hex}"
    stripe.fail(kind="delay", path=f"/v1/payment_intents/{slow}", seconds=3)
    store_event(admin, slow)
    with running(stack, database, WORKERS_CONCURRENCY="stripe_events=1") as worker:
        wait_for("the call", lambda: stripe.http.get("/failures").json()["failures"] == [])
        waiting = [store_event(admin, f"pi_{n}") for n in range(3)]
        wait_for(
            "their lease",
            lambda: len([row for row in left(admin, "stripe_events") if not row["ready"]]) == 4,
        )
        began = time.monotonic()
        assert worker.terminate() == 0
        assert 1 < time.monotonic() - began < 12
        (stopped,) = worker.logged("workers_stopped")
        assert (stopped["given_back"], stopped["unfinished"]) == (3, 0)
    (finished,) = held(admin)
    assert finished["message"]["id"] not in waiting
    assert [row["ready"] for row in left(admin, "stripe_events")] == [True] * 3


def test_the_end_of_a_first_attempt_leaves_the_second_its_lease(stack: Stack) -> None:
    """A stuck job whose lease ran out may come back to the process that is still at it."""
    with open_pool(stack.layout.dsn("agora_workers"), name="test") as pool:
        leases = Leases(Database(pool), Heartbeats(), 20)
    first = Job("email", 1, 1, datetime.now(UTC), {})
    second = replace(first, attempt=2)
    leases.take(first)
    leases.take(second)
    leases.drop(first)
    assert leases.held() == [second]
    leases.drop(second)
    assert leases.held() == []


def test_a_long_job_keeps_its_lease(
    stack: Stack, database: str, admin: psycopg.Connection[Any], stripe: StripeControl
) -> None:
    """Longer than a lease, and no second worker sees it; healthz stays 200."""
    slow = f"pi_{uuid.uuid4().hex}"
    # Longer than the client waits (10 s): a lease and a half.
    stripe.fail(kind="delay", path=f"/v1/payment_intents/{slow}", seconds=12, times=1)
    store_event(admin, slow)
    lease = {"WORKERS_LEASE_SECONDS": "6"}
    with running(stack, database, **lease) as worker, running(stack, database, **lease) as other:
        wait_for("the call", lambda: left(admin, "stripe_events")[0]["read_ct"] == 1)
        deadline = time.monotonic() + 9
        while time.monotonic() < deadline:
            (row,) = left(admin, "stripe_events")
            assert (row["read_ct"], row["ready"]) == (1, False)
            time.sleep(0.5)
        for one in (worker, other):
            health = one.health()
            assert health is not None
            assert health.status_code == 200


def test_database_restarts_are_survived(
    stack: Stack, database: str, admin: psycopg.Connection[Any]
) -> None:
    """Every connection is cut; the process stays and works on."""
    with running(stack, database) as worker:
        enqueue(admin, "email", {"id": str(uuid.uuid4())})
        wait_for("the first job", lambda: len(held(admin)) == 1)
        for _ in range(3):
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where usename = 'agora_workers' and datname = %s",
                [database],
            )
            time.sleep(0.5)
        enqueue(admin, "email", {"id": str(uuid.uuid4())})
        wait_for("the second job", lambda: len(held(admin)) == 2, 20)
        assert worker.process.poll() is None


def _start(stack: Stack, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers"],
        cwd=ROOT,
        env={**stack.environment("agora_workers"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_what_prevents_a_start_is_said_in_one_line(stack: Stack) -> None:
    taken = str(stack.layout.ports.workers)
    busy = _start(stack, WORKERS_METRICS_PORT=taken)
    assert busy.returncode == 1
    assert "in use" in busy.stdout
    wrong = _start(stack, WORKERS_QUEUES="mail")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: no queue 'mail'")
    lacking = _start(stack, SITE_URL="nonsense")
    assert lacking.returncode == 1
    assert lacking.stderr.startswith("error: settings: SITE_URL")


def test_a_database_that_is_away_is_waited_for(stack: Stack) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "workers"],
        cwd=ROOT,
        env={
            **stack.environment("agora_workers"),
            "DATABASE_URL": "postgresql://agora_workers@127.0.0.1:9/postgres",
            "WORKERS_METRICS_PORT": str(port),
        },
        stdout=subprocess.DEVNULL,
    )
    try:

        def healthy() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
            except httpx.TransportError:
                return False

        wait_for("healthz", healthy)
        time.sleep(3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)
