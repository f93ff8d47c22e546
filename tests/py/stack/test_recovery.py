"""Ctrl-C, kill -9 of every part, kill -9 of the supervisor, kill -9 of Postgres under writes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from local.process import started_at
from local.runtime import ROOT
from seeds.actors import wait_for
from tests.support.stack import Stack, free_base_port, running_stack

PARTS = {
    "postgrest": "/rest/v1/shops?select=id&limit=1",
    "storage": "/storage/v1/status",
    "gateway": "/healthz",
    "webhooks": "/v1/healthz",
    "stripe": None,
    "resend": None,
    "pusher": None,
    "workers": None,
}


def _answers(stack: Stack, path: str | None) -> bool:
    if path is None:
        return True
    try:
        answer = httpx.get(stack.url + path, headers={"apikey": stack.publishable_key}, timeout=5)
    except httpx.TransportError:
        return False
    return answer.status_code == 200


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_comes_back(crash_stack: Stack, name: str) -> None:
    path = PARTS[name]
    wait_for(name, lambda: _answers(crash_stack, path), 30)
    before = crash_stack.pid(name)
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        try:
            return crash_stack.pid(name) != before and _answers(crash_stack, path)
        except LookupError:
            return False

    wait_for(f"{name} again", back, 30)
    assert "died (exit -9)" in crash_stack.supervisor_log()


def test_status_says_what_is_down(crash_stack: Stack) -> None:
    """A part that cannot start is named, and the others go on."""
    before = crash_stack.pid("resend")
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        with contextlib.suppress(LookupError, ProcessLookupError):
            os.kill(crash_stack.pid("resend"), signal.SIGKILL)
        ran = crash_stack.local("status")
        if "DOWN" in ran.stdout:
            break
        time.sleep(0.1)
    assert ran.returncode == 1
    assert any(line.startswith("DOWN") and "resend" in line for line in ran.stdout.splitlines())
    assert sum(line.startswith("up") for line in ran.stdout.splitlines()) >= len(PARTS)
    wait_for("resend again", lambda: "DOWN" not in crash_stack.local("status").stdout, 60)
    assert crash_stack.pid("resend") != before


def test_what_was_acknowledged_survives_kill_nine(crash_stack: Stack) -> None:
    """The database dies under writes; every insert that was acknowledged is there afterwards."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        shown = crash_stack.value("select current_setting(%s)", [setting])
        assert shown == "on", setting
    crash_stack.rows("create table if not exists private.crash_probe (n bigint primary key)")
    acknowledged: list[int] = []
    dead = threading.Event()

    def write(start: int) -> None:
        try:
            with psycopg.connect(crash_stack.layout.dsn("postgres"), autocommit=True) as connection:
                for n in range(start, start + 10**9):
                    connection.execute("insert into private.crash_probe values (%s)", [n])
                    acknowledged.append(n)
        except psycopg.OperationalError:
            dead.set()

    writers = [threading.Thread(target=write, args=(k * 10**9,)) for k in range(4)]
    for writer in writers:
        writer.start()
    wait_for("writes", lambda: len(acknowledged) > 200, 30)
    os.kill(crash_stack.pid("postgres"), signal.SIGKILL)
    for writer in writers:
        writer.join(30)
    assert dead.is_set()

    def rows() -> set[int] | None:
        try:
            found = crash_stack.rows("select n from private.crash_probe")
        except psycopg.OperationalError:
            return None
        return {row["n"] for row in found}

    there = wait_for("the database", rows, 60)
    assert set(acknowledged) - there == set()
    crash_stack.rows("drop table private.crash_probe")
    wait_for("the API", lambda: _answers(crash_stack, "/rest/v1/shops?select=id&limit=1"), 30)
    wait_for("the service", lambda: _answers(crash_stack, "/v1/readyz"), 30)


def _leftovers(state: dict[str, object]) -> list[str]:
    entries = state["processes"]
    assert isinstance(entries, list)
    return [e["name"] for e in entries if e["pid"] and started_at(e["pid"]) == e["started"]]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_started_again(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C ends everything; even after kill -9 of the supervisor a second start works. In both
    cases the data is there."""
    home = tmp_path / "home"
    base = free_base_port()
    command = [
        *(sys.executable, "-m", "local", "--home", str(home), "--base-port", str(base)),
        *("--no-seed", "db"),
    ]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for("ready", lambda: (home / "state.json").exists() and _ready(home), 60)
        state = json.loads((home / "state.json").read_text())
        stack = Stack(home, base, durable=True)
        stack.rows("create table public.kept as select 42 as n")
        os.kill(first.pid, how)
        code = first.wait(30)
        if how == signal.SIGINT:
            assert code == 0
            assert _leftovers(state) == []
            assert not (home / "state.json").exists()
        with running_stack(durable=True, home=home, base_port=base, what="db") as again:
            assert again.value("select n from public.kept") == 42
    finally:
        if first.poll() is None:
            first.kill()
            first.wait(10)
        subprocess.run([*command[:-2], "reset"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _ready(home: Path) -> bool:
    return bool(json.loads((home / "state.json").read_text())["ready"])
