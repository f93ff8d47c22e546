"""What happens later by itself: planned in the transaction that causes it; a crash loses none."""

import time

from local.stripe_sandbox.store import Store


def plan(store: Store, kind: str, subject: str, delay: float) -> None:
    """Run the task `kind` on the object `subject` in `delay` seconds."""
    store.db.execute(
        "insert into tasks (due, kind, subject) values (?, ?, ?)",
        (time.time() + delay, kind, subject),
    )


def take(store: Store, *, everything: bool = False) -> tuple[str, str] | None:
    """The next task that is due (or just the next), taken off the list."""
    row = store.db.execute(
        "select * from tasks where due <= ? order by due, id limit 1",
        (float("inf") if everything else time.time(),),
    ).fetchone()
    if row is None:
        return None
    store.db.execute("delete from tasks where id = ?", (row["id"],))
    return str(row["kind"]), str(row["subject"])


def next_due(store: Store) -> float | None:
    """When the next task is due, seconds since the epoch."""
    row = store.db.execute("select min(due) as due from tasks").fetchone()
    return None if row["due"] is None else float(row["due"])
