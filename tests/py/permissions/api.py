"""A PostgREST of the test's own on a database of the test's own, asked as each persona."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg

from local import services
from local.ports import is_free
from tests.support.people import token_for
from tests.support.stack import Stack, free_base_port

Json = dict[str, Any]

# Who is who in tests/sql/helpers.sql: a world of two shops and one sale.
PERSONAS = {
    "anon": "",
    "customer": "stranger",
    "buyer": "buyer",
    "owner": "owner",
    "manager": "manager",
    "staff": "staff",
    "other_shop": "seller",
    "support": "support",
    "moderator": "moderator",
    "admin": "admin",
    "service": "",
}


class Api:
    """The API as every persona sees it. No request leaves a trace: each is rolled back."""

    def __init__(self, stack: Stack, database: str, port: int) -> None:
        self._stack = stack
        self.database = database
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._tokens = {name: self._token(name) for name in PERSONAS}

    def _token(self, persona: str) -> str:
        if persona in ("anon", "service"):
            role = "anon" if persona == "anon" else "service_role"
            return self._stack.layout.credentials.role_jwt(role)
        user = self.rows("select tests.id(%s)::text as id", PERSONAS[persona])[0]["id"]
        return token_for(self._stack, user)

    def rows(self, query: str, *args: object) -> list[Json]:
        """Rows of one statement, as superuser."""
        with psycopg.connect(
            self._stack.layout.dsn("supabase_admin", self.database), autocommit=True
        ) as connection:
            cursor = connection.execute(query.encode(), args or None)
            names = [column.name for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def ask(
        self, persona: str, method: str, path: str, params: Json | None = None, body: Any = None
    ) -> httpx.Response:
        """One request; whatever it does is rolled back."""
        return self._http.request(
            method,
            f"/{path}",
            params=params,
            content=None if body is None else json.dumps(body),
            headers={
                "Authorization": f"Bearer {self._tokens[persona]}",
                "Content-Type": "application/json",
                "Prefer": "return=representation,tx=rollback",
            },
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def refused(answer: httpx.Response) -> bool:
    """Did a grant or a policy refuse? Anything else got past both."""
    if answer.status_code not in (401, 403):
        return False
    code = answer.json().get("code")
    return code in ("42501", "PGRST301", "PGRST302")


@contextmanager
def serving(stack: Stack, database: str) -> Iterator[Api]:
    """PostgREST in front of this database, with `tx=rollback` allowed."""
    service = services.postgrest(stack.layout)
    port = free_base_port()
    env = {
        **os.environ,
        **service.env,
        "PGRST_DB_URI": stack.layout.dsn("authenticator", database),
        "PGRST_SERVER_PORT": str(port),
        "PGRST_DB_TX_END": "commit-allow-override",
        "PGRST_DB_PRE_REQUEST": "",
        "PGRST_DB_CONFIG": "false",
        "PGRST_DB_POOL": "4",
    }
    process = subprocess.Popen(
        service.argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while is_free(port) or httpx.get(f"http://127.0.0.1:{port}/").status_code >= 500:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgREST did not start")
            time.sleep(0.1)
        api = Api(stack, database, port)
        try:
            yield api
        finally:
            api.close()
    finally:
        process.terminate()
        process.wait(10)
