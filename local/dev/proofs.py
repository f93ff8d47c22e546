"""The provers: Supabase's advisors, pgrls and trespass, run on a freshly migrated database.

`pgrls verify` exits 0 when it can no longer decide about a table that it could prove before, so
its verdicts are compared with what was proven and reviewed: local/dev/proven.json.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from local.dev.sources import ROOT
from local.layout import Layout

PROVEN = Path(__file__).parent / "proven.json"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"},
    )


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def advisors(layout: Layout, database: str) -> list[str]:
    """Supabase's own lints: no ERROR, no WARN."""
    with psycopg.connect(layout.dsn("supabase_admin", database), autocommit=True) as admin:
        admin.execute("alter role postgres set pgrst.db_schemas = 'public'")
    remote = f"--remote={layout.dsn('postgres', database)}?sslmode=disable"
    supabase = str(ROOT / "node_modules" / ".bin" / "supabase")
    ran = _run([supabase, "db", "advisors", remote, "--level", "info", "--fail-on", "warn"])
    if ran.returncode == 0:
        return []
    return [f"advisors: {(ran.stdout + ran.stderr).strip()[-2000:]}"]


def lint(layout: Layout, database: str) -> list[str]:
    """pgrls' lints; exemptions and their reasons are in pgrls.toml."""
    ran = _run([_tool("pgrls"), "lint", "--database-url", layout.dsn("postgres", database)])
    return [] if ran.returncode == 0 else [f"pgrls lint: {(ran.stdout + ran.stderr)[-2000:]}"]


def verify(layout: Layout, database: str) -> list[str]:
    """pgrls' proofs: what was proven stays proven, and nothing new leaks."""
    proven: dict[str, dict[str, list[str]]] = json.loads(PROVEN.read_text())
    problems = []
    for mode, wanted in proven.items():
        ran = _run(
            [
                *(_tool("pgrls"), "verify", "--mode", mode, "--format", "json"),
                *("--database-url", layout.dsn("postgres", database)),
            ]
        )
        try:
            tables: list[dict[str, Any]] = json.loads(ran.stdout)["tables"]
        except ValueError:
            problems.append(f"pgrls verify {mode}: {(ran.stdout + ran.stderr)[-1000:]}")
            continue
        verdicts = {str(t["table"]).split(".")[-1]: str(t["verdict"]).lower() for t in tables}
        leaks = {name for name, verdict in verdicts.items() if verdict == "leak"}
        problems += [
            f"pgrls verify {mode}: {name} leaks" for name in sorted(leaks - set(wanted["public"]))
        ]
        problems += [
            f"pgrls verify {mode}: {name} was proven isolated and is now "
            f"{verdicts.get(name, 'gone')}"
            for name in wanted["isolated"]
            if verdicts.get(name) != "isolated"
        ]
    return problems


def trespass(_layout: Layout, _database: str) -> list[str]:
    """trespass, fed the migrations: what may be read is in trespass.intent."""
    command = [_tool("trespass"), "check", "supabase/migrations"]
    ran = _run([*command, "--intent", "trespass.intent", "--no-color"])
    return [] if ran.returncode == 0 else [f"trespass: {(ran.stdout + ran.stderr)[-2000:]}"]


PROVERS: dict[str, Callable[[Layout, str], list[str]]] = {
    "Supabase's advisors": advisors,
    "pgrls lint": lint,
    "pgrls verify": verify,
    "trespass": trespass,
}
