"""`agora jobs`: what waits, what is held, and what to do about it."""

import json

import psycopg

from agora.commands.outcome import refusal
from agora.commands.tables import table
from agora.db import Database


def queues(database: Database) -> str:
    """Each queue with its counts."""
    rows = database.rows("jobs_queues")
    names = ["queue", "ready", "leased", "held", "oldest_seconds"]
    return table(names, [[row[name] for name in names] for row in rows])


def held(database: Database, queue: str | None) -> str:
    """Held jobs, oldest first."""
    rows = database.rows("jobs_held", {"p_queue": queue})
    if not rows:
        return "No job is held."
    names = ["id", "queue", "held since", "attempts", "job", "error"]
    cells = [
        [
            row["id"],
            row["queue"],
            f"{row['held_at']:%Y-%m-%d %H:%M:%S}",
            row["attempts"],
            json.dumps({k: v for k, v in row["message"].items() if k != "request_id"}),
            row["error"],
        ]
        for row in rows
    ]
    return table(names, cells)


def replay(database: Database, job: int) -> str:
    """Queue a held job again. Raises CommandError."""
    try:
        message = database.value("jobs_replay", {"p_id": job})
    except psycopg.Error as error:
        if isinstance(error, psycopg.OperationalError):
            raise
        raise refusal(error) from error
    return f"Job {job} is queued again, as message {message}."


def drop(database: Database, job: int, reason: str) -> str:
    """Give a held job up. Raises CommandError."""
    try:
        database.value("jobs_drop", {"p_id": job, "p_reason": reason})
    except psycopg.Error as error:
        if isinstance(error, psycopg.OperationalError):
            raise
        raise refusal(error) from error
    return f"Job {job} is dropped."
