"""Every race keeps its rule, and the invariants hold afterwards."""

import pytest

from tests.invariants import run as violations
from tests.support.databases import copy_of
from tests.support.races import RACES, Arena
from tests.support.stack import Stack


@pytest.mark.parametrize("name", RACES)
def test_race(stack: Stack, persona_template: str, name: str) -> None:
    with copy_of(stack, persona_template) as database:
        arena = Arena(stack, database)
        RACES[name](arena)
        assert violations(arena.dsn("supabase_admin")) == []
