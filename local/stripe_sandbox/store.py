"""State: one SQLite file. Objects are JSON with the few columns that lists and lookups need."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.settings import DEFAULTS

SCHEMA = """
create table if not exists objects (
    seq integer primary key autoincrement,
    id text not null unique,
    account text not null,
    type text not null,
    parent text,
    created integer not null,
    body text not null,
    private text not null
);
create index if not exists objects_listed on objects (account, type, seq);
create index if not exists objects_parent on objects (parent, type, seq);
create table if not exists movements (
    id text primary key, account text not null, currency text not null,
    net integer not null, available_on integer not null
);
create index if not exists movements_sum on movements (account, currency, available_on, net);
create table if not exists deliveries (
    id integer primary key autoincrement, event text not null, endpoint text not null,
    state text not null, due real not null, attempts integer not null default 0,
    created real not null
);
create index if not exists deliveries_due on deliveries (state, due);
create index if not exists deliveries_event on deliveries (event);
create table if not exists attempts (
    delivery integer not null, at real not null, status integer, error text, seconds real not null
);
create index if not exists attempts_delivery on attempts (delivery);
create table if not exists tasks (
    id integer primary key autoincrement, due real not null, kind text not null,
    subject text not null
);
create table if not exists idempotency (
    account text not null, key text not null, api text not null, method text not null,
    path text not null, params text not null, request text not null, status integer not null,
    body text not null, created real not null, primary key (account, key, api)
);
create index if not exists idempotency_created on idempotency (created);
create table if not exists settings (name text primary key, value text not null);
"""


class Store:
    """The database, used by one thread; a change and its events commit together."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(folder / "stripe.sqlite3", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        # A killed process loses nothing: what was committed is with the operating system.
        self.db.executescript("pragma journal_mode = wal; pragma synchronous = normal;")
        self.db.executescript(SCHEMA)
        self._settings = {
            row["name"]: json.loads(row["value"])
            for row in self.db.execute("select * from settings")
        }

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    # --- settings and time ----------------------------------------------------------------------

    def setting(self, name: str) -> Any:
        """A setting of the control API, or its default."""
        return self._settings.get(name, DEFAULTS[name])

    def set(self, name: str, value: Any) -> None:
        """Change a setting for good."""
        self.db.execute("replace into settings values (?, ?)", (name, json.dumps(value)))
        self._settings[name] = value

    def time(self) -> float:
        """Seconds since the epoch on the sandbox's clock, which tests may move."""
        return time.time() + float(self.setting("clock_offset"))

    def now(self) -> int:
        """The clock in whole seconds, as Stripe writes times."""
        return int(self.time())

    # --- objects --------------------------------------------------------------------------------

    def add(
        self, account: str, body: Json, *, parent: str | None = None, private: Json | None = None
    ) -> Json:
        """Keep a new object; its type is `body["object"]`."""
        created = body.get("created")
        self.db.execute(
            "insert into objects (id, account, type, parent, created, body, private)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                body["id"],
                account,
                body["object"],
                parent,
                created if isinstance(created, int) else self.now(),
                json.dumps(body),
                json.dumps(private or {}),
            ),
        )
        return body

    def find(self, kind: str, identifier: str, account: str | None = None) -> Json | None:
        """One object of a type, in an account or in any."""
        row = self.db.execute(
            "select body from objects where id = ? and type = ? and account = coalesce(?, account)",
            (identifier, kind, account),
        ).fetchone()
        return json.loads(row["body"]) if row else None

    def account_of(self, identifier: str) -> str | None:
        """The account that an object belongs to."""
        row = self.db.execute("select account from objects where id = ?", (identifier,)).fetchone()
        return str(row["account"]) if row else None

    def save(self, body: Json) -> Json:
        """Keep a changed object."""
        self.db.execute("update objects set body = ? where id = ?", (json.dumps(body), body["id"]))
        return body

    def remove(self, identifier: str) -> None:
        """Forget an object."""
        self.db.execute("delete from objects where id = ?", (identifier,))

    def private(self, identifier: str) -> Json:
        """What the sandbox knows of an object and never shows."""
        row = self.db.execute("select private from objects where id = ?", (identifier,)).fetchone()
        return dict(json.loads(row["private"])) if row else {}

    def set_private(self, identifier: str, private: Json) -> None:
        """Replace what `private` returns."""
        self.db.execute(
            "update objects set private = ? where id = ?", (json.dumps(private), identifier)
        )

    def children(self, kind: str, parent: str) -> list[Json]:
        """Objects that hang on another one, newest first."""
        rows = self.db.execute(
            "select body from objects where parent = ? and type = ? order by seq desc",
            (parent, kind),
        )
        return [json.loads(row["body"]) for row in rows]

    def every(self, kind: str) -> list[Json]:
        """All objects of a type, oldest first."""
        rows = self.db.execute("select body from objects where type = ? order by seq", (kind,))
        return [json.loads(row["body"]) for row in rows]
