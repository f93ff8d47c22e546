"""`agora sql`: a small SQL prompt, where psql is not installed."""

import contextlib
import sys
from collections.abc import Callable

import psycopg

from agora.commands.tables import table

Print = Callable[[str], None]
HELP = "End a statement with ;  \\dt [schema] lists tables, \\q leaves."
_TABLES = (
    "select schemaname as schema, tablename as table from pg_catalog.pg_tables "
    "where schemaname = coalesce(nullif(%s, ''), 'public') order by 1, 2"
)


def _execute(connection: psycopg.Connection, text: str, show: Print, *args: str) -> bool:
    """Run statements and show their results; False if one failed."""
    try:
        # As bytes: an operator's own SQL is not a literal of this program.
        cursor = connection.execute(text.encode(), args or None)
        while True:
            if cursor.description is not None:
                rows = cursor.fetchall()
                show(table([column.name for column in cursor.description], rows))
                show(f"({len(rows)} row{'' if len(rows) == 1 else 's'})")
            elif cursor.statusmessage:
                show(cursor.statusmessage)
            if not cursor.nextset():
                return True
    except psycopg.Error as error:
        if connection.broken:
            raise
        show(f"error: {str(error).strip()}")
        return False


def _read(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        return None


def run(dsn: str, command: str | None, show: Print) -> int:
    """Run `command`, else statements from standard input; 1 if one failed.

    Raises psycopg.OperationalError when the database cannot be reached.
    """
    with psycopg.connect(
        dsn, autocommit=True, connect_timeout=5, application_name="agora-sql"
    ) as connection:
        connection.add_notice_handler(
            lambda notice: show(f"{notice.severity}: {notice.message_primary}")
        )
        if command is not None:
            return 0 if _execute(connection, command, show) else 1
        interactive = sys.stdin.isatty()
        if interactive:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401, PLC0415 - gives input() a history
            info = connection.info
            show(f"{info.user}@{info.host}:{info.port}/{info.dbname}. {HELP}")
        return _loop(connection, show, interactive=interactive)


def _loop(connection: psycopg.Connection, show: Print, *, interactive: bool) -> int:
    failed = False
    buffer = ""
    while (line := _read("" if not interactive else "... " if buffer else "agora> ")) is not None:
        if not buffer and line.strip() in ("\\q", "exit", "quit"):
            break
        if not buffer and line.strip().startswith("\\"):
            failed |= not _meta(connection, line.split(), show)
            continue
        buffer = f"{buffer}\n{line}".strip()
        if buffer.endswith(";"):
            failed |= not _execute(connection, buffer, show)
            buffer = ""
    if buffer:
        failed |= not _execute(connection, buffer, show)
    return 1 if failed and not interactive else 0


def _meta(connection: psycopg.Connection, words: list[str], show: Print) -> bool:
    if words[0] == "\\dt":
        return _execute(connection, _TABLES, show, *(words[1:2] or [""]))
    show(HELP)
    return False
