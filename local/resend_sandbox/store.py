"""Messages, idempotency keys and pending webhooks on disk, so that a restart forgets nothing."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEY_LIFETIME_SECONDS = 24 * 3600
_SCHEMA = """
create table if not exists emails (
  id text primary key, position integer not null unique, created_at text not null,
  message_id text not null, state text not null, due_at real, last_event text not null,
  events text not null, idempotency_key text, body text not null);
create table if not exists recipients (
  email_id text not null references emails, address text not null,
  primary key (address, email_id)) without rowid;
create table if not exists idempotency_keys (
  key text primary key, hash text not null, response text not null, created real not null);
create table if not exists deliveries (
  id text not null, url text not null, payload text not null, attempts integer not null,
  next_at real not null, state text not null, last_status integer,
  primary key (id, url)) without rowid;
"""


class Store:
    """One directory: `index.sqlite3`, `outbox/` (sent) and `scheduled/` (still to be sent)."""

    def __init__(self, directory: Path) -> None:
        self.outbox = directory / "outbox"
        self.scheduled = directory / "scheduled"
        for folder in (self.outbox, self.scheduled):
            folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(directory / "index.sqlite3", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let the files go."""
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside; the loop is one thread, so never nested."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def add_email(self, row: dict[str, Any], body: dict[str, Any], addresses: list[str]) -> None:
        """Insert one message; `row` has the columns but position and body."""
        columns = {**row, "events": json.dumps(row["events"]), "body": json.dumps(body)}
        names = ", ".join(columns)
        marks = ", ".join(f":{name}" for name in columns)
        self._db.execute(
            f"insert into emails (position, {names}) "  # noqa: S608 - names are ours
            f"values ((select coalesce(max(position), 0) + 1 from emails), {marks})",
            columns,
        )
        self._db.executemany(
            "insert or ignore into recipients (email_id, address) values (?, ?)",
            [(row["id"], address.lower()) for address in addresses],
        )

    def update_email(self, email_id: str, **values: Any) -> None:
        """Set columns of one message."""
        if "events" in values:
            values["events"] = json.dumps(values["events"])
        if "body" in values:
            values["body"] = json.dumps(values["body"])
        settings = ", ".join(f"{name} = :{name}" for name in values)
        self._db.execute(
            f"update emails set {settings} where id = :id",  # noqa: S608 - names are ours
            {**values, "id": email_id},
        )

    def email(self, email_id: str) -> dict[str, Any] | None:
        """One message, or None."""
        row = self._db.execute("select * from emails where id = ?", (email_id,)).fetchone()
        return _message(row) if row else None

    def emails(self, to: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest `limit` messages (to one address), oldest of them first."""
        where = "where id in (select email_id from recipients where address = :to)" if to else ""
        rows = self._db.execute(
            f"select * from emails {where} order by position desc limit :limit",  # noqa: S608
            {"to": (to or "").lower(), "limit": limit},
        ).fetchall()
        return [_message(row) for row in reversed(rows)]

    def due_emails(self) -> list[tuple[str, float]]:
        """Scheduled messages as (id, Unix time when they are to be sent)."""
        rows = self._db.execute("select id, due_at from emails where state = 'scheduled'")
        return [(row["id"], row["due_at"]) for row in rows]

    def key(self, key: str) -> tuple[str, Any] | None:
        """(request hash, stored answer) of an idempotency key younger than 24 hours."""
        oldest = time.time() - KEY_LIFETIME_SECONDS
        self._db.execute("delete from idempotency_keys where created < ?", (oldest,))
        row = self._db.execute("select * from idempotency_keys where key = ?", (key,)).fetchone()
        return (row["hash"], json.loads(row["response"])) if row else None

    def add_key(self, key: str, request_hash: str, response: Any) -> None:
        """Remember the answer to a request with an idempotency key."""
        self._db.execute(
            "insert into idempotency_keys values (?, ?, ?, ?)",
            (key, request_hash, json.dumps(response), time.time()),
        )

    def add_delivery(self, event_id: str, url: str, payload: str, next_at: float) -> None:
        """Queue one webhook for one endpoint."""
        self._db.execute(
            "insert into deliveries values (?, ?, ?, 0, ?, 'pending', null)",
            (event_id, url, payload, next_at),
        )

    def update_delivery(self, event_id: str, url: str, **values: Any) -> None:
        """Set columns of one delivery."""
        settings = ", ".join(f"{name} = :{name}" for name in values)
        self._db.execute(
            f"update deliveries set {settings} where id = :id and url = :url",  # noqa: S608
            {**values, "id": event_id, "url": url},
        )

    def deliveries(self, state: str | None = None) -> list[dict[str, Any]]:
        """Webhooks of a state (or all), in the order in which they are due."""
        rows = self._db.execute(
            "select * from deliveries where :state is null or state = :state order by next_at",
            {"state": state},
        )
        return [dict(row) for row in rows]


def _message(row: sqlite3.Row) -> dict[str, Any]:
    message = {**dict(row), **json.loads(row["body"]), "events": json.loads(row["events"])}
    message["from"] = message.pop("sender")
    del message["body"]
    return message
