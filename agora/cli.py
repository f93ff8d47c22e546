"""The `agora` command: what an operator needs. Settings come from the environment.

Exit codes: 0 done, 1 the answer is no (nothing found, unbalanced, refused), 2 wrong use or a
setting is missing, 3 the database cannot be reached.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from agora.commands import admin, jobs, ledger, sql_prompt, trace
from agora.commands.outcome import CommandError
from agora.db import Database, open_pool


def _dsn() -> str:
    dsn = os.environ.get("DATABASE_URL", "")
    if not dsn:
        raise CommandError("DATABASE_URL is not set; for the local stack: python -m local env", 2)
    try:
        conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        # Not repeated: it may contain a password.
        raise CommandError("DATABASE_URL is not a connection string of Postgres", 2) from None
    return dsn


def _with_database(run: Callable[[Database], int]) -> int:
    # Asked once and plainly first: a pool would keep trying before it says what is wrong.
    with psycopg.connect(_dsn(), connect_timeout=5):
        pass
    database = Database(open_pool(_dsn(), name="agora-cli", max_size=1))
    try:
        return run(database)
    finally:
        database.close()


def _jobs(arguments: argparse.Namespace) -> int:
    def run(database: Database) -> int:
        match arguments.action:
            case "queues":
                print(jobs.queues(database))
            case "held":
                print(jobs.held(database, arguments.queue))
            case "replay":
                print(jobs.replay(database, arguments.id))
            case _:
                print(jobs.drop(database, arguments.id, arguments.reason))
        return 0

    return _with_database(run)


def _trace(arguments: argparse.Namespace) -> int:
    def run(database: Database) -> int:
        found = trace.trace(database, arguments.file, os.environ.get("WATERMARK_KEY", ""))
        print(json.dumps(found, indent=2) if arguments.json else trace.describe(found))
        return 0 if found["sales"] else 1

    return _with_database(run)


def _ledger(arguments: argparse.Namespace) -> int:
    def run(database: Database) -> int:
        text, balanced = ledger.report(database, arguments.order)
        print(text)
        return 0 if balanced else 1

    return _with_database(run)


def _admin(arguments: argparse.Namespace) -> int:
    def run(database: Database) -> int:
        print(admin.grant(database, arguments.email, arguments.reason))
        return 0

    return _with_database(run)


def _sql(arguments: argparse.Namespace) -> int:
    return sql_prompt.run(_dsn(), arguments.command, print)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agora", description="Operate Agora.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    job = commands.add_parser("jobs", help="the queues, and what is held for a decision")
    job.set_defaults(run=_jobs)
    actions = job.add_subparsers(required=True, dest="action", metavar="ACTION")
    actions.add_parser("queues", help="each queue: ready, leased, held, age of the oldest job")
    held = actions.add_parser("held", help="jobs that failed for good")
    held.add_argument("--queue", help="of this queue only")
    replay = actions.add_parser("replay", help="queue a held job again")
    replay.add_argument("id", type=int)
    drop = actions.add_parser("drop", help="give a held job up")
    drop.add_argument("id", type=int)
    drop.add_argument("--reason", required=True, help="why; it is kept")

    traced = commands.add_parser("trace", help="which sale does a file come from?")
    traced.set_defaults(run=_trace)
    traced.add_argument("file", type=Path)
    traced.add_argument("--json", action="store_true", help="for programs")

    book = commands.add_parser("ledger", help="the postings, and whether they balance")
    book.set_defaults(run=_ledger)
    book.add_argument("--order", metavar="ID", help="of this order only")

    chief = commands.add_parser("admin", help="the first administrator")
    chief.set_defaults(run=_admin)
    first = chief.add_subparsers(required=True, metavar="ACTION").add_parser(
        "grant", help="make an account the first administrator"
    )
    first.add_argument("email")
    first.add_argument("--reason", default="first administrator", help="why; it is kept")

    prompt = commands.add_parser("sql", help="a small SQL prompt on DATABASE_URL")
    prompt.set_defaults(run=_sql)
    prompt.add_argument("-c", "--command", metavar="SQL", help="run this and exit")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except psycopg.OperationalError as error:
        print(f"error: the database cannot be reached: {_first_line(error)}", file=sys.stderr)
        return 3
    except psycopg.errors.InsufficientPrivilege as error:
        print(f"error: this login may not do that: {_first_line(error)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
