"""A whole stack for the tests: private ports, a private folder, gone afterwards."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from local import provision
from local.credentials import load_credentials
from local.environment import product_environment
from local.layout import Layout
from local.ports import Ports, is_free
from local.runtime import ROOT

START_SECONDS = 120


class Stack:
    """A running stack, seen from a test."""

    def __init__(self, home: Path, base_port: int, *, durable: bool) -> None:
        self.home = home
        self.layout = Layout(
            home=home,
            ports=Ports(base_port),
            credentials=load_credentials(home / "secrets.json"),
            durable=durable,
        )
        self._template = ""

    # --- addresses and keys -------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The one origin that clients know."""
        return self.layout.url

    @property
    def publishable_key(self) -> str:
        """The key that stands for anon."""
        return self.layout.credentials.publishable_key

    @property
    def secret_key(self) -> str:
        """The key that stands for service_role."""
        return self.layout.credentials.secret_key

    def environment(self, role: str = "agora_operator") -> dict[str, str]:
        """The environment of a product process of this stack."""
        return {**os.environ, **product_environment(self.layout, role)}

    # --- the database -------------------------------------------------------------------------

    @contextmanager
    def connect(
        self, role: str = "postgres", database: str = "postgres", *, autocommit: bool = True
    ) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A direct connection as a login role."""
        with psycopg.connect(
            self.layout.dsn(role, database), autocommit=autocommit, row_factory=dict_row
        ) as connection:
            yield connection

    def rows(
        self,
        query: LiteralString,
        args: Sequence[object] | Mapping[str, object] = (),
        *,
        role: str = "postgres",
    ) -> list[dict[str, Any]]:
        """Rows of one statement."""
        with self.connect(role) as connection:
            cursor = connection.execute(query, args or None)
            return cursor.fetchall() if cursor.description else []

    def value(
        self,
        query: LiteralString,
        args: Sequence[object] | Mapping[str, object] = (),
        *,
        role: str = "postgres",
    ) -> Any:
        """First column of the first row, or None."""
        rows = self.rows(query, args, role=role)
        return next(iter(rows[0].values())) if rows else None

    def new_database(self) -> str:
        """A database that has only what a fresh Supabase project has."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        with self.connect("supabase_admin") as admin:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        provision.bootstrap(self.layout, name)
        return name

    def template_database(self) -> str:
        """Name of a migrated database that nobody uses, to clone from."""
        if not self._template:
            self._template = self.new_database()
            provision.migrate(self.layout, self._template)
        return self._template

    def clone(self, template: str = "") -> str:
        """A copy of an unused database (a migrated one if none is named); returns its name."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        template = template or self.template_database()
        with self.connect("supabase_admin") as admin:
            admin.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
            # A clone does not inherit its template's settings.
            admin.execute(
                sql.SQL('alter database {} set search_path = "$user", public, extensions').format(
                    sql.Identifier(name)
                )
            )
        return name

    def drop(self, name: str) -> None:
        """Remove a database made by `clone` or `new_database`."""
        with self.connect("supabase_admin") as admin:
            admin.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    # --- processes ----------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What the supervisor says of its processes."""
        value: dict[str, Any] = json.loads(self.layout.state_file.read_text())
        return value

    def pid(self, name: str) -> int:
        """Process id of a part; raises LookupError while it is down."""
        for entry in self.state()["processes"]:
            if entry["name"] == name and entry["pid"]:
                return int(entry["pid"])
        raise LookupError(name)

    def local(self, command: str) -> subprocess.CompletedProcess[str]:
        """`python -m local <command>` on this stack."""
        return subprocess.run(
            _command(self.home, self.layout.ports.base, self.layout.durable, command),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def supervisor_log(self) -> str:
        """What the supervisor printed."""
        return self.log("supervisor")

    def log(self, name: str) -> str:
        """A part's log so far."""
        path = self.layout.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""


def free_base_port() -> int:
    """The first of ten free consecutive ports, below the range the kernel hands out."""
    for _ in range(200):
        base = random.randrange(20_000, 31_000, 10)
        if all(is_free(port) for port in Ports(base).named().values()):
            return base
    raise RuntimeError("no ten free ports in a row")


def _command(home: Path, base_port: int, durable: bool, what: str) -> list[str]:
    options = [] if durable else ["--throwaway"]
    return [
        *(sys.executable, "-m", "local", "--home", str(home), "--base-port", str(base_port)),
        *(*options, "--no-seed", what),
    ]


def _clean_environment() -> dict[str, str]:
    """No third party's key of a developer may reach a test. Short leases: killed workers' jobs
    are waited for.
    """
    drop = ("STRIPE_", "RESEND_", "PUSHER_", "SUPABASE_", "DATABASE_URL", "AGORA_", "EMAIL_FROM")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    return {**kept, "WORKERS_LEASE_SECONDS": "6"}


@contextmanager
def running_stack(
    *,
    durable: bool = False,
    home: Path | None = None,
    base_port: int | None = None,
    what: str = "up",
) -> Iterator[Stack]:
    """Start a stack, yield it when it is ready, stop it and remove its folder."""
    with tempfile.TemporaryDirectory(prefix="agora-test-") as temporary:
        folder = home or Path(temporary)
        base = base_port or free_base_port()
        output = folder / "logs" / "supervisor.log"
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("wb") as log:
            supervisor = subprocess.Popen(
                _command(folder, base, durable, what),
                cwd=ROOT,
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_ready(supervisor, folder, output)
            yield Stack(folder, base, durable=durable)
        finally:
            if supervisor.poll() is None:
                supervisor.send_signal(signal.SIGTERM)
                supervisor.wait(60)
            if home is None:
                subprocess.run(
                    _command(folder, base, durable, "reset"),
                    cwd=ROOT,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )


def _wait_ready(supervisor: subprocess.Popen[bytes], home: Path, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if supervisor.poll() is not None:
            break
        try:
            state = json.loads((home / "state.json").read_text())
            # An earlier supervisor that was killed has left its own.
            if state["ready"] and state["supervisor"]["pid"] == supervisor.pid:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the stack did not start:\n{output.read_text(errors='replace')}")


def attach(home: Path) -> Stack:
    """A stack that runs already (AGORA_TEST_STACK): to try one test again and again."""
    state = json.loads((home / "state.json").read_text())
    return Stack(home, int(state["base_port"]), durable=True)
