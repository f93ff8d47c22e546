"""Each way to drift turns the check red, and the message names the file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import provision
from local.dev import guard, types
from local.dev.drift import compare, unstamped_problems
from local.dev.sources import ROOT, Source, sources
from local.dev.stamp import stamp
from tests.support.stack import Stack


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the repository's supabase folder."""
    shutil.copytree(ROOT / "supabase", tmp_path / "supabase")
    return tmp_path


@pytest.fixture(scope="module")
def migrated(stack: Stack) -> Iterator[str]:
    name = stack.clone()
    yield name
    stack.drop(name)


def test_the_project_has_not_drifted(stack: Stack, migrated: str) -> None:
    assert unstamped_problems() == []
    assert guard.problems() == []
    assert compare(stack.layout, migrated) == []
    assert types.stale(stack.layout, migrated) == []


def test_an_unstamped_edit_of_a_policy(tree: Path, stack: Stack, migrated: str) -> None:
    policy = tree / "supabase" / "policies" / "orders.sql"
    text = policy.read_text()
    policy.write_text(text.replace("buyer_id = (select auth.uid())", "true"))
    assert policy.read_text() != text
    (problem,) = unstamped_problems(tree)
    assert problem.startswith("supabase/policies/orders.sql has changes that are in no migration")
    edited = [Source(item.path, (tree / item.path).read_text()) for item in sources()]
    (found,) = compare(stack.layout, migrated, edited)
    assert "policy select_buyer on public.orders" in found
    assert "supabase/policies/orders.sql" in found


def test_a_grant_that_only_the_database_has(stack: Stack) -> None:
    name = stack.clone()
    try:
        with stack.connect("postgres", name) as connection:
            connection.execute("grant update (status) on public.shops to authenticated")
        found = compare(stack.layout, name)
        assert len(found) == 1
        assert "acl table public.shops" in found[0]
        assert "supabase/policies/shops.sql" in found[0]
    finally:
        stack.drop(name)


def test_an_orphan_function(stack: Stack, monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    orphan = tree / "supabase" / "migrations" / "29990101000000_orphan.sql"
    orphan.write_text(
        "create function private.nobody_knows_me() returns integer language sql "
        "set search_path = '' as 'select 1';"
    )
    name = stack.new_database()
    try:
        monkeypatch.setattr(provision, "ROOT", tree)
        monkeypatch.setattr(provision, "MIGRATIONS", tree / "supabase" / "migrations")
        (tree / "node_modules").symlink_to(ROOT / "node_modules")
        (tree / "local").symlink_to(ROOT / "local")
        provision.migrate(stack.layout, name)
        monkeypatch.setattr("local.dev.drift.ROOT", tree)
        monkeypatch.setattr(
            "local.dev.drift.migrations",
            lambda: sorted((tree / "supabase" / "migrations").glob("*.sql")),
        )
        (found,) = compare(stack.layout, name)
        assert "nobody_knows_me" in found
        assert "supabase/migrations/29990101000000_orphan.sql" in found
    finally:
        stack.drop(name)


def test_a_changed_old_migration(tree: Path) -> None:
    old = min((tree / "supabase" / "migrations").glob("*.sql"))
    old.write_text(old.read_text() + "\n-- one more thing\n")
    (problem,) = guard.problems(tree)
    assert problem.startswith(f"supabase/migrations/{old.name} has changed")
    old.unlink()
    (problem,) = guard.problems(tree)
    assert problem.startswith(f"supabase/migrations/{old.name} is gone")


def test_a_migration_that_nobody_locked(tree: Path) -> None:
    new = tree / "supabase" / "migrations" / "29990101000000_new.sql"
    new.write_text("select 1;\n")
    (problem,) = guard.problems(tree)
    assert problem.startswith("supabase/migrations/29990101000000_new.sql is not in")
    assert guard.lock_new(tree) == [new.name]
    assert guard.problems(tree) == []


@pytest.mark.parametrize("path", list(types.FILES.values()))
def test_stale_types(tree: Path, stack: Stack, migrated: str, path: str) -> None:
    (tree / path).write_text((tree / path).read_text() + "\n")
    assert types.stale(stack.layout, migrated, tree) == [f"{path} is stale: run 'make types'"]


def test_stamping(tree: Path) -> None:
    assert stamp("nothing_changed", tree) is None
    source = tree / "supabase" / "functions" / "ids.sql"
    source.write_text(source.read_text() + "\n-- A remark.\n")
    made = stamp("a_remark", tree)
    assert made is not None
    assert made == max((tree / "supabase" / "migrations").glob("*.sql"))
    assert "-- A remark." in made.read_text()
    assert "functions/access.sql" not in made.read_text()
    assert unstamped_problems(tree) == []
    for name in ("Not snake", "x", "../up"):
        with pytest.raises(ValueError, match="snake_case"):
            stamp(name, tree)
