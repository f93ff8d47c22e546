"""What `make prove` runs: clean here, and each prover goes red on the hole it is there for."""

import subprocess
from collections.abc import Iterator

import pytest

from local.dev.proofs import PROVERS, advisors, lint, trespass, verify
from local.runtime import ROOT
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def migrated(stack: Stack) -> Iterator[str]:
    name = stack.clone()
    yield name
    stack.drop(name)


@pytest.mark.parametrize("name", PROVERS)
def test_no_leak(stack: Stack, migrated: str, name: str) -> None:
    assert PROVERS[name](stack.layout, migrated) == []


@pytest.mark.parametrize(
    "hole",
    [
        "alter policy select_buyer on public.payments using (buyer_id is null or true)",
        "alter policy select_own on public.carts using (true)",
        (
            "create policy peek on public.orders for select to anon using (true); "
            "grant select on public.orders to anon"
        ),
        "alter policy update_own on public.profiles using (true) with check (true)",
    ],
)
def test_verify_sees_a_hole(stack: Stack, hole: str) -> None:
    name = stack.clone()
    try:
        with stack.connect("postgres", name) as connection:
            connection.execute(hole.encode())
        assert verify(stack.layout, name) != []
    finally:
        stack.drop(name)


def test_advisors_and_lint_see_a_table_without_policies(stack: Stack) -> None:
    name = stack.clone()
    try:
        with stack.connect("postgres", name) as connection:
            connection.execute("create table public.bare (id bigint primary key)")
            connection.execute("grant select on public.bare to anon")
        assert "bare" in advisors(stack.layout, name)[0]
        assert "bare" in lint(stack.layout, name)[0]
    finally:
        stack.drop(name)


def test_trespass_is_fed_the_migrations(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its intent covers every personal table: without the file it cannot answer."""
    monkeypatch.setattr("local.dev.proofs.ROOT", ROOT / "supabase")
    assert trespass(stack.layout, "postgres") != []


def test_push_twice_as_a_postgres_that_is_no_superuser(stack: Stack) -> None:
    role = stack.rows(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'postgres'"
    )[0]
    assert role == {"rolsuper": False, "rolbypassrls": True, "rolcreaterole": True}
    owners = stack.rows(
        "select nspname, nspowner::regrole::text as owner from pg_namespace "
        "where nspname in ('auth', 'storage')"
    )
    assert len(owners) == 2
    assert all(row["owner"] != "postgres" for row in owners)
    name = stack.new_database()
    try:
        dsn = f"{stack.layout.dsn('postgres', name)}?sslmode=disable"
        supabase = str(ROOT / "node_modules" / ".bin" / "supabase")
        said = []
        for _ in range(2):
            ran = subprocess.run(
                [supabase, "db", "push", f"--remote={dsn}", "--yes", "--workdir", str(ROOT)],
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            assert ran.returncode == 0, ran.stderr
            said.append(ran.stdout + ran.stderr)
        assert "foundation" in said[0]
        assert "up to date" in said[1]
    finally:
        stack.drop(name)
