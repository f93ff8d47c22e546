"""Ratings and discount codes under many hands; the invariants hold afterwards."""

import pytest

from tests.invariants import run as violations
from tests.support.databases import copy_of
from tests.support.market_races import MARKET_RACES
from tests.support.mixed_writes import OPERATIONS, mixed_writes
from tests.support.races import Arena
from tests.support.stack import Stack


@pytest.mark.parametrize("name", MARKET_RACES)
def test_race(stack: Stack, persona_template: str, name: str) -> None:
    before = len(stack.log("postgres"))
    with copy_of(stack, persona_template) as database:
        arena = Arena(stack, database)
        MARKET_RACES[name](arena)
        assert violations(arena.dsn("supabase_admin")) == []
    assert "deadlock detected" not in stack.log("postgres")[before:]


def test_mixed_writes_do_not_deadlock(stack: Stack, persona_template: str) -> None:
    """Sixteen clients for some seconds; a minute of it is benchmarks/mixed_writes.py."""
    before = len(stack.log("postgres"))
    with copy_of(stack, persona_template) as database:
        arena = Arena(stack, database)
        result = mixed_writes(arena, 10)
        assert result.unexpected == {}
        assert {name for name, outcome in result.outcomes if outcome == "ok"} == set(OPERATIONS)
        assert result.done > 500
        assert violations(arena.dsn("supabase_admin")) == []
    assert "deadlock detected" not in stack.log("postgres")[before:]
