"""pgTAP files run by pytest-pgtap, in a database of this session's own.

The plugin collects `test*.sql` only; here a policy's test bears the name of the policy's file. Each
file is one transaction that is rolled back; `helpers.sql` (schema `tests`) is loaded once.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pytest_pgtap.pgtap import Runner  # type: ignore[import-untyped]
from pytest_pgtap.plugin import PgTapFile  # type: ignore[import-untyped]

from tests.support.stack import Stack

HERE = Path(__file__).parent


class SqlFile(PgTapFile):  # type: ignore[misc]  # the plugin is untyped
    """One pgTAP file."""

    def collect(self) -> Iterator[pytest.Item]:
        """The file's one item, each of its assertions a subtest."""
        for item in super().collect():
            # The plugin builds pytest's Subtests by hand.
            item.add_marker(pytest.mark.filterwarnings("ignore:A private pytest class"))
            yield item


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect policies/*.sql, functions/*.sql and structure/*.sql."""
    if file_path.suffix == ".sql" and file_path.parent.parent == HERE:
        collected: pytest.Collector = SqlFile.from_parent(parent, path=file_path)
        return collected
    return None


def _prepared_clone(stack: Stack) -> Iterator[str]:
    name = stack.clone()
    dsn = stack.layout.dsn("supabase_admin", name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension pgtap schema extensions")
        connection.execute((HERE / "helpers.sql").read_bytes())
    yield dsn
    stack.drop(name)


@pytest.fixture(scope="session")
def sql_database(stack: Stack) -> Iterator[str]:
    """DSN, as superuser, of a migrated database with pgTAP and helpers; nobody commits to it."""
    yield from _prepared_clone(stack)


@pytest.fixture
def race_database(stack: Stack) -> Iterator[str]:
    """The same for one test that commits."""
    yield from _prepared_clone(stack)


class TapRunner(Runner):  # type: ignore[misc]  # the plugin is untyped
    """Takes lines of text for TAP and leaves out the rows of preparing statements."""

    def run(self, query: object) -> list[str]:
        """Run one file."""
        return [row for row in super().run(query) if isinstance(row, str)]


@pytest.fixture(scope="session")
def _pgtap_runner(sql_database: str) -> Iterator[Runner]:
    """What pytest-pgtap runs its files with."""
    with psycopg.connect(sql_database, autocommit=True) as connection:
        yield TapRunner(connection)
