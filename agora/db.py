"""Postgres access for the product's own processes: a pool, and calls of `private` functions.

Every process logs in as its own role, which may execute the functions it needs and read no
table. So this module offers one thing: calling a function by name.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

Row = dict[str, Any]


def open_pool(dsn: str, *, name: str, max_size: int = 4) -> ConnectionPool[psycopg.Connection[Row]]:
    """Open a pool that is safe behind a transaction pooler.

    `prepare_threshold=None`: named prepared statements clash there. Nothing is set per session.
    """
    return ConnectionPool(
        dsn,
        min_size=1,
        max_size=max_size,
        timeout=5,
        max_lifetime=600,
        # Its pauses double up to this; then the next call starts afresh, so that a server which was
        # away for long is found soon after it is back.
        reconnect_timeout=5,
        check=ConnectionPool.check_connection,
        open=True,
        kwargs={
            "autocommit": True,
            "prepare_threshold": None,
            "row_factory": dict_row,
            "application_name": name,
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=15000",
        },
    )


def _adapt(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict | list) else value


class Database:
    """Calls of `private` functions, each one a transaction of its own."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection[Row]]) -> None:
        self._pool = pool

    def rows(
        self,
        function: str,
        args: Mapping[str, object] | None = None,
        *,
        seconds: int | None = None,
    ) -> list[Row]:
        """Call a set-returning function with named arguments; dicts and lists go as jsonb.

        `seconds`: how long this call may take, where the pool's 15 s are too few.
        """
        named = dict(args or {})
        call = sql.SQL("select * from private.{}({})").format(
            sql.Identifier(function),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(sql.Identifier(key), sql.Placeholder(key))
                for key in named
            ),
        )
        with self._pool.connection() as connection, connection.transaction():
            if seconds is not None:
                connection.execute(
                    "select set_config('statement_timeout', %s, true)", [f"{seconds}s"]
                )
            return connection.execute(
                call, {key: _adapt(value) for key, value in named.items()}
            ).fetchall()

    def value(
        self,
        function: str,
        args: Mapping[str, object] | None = None,
        *,
        seconds: int | None = None,
    ) -> Any:
        """Call a scalar function; returns its value, or None when there is no row."""
        rows = self.rows(function, args, seconds=seconds)
        return next(iter(rows[0].values())) if rows else None

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()
