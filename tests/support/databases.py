"""Databases with pgTAP and the personas of tests/sql/helpers.sql; running a pgTAP file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.pq import ExecStatus

from local.runtime import ROOT
from tests.support.stack import Stack

SQL_TESTS = ROOT / "tests" / "sql"


def install_helpers(stack: Stack, name: str) -> None:
    """Give a migrated database pgTAP and the helpers."""
    dsn = stack.layout.dsn("supabase_admin", name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension pgtap schema extensions")
        connection.execute((SQL_TESTS / "helpers.sql").read_bytes())


@contextmanager
def copy_of(stack: Stack, template: str) -> Iterator[str]:
    """A copy of an unused database, dropped afterwards."""
    name = stack.clone(template)
    try:
        yield name
    finally:
        stack.drop(name)


def run_tap(dsn: str, path: Path) -> list[str]:
    """Run one pgTAP file (a transaction that rolls back); what failed, empty when all is well.

    By libpq's own calls: an error in the file must not hide what its assertions said before.
    """
    failed: list[str] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.pgconn.send_query(path.read_bytes())
        while (result := connection.pgconn.get_result()) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                failed.append(f"{path.name}: {result.error_message.decode()}")
            for row in range(result.ntuples):
                line = (result.get_value(row, 0) or b"").decode()
                if line.startswith("not ok"):
                    failed.append(line)
    return failed
