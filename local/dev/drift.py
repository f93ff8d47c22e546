"""Do the sources, the migrations and the database they make agree?

On a freshly migrated database all sources are applied once more, in one transaction that is rolled
back. Then (1) nothing may have changed, and (2) every function, trigger and policy of ours must
have been touched (`xmin` of its row is this transaction): an unstamped edit fails the first, an
object that no source makes fails the second.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local.dev.sources import ROOT, Source, migrations, sources, unstamped
from local.layout import Layout

_SNAPSHOT = (Path(__file__).parent / "catalog.sql").read_bytes()


@dataclass(frozen=True)
class Item:
    """One object of the database: what it is, its definition, whether the sources made it."""

    definition: str
    touched: bool


def _snapshot(connection: psycopg.Connection) -> dict[str, Item]:
    connection.execute("set local search_path = ''")  # so that every name comes qualified
    return {
        f"{kind} {name}": Item(definition, touched)
        for kind, name, definition, touched in connection.execute(_SNAPSHOT)
    }


def _definition(name: str) -> re.Pattern[str]:
    """How a file that makes this object says so."""
    kind, rest = name.removeprefix("acl ").split(" ", 1)
    if kind == "function":
        return re.compile(rf"function {re.escape(rest.split('(')[0])}\(")
    if kind == "table":
        return re.compile(rf"(?:grant|revoke) .*?on {re.escape(rest)}\b", re.DOTALL)
    if kind in ("policy", "trigger"):
        own, table = rest.split(" on ")
        # Triggers that many tables share are made in a loop: tg_%2$s__touch.
        shared = re.escape("tg_%2$s__" + own.split("__")[-1])
        return re.compile(
            rf"{kind} {re.escape(own)}\s+.*?on {re.escape(table)}\b|{shared}\b", re.DOTALL
        )
    return re.compile(rf"alter table {re.escape(rest)} enable row level security")


def _where(name: str, files: list[tuple[str, str]]) -> str:
    """The files in which an object is made; a file named for it first."""
    definition = _definition(name)
    table = re.split(r"[ .]", name)[-1]
    found = [path for path, text in files if definition.search(text)]
    found.sort(key=lambda path: not path.endswith(f"/{table}.sql"))
    return ", ".join(found[:2]) or "no file"


def compare(layout: Layout, database: str, items: list[Source] | None = None) -> list[str]:
    """Sentences that name what differs and its file; `database` is freshly migrated."""
    items = sources() if items is None else items
    texts = [(item.path, item.text) for item in items]
    with psycopg.connect(layout.dsn("postgres", database)) as connection:
        before = _snapshot(connection)
        connection.execute("set local search_path = default")
        # With the check of function bodies on, unlike in the migration: everything exists by now.
        for item in items:
            try:
                connection.execute(item.text.encode())
            except psycopg.Error as error:
                connection.rollback()
                return [f"{item.path} cannot be applied again: {error}"]
        after = _snapshot(connection)
        connection.rollback()
    changed = [
        f"{name} differs from the migrations: {_where(name, texts)}; run 'make migration name=…'"
        for name in sorted(before.keys() | after.keys())
        if (before[name].definition if name in before else None)
        != (after[name].definition if name in after else None)
    ]
    old = [(str(path.relative_to(ROOT)), path.read_text()) for path in migrations()]
    orphans = [
        f"{name} is made by {_where(name, old)} and by no file of supabase/functions or "
        "supabase/policies: move it there, or drop it in a migration"
        for name, item in sorted(after.items())
        if not item.touched
    ]
    return changed + orphans


def unstamped_problems(root: Path = ROOT) -> list[str]:
    """Sources that were edited and not stamped."""
    return [
        f"{source.path} has changes that are in no migration: run 'make migration name=…'"
        for source in unstamped(root)
    ]
