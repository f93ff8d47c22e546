"""Each fault that is planted in a database turns its pgTAP file or race red."""

from collections.abc import Callable
from inspect import getmembers, isfunction

import psycopg
import pytest

from tests.py.mutations.mutation import Rewrite, SqlMutation
from tests.py.mutations.planted import SQL
from tests.sql import test_races
from tests.support.databases import SQL_TESTS, copy_of, run_tap
from tests.support.market_races import MARKET_RACES
from tests.support.races import RACES, Arena
from tests.support.stack import Stack

RACE = "race:"
Failures = list[str]


def plant(dsn: str, mutation: SqlMutation) -> None:
    """Put the fault into a database; AssertionError if it changes nothing."""
    with psycopg.connect(dsn, autocommit=True) as admin:
        for step in mutation.plant:
            if isinstance(step, str):
                admin.execute(step.encode())
                continue
            admin.execute(_rewritten(admin, step).encode())


def _rewritten(admin: psycopg.Connection, step: Rewrite) -> str:
    row = admin.execute("select pg_get_functiondef(%s::regprocedure)", [step.function]).fetchone()
    assert row is not None
    definition = str(row[0])
    assert step.old in definition, f"{step.function} has no {step.old!r}"
    return definition.replace(step.old, step.new)


def _of_sessions(race: Callable[[str], None]) -> Callable[[Arena], None]:
    def run(arena: Arena) -> None:
        arena.prepare("select tests.world()")
        race(arena.dsn("supabase_admin"))

    return run


ALL_RACES = (
    RACES
    | MARKET_RACES
    | {
        name: _of_sessions(race)
        for name, race in getmembers(test_races, isfunction)
        if name.startswith("test_")
    }
)


def failures(stack: Stack, database: str, killer: str) -> Failures:
    """What a pgTAP file or a race reports on a database; empty when all is well."""
    arena = Arena(stack, database)
    if not killer.startswith(RACE):
        return run_tap(arena.dsn("supabase_admin"), SQL_TESTS / killer)
    try:
        ALL_RACES[killer.removeprefix(RACE)](arena)
    except (AssertionError, psycopg.Error, pytest.fail.Exception) as error:
        return [f"{type(error).__name__}: {error}"]
    return []


@pytest.mark.parametrize("mutation", SQL, ids=lambda one: one.name)
def test_fault_is_found(
    stack: Stack,
    persona_template: str,
    mutation: SqlMutation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without its lock a race may wait for ever.
    monkeypatch.setattr(test_races, "LOCK_SECONDS", 3)
    with copy_of(stack, persona_template) as database:
        plant(stack.layout.dsn("supabase_admin", database), mutation)
        found = failures(stack, database, mutation.killer)
    assert found, f"nobody noticed: {mutation.removes}"
    assert any(mutation.says in line for line in found), found


@pytest.mark.parametrize("killer", sorted({mutation.killer for mutation in SQL}))
def test_killer_is_green_without_a_fault(stack: Stack, persona_template: str, killer: str) -> None:
    """One that is always red finds nothing."""
    with copy_of(stack, persona_template) as database:
        assert failures(stack, database, killer) == []


def test_names_are_names() -> None:
    assert len({mutation.name for mutation in SQL}) == len(SQL)
