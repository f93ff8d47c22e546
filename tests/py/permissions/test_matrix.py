"""The database answers as supabase/permissions.json says, cell by cell; and the probe can fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.py.permissions.api import PERSONAS, Api
from tests.py.permissions.probe import function_matrix, probe, table_matrix
from tests.py.permissions.render import PAGE, load, page_text
from tests.py.permissions.world import world
from tests.support.stack import Stack

Json = dict[str, Any]
COMMANDS = ("select", "insert", "update", "delete")

# Everything that nobody may do, made possible for everybody: the same probe must see it.
PLANTED = """
do $plant$
declare
  v record;
begin
  for v in
    select c.relname from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format(
      'grant select, insert, update, delete on public.%I to anon, authenticated, service_role', v.relname
    );
    execute format('create policy planted on public.%I for all to public using (true) with check (true)', v.relname);
  end loop;
  for v in
    select p.oid::regprocedure as signature from pg_proc as p
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind = 'f'
  loop
    execute format('grant execute on function %s to anon, authenticated, service_role', v.signature);
  end loop;
end;
$plant$;
"""  # noqa: E501


@pytest.fixture(scope="module")
def api(stack: Stack) -> Iterator[Api]:
    with world(stack) as served:
        yield served


@pytest.fixture(scope="module")
def found(api: Api) -> Json:
    return probe(api)


def test_the_database_answers_as_reviewed(found: Json) -> None:
    reviewed = load()
    for part in ("tables", "functions"):
        for name in sorted(found[part].keys() | reviewed[part].keys()):
            assert found[part].get(name) == reviewed[part].get(name), (
                f"{part} {name}: supabase/permissions.json says otherwise; if the change is meant, "
                "run 'make permissions' and review the diff"
            )


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == page_text(load()), "run 'make permissions'"


def test_every_table_has_a_row_in_the_world(found: Json) -> None:
    """Or its cells would say nothing."""
    assert [name for name, entry in found["tables"].items() if entry["world"] == 0] == []


def test_every_denial_has_its_control(stack: Stack, found: Json) -> None:
    """What is refused to everybody is refused by a grant or policy and by nothing else: planted, it
    goes through. What is refused to some is allowed to another, which the matrix shows."""
    closed = [
        (name, command)
        for name, entry in found["tables"].items()
        for command in COMMANDS
        if all(entry["rows"][p][command] in ("refused", "none") for p in PERSONAS)
    ]
    assert len(closed) > 20
    with world(stack, PLANTED) as planted:
        opened = table_matrix(planted)
        functions = function_matrix(planted)
    still = [
        (name, command)
        for name, command in closed
        if all(opened[name]["rows"][p][command] in ("refused", "none") for p in PERSONAS)
    ]
    assert still == []
    for name, entry in found["functions"].items():
        if "no" in entry.values():
            assert functions[name]["anon"] == "yes", name
