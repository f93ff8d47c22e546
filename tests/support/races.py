"""Races on the database's functions; each raises AssertionError when a rule did not hold.

They live apart from their tests because the planted faults run them too.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from tests.support.stack import Stack

CLIENTS = 16


class Arena:
    """A database with the personas of tests/sql/helpers.sql, and the logins to call it with."""

    def __init__(self, stack: Stack, database: str) -> None:
        self.stack = stack
        self.database = database

    def dsn(self, role: str) -> str:
        """Connection string of a login role here."""
        return self.stack.layout.dsn(role, self.database)

    def prepare(self, *statements: str) -> None:
        """Run statements as superuser, each committed."""
        with psycopg.connect(self.dsn("supabase_admin"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def value(self, query: str, *args: object) -> Any:
        """One value, as superuser."""
        with psycopg.connect(self.dsn("supabase_admin"), autocommit=True) as connection:
            row = connection.execute(query.encode(), args).fetchone()
        return row[0] if row else None

    @staticmethod
    def answer(connection: psycopg.Connection, call: Callable[[], object]) -> str:
        """Call and commit; what came of it: 'ok', a code or a SQLSTATE."""
        try:
            result = call()
            connection.commit()
        except psycopg.Error as error:
            connection.rollback()
            if error.sqlstate == "PGRST":
                return str(json.loads(error.diag.message_primary or "{}")["code"])
            return str(error.sqlstate)
        return str(result or "ok")

    def outcome(
        self, role: str, number: int, call: Callable[[psycopg.Connection, int], object]
    ) -> str:
        """`answer` of a call in a connection of its own."""
        with psycopg.connect(self.dsn(role)) as connection:
            return self.answer(connection, lambda: call(connection, number))

    def outcomes(
        self,
        role: str,
        count: int,
        call: Callable[[psycopg.Connection, int], object],
        clients: int = CLIENTS,
    ) -> Counter[str]:
        """What came of that many calls, `clients` at a time.

        All threads are connected before the first one calls, and each transaction is held a
        little: so they overlap on a slow machine too.
        """
        together = min(clients, count)
        start = threading.Barrier(together)

        def one(number: int) -> str:
            with psycopg.connect(self.dsn(role)) as connection:
                if number < together:
                    start.wait(30)

                def held() -> object:
                    result = call(connection, number)
                    connection.execute("select pg_sleep(0.02)")
                    return result

                return self.answer(connection, held)

        with ThreadPoolExecutor(clients) as pool:
            return Counter(pool.map(one, range(count)))


def become(connection: psycopg.Connection, user_id: str) -> None:
    """Be this person for the transaction, as PostgREST does it."""
    connection.execute(
        "select set_config('role', 'authenticated', true), "
        "set_config('request.jwt.claims', %s, true)",
        [json.dumps({"sub": user_id, "role": "authenticated"})],
    )


def redemptions(arena: Arena) -> None:
    """Forty clients redeem one token of a grant that allows five downloads."""
    arena.prepare("select tests.world()")
    token = "a-token-of-the-race"
    digest = hashlib.sha256(token.encode()).hexdigest()
    with psycopg.connect(arena.dsn("supabase_admin"), autocommit=True) as admin:
        admin.execute(
            "update private.personalized_files set state = 'ready', ready_at = now(), "
            "sha256 = repeat('a', 64), size_bytes = 1, method = 'pdf'"
        )
        admin.execute(
            "insert into private.download_tokens (grant_id, product_file_id, token_sha256, "
            "expires_at) select g.id, tests.ref('ebook/f'), decode(%s, 'hex'), "
            "now() + interval '1 hour' from public.download_grants as g",
            [digest],
        )

    def call(connection: psycopg.Connection, number: int) -> object:
        row = connection.execute(
            "select private.redeem_download(%s, %s, 'agent', %s, 'request-of-the-race')",
            [digest, f"10.0.0.{number + 1}", f"device {number}"],
        ).fetchone()
        assert row is not None
        return row[0].get("code") or row[0]["outcome"]

    found = arena.outcomes("agora_webhooks", 40, call)
    assert found == {"ready": 5, "download_limit_reached": 35}, found
    logged = arena.value("select count(*) from private.download_attempts")
    assert logged == 40, logged


def last_pieces(arena: Arena) -> None:
    """Forty people order the last five pieces."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'poster', 'physical', 1000, 5)",
        "select tests.make_user('b' || n) from generate_series(0, 39) as n",
        "select tests.add_to_cart('b' || n, 'poster') from generate_series(0, 39) as n",
    )
    people = [str(arena.value("select tests.id(%s)", f"b{number}")) for number in range(40)]

    def call(connection: psycopg.Connection, number: int) -> object:
        become(connection, people[number])
        connection.execute("select public.begin_checkout(%s)", [f"race-{number:04d}"])
        return "ok"

    found = arena.outcomes("authenticator", 40, call)
    assert found == {"ok": 5, "out_of_stock": 35}, found
    held = arena.value("select sum(reserved) from public.product_variants")
    assert held == 5, held


def one_key(arena: Arena) -> None:
    """One person sends the same key many times at once."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('buyer')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'poster', 'physical', 1000, 50)",
        "select tests.add_to_cart('buyer', 'poster')",
    )
    buyer = str(arena.value("select tests.id('buyer')"))

    def call(connection: psycopg.Connection, _number: int) -> object:
        become(connection, buyer)
        connection.execute("select public.begin_checkout('the-same-key')")
        return "ok"

    found = arena.outcomes("authenticator", 24, call)
    assert set(found) <= {"ok", "idempotency_in_flight"}, found
    assert found["ok"] >= 1, found
    found = arena.outcomes("authenticator", 1, call)
    assert found == {"ok": 1}, found  # and once more, when all is over
    orders = arena.value("select count(*) from public.orders")
    assert orders == 1, orders


def one_event(arena: Arena) -> None:
    """The same event is stored and applied from many connections at once."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('buyer')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'ebook', 'digital', 1999)",
        "select tests.add_to_cart('buyer', 'ebook')",
        "select tests.check_out('buyer', 'sale')",
    )
    intent = arena.value("select tests.intent('sale')")
    event = {
        "id": "evt_race",
        "type": "payment_intent.succeeded",
        "created": 1764000000,
        "livemode": False,
        "data": {"object": intent},
    }

    def store(connection: psycopg.Connection, _number: int) -> object:
        row = connection.execute(
            "select private.store_stripe_event('platform', %s::jsonb, 'request-of-the-race')",
            [json.dumps(event)],
        ).fetchone()
        assert row is not None
        return "new" if row[0] else "known"

    found = arena.outcomes("agora_webhooks", 24, store)
    assert found == {"new": 1, "known": 23}, found
    jobs = arena.value("select count(*) from pgmq.q_stripe_events")
    assert jobs == 1, jobs

    def apply(connection: psycopg.Connection, _number: int) -> object:
        row = connection.execute(
            "select private.apply_stripe_event('evt_race', %s::jsonb)", [json.dumps(intent)]
        ).fetchone()
        assert row is not None
        return row[0]

    found = arena.outcomes("agora_workers", 24, apply)
    assert found == {"applied": 1, "duplicate": 23}, found
    counted = arena.value(
        "select array[(select count(*) from private.ledger_transactions), "
        "(select count(*) from public.download_grants), "
        "(select count(*) from private.email_messages)]"
    )
    assert counted == [1, 1, 1], counted


def events_of_one_payment(arena: Arena) -> None:
    """Different events about the same payment are applied from many connections at once."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('buyer')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'ebook', 'digital', 1999)",
        "select tests.add_to_cart('buyer', 'ebook')",
        "select tests.check_out('buyer', 'sale')",
    )
    intent = json.dumps(arena.value("select tests.intent('sale')"))
    arena.prepare(
        "select private.store_stripe_event('platform', jsonb_build_object('id', 'evt_' || n, "
        "'type', 'payment_intent.succeeded', 'created', 1764000000), null) "
        "from generate_series(0, 23) as n"
    )

    def apply(connection: psycopg.Connection, number: int) -> object:
        row = connection.execute(
            "select private.apply_stripe_event(%s, %s::jsonb)", [f"evt_{number}", intent]
        ).fetchone()
        assert row is not None
        return row[0]

    found = arena.outcomes("agora_workers", 24, apply)
    assert found == {"applied": 24}, found
    counted = arena.value(
        "select array[(select count(*) from private.ledger_transactions), "
        "(select count(*) from public.download_grants), "
        "(select count(*) from private.email_messages)]"
    )
    assert counted == [1, 1, 1], counted


def many_orders(arena: Arena) -> None:
    """One person, who may have five unpaid orders, starts sixteen at once."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('buyer')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'poster', 'physical', 1000, 50)",
        "select tests.add_to_cart('buyer', 'poster')",
    )
    buyer = str(arena.value("select tests.id('buyer')"))

    def call(connection: psycopg.Connection, number: int) -> object:
        become(connection, buyer)
        connection.execute("select public.begin_checkout(%s)", [f"another-key-{number:02d}"])
        return "ok"

    found = arena.outcomes("authenticator", 16, call)
    assert found == {"ok": 5, "too_many_open_orders": 11}, found


RACES = {
    "redemptions": redemptions,
    "last_pieces": last_pieces,
    "one_key": one_key,
    "one_event": one_event,
    "events_of_one_payment": events_of_one_payment,
    "many_orders": many_orders,
}
