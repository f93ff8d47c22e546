"""The invariants of tests/invariants.sql, as Python calls them after a load, a crash, a replay."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

SOURCE = Path(__file__).with_name("invariants.sql")


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and up to ten of the rows that show it."""

    name: str
    rows: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.name}: " + "; ".join(str(row) for row in self.rows)


@cache
def queries() -> dict[str, bytes]:
    """Each invariant's query by its name. Raises ValueError if a name is taken twice."""
    found: dict[str, bytes] = {}
    for part in re.split(r"(?m)^-- name: ", SOURCE.read_text())[1:]:
        name, query = part.split("\n", 1)
        if name.strip() in found:
            raise ValueError(f"{SOURCE.name} names {name.strip()} twice")
        found[name.strip()] = query.encode()
    return found


def check(connection: psycopg.Connection[Any]) -> list[Violation]:
    """Violations seen by an open connection (superuser or postgres), in its transaction."""
    violations = []
    with connection.cursor(row_factory=dict_row) as cursor:
        for name, query in queries().items():
            cursor.execute(query)
            rows = cursor.fetchmany(10)
            if rows:
                violations.append(Violation(name, tuple(rows)))
    return violations


def run(dsn: str) -> list[Violation]:
    """Violations in a database, all queries on one snapshot."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        return check(connection)
