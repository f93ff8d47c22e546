"""From rows to a database: COPY without triggers, indexes made at the end, progress."""

import itertools
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
from psycopg import sql

BLOCK = 5_000
Say = Callable[[str], None]


def say(text: str) -> None:
    """A line of progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


class Loader:
    """One superuser connection, with triggers and foreign keys off."""

    def __init__(self, connection: psycopg.Connection, report: Say = say) -> None:
        self.connection = connection
        self.report = report
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        connection.execute("set maintenance_work_mem = '512MB'")

    def has(self, table: str) -> bool:
        """Is there such a table?"""
        row = self.connection.execute("select to_regclass(%s) is not null", [table]).fetchone()
        return bool(row and row[0])

    def copy(self, table: str, columns: str, rows: Iterator[str], total: int) -> None:
        """COPY rows of text; says how far it is every few seconds."""
        schema, name = table.split(".")
        command = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(schema, name),
            sql.SQL(", ").join(sql.Identifier(column) for column in columns.split()),
        )
        began = said = time.monotonic()
        done = 0
        with self.connection.cursor().copy(command) as copy:
            while block := list(itertools.islice(rows, BLOCK)):
                copy.write("\n".join(block) + "\n")
                done += len(block)
                if time.monotonic() - said > 5:
                    said = time.monotonic()
                    self.report(
                        f"{table}: {done:,} of about {total:,}, {done / (said - began):,.0f} rows/s"
                    )
        self.report(f"{table}: {done:,} rows in {time.monotonic() - began:.1f} s")

    def without_indexes(self, table: str, work: Callable[[], None]) -> None:
        """Do the work with the table's plain indexes away, and make them again."""
        found = self.connection.execute(
            "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
            "where indrelid = %s::regclass and not indisunique",
            [table],
        ).fetchall()
        for name, _ in found:
            self.connection.execute(f"drop index {name}".encode())
        work()
        began = time.monotonic()
        for _, definition in found:
            # A partitioned table's definition says ONLY: without it, its partitions' are made too.
            self.connection.execute(definition.replace(" ON ONLY ", " ON ", 1).encode())
        self.report(f"{table}: {len(found)} indexes in {time.monotonic() - began:.1f} s")
