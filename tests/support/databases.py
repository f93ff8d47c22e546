"""Databases with pgTAP and the personas of tests/sql/helpers.sql; running a pgTAP file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

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
    """Run one pgTAP file (a transaction that rolls back); what failed, empty when all is well."""
    failed: list[str] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        try:
            cursor = connection.execute(path.read_bytes())
        except psycopg.Error as error:
            return [f"{path.name}: {error}"]
        while True:
            if cursor.description is not None:
                lines = [str(row[0]) for row in cursor.fetchall() if row]
                failed += [line for line in lines if line.startswith("not ok")]
            if not cursor.nextset():
                return failed
