"""Two sessions at once, in the order that hurts."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
import pytest

from tests import invariants

Session = psycopg.Connection[tuple[Any, ...]]
LOCK_SECONDS = 20


@contextmanager
def session(dsn: str) -> Iterator[Session]:
    with psycopg.connect(dsn, options=f"-c lock_timeout={LOCK_SECONDS}s") as connection:
        yield connection


@pytest.fixture
def dsn(race_database: str) -> str:
    with session(race_database) as connection:
        connection.execute("select tests.world()")
    return race_database


@contextmanager
def blocked(dsn: str, work: Callable[[Session], object]) -> Iterator[None]:
    """Run `work` in a session of its own and enter once it waits for a lock; join afterwards."""
    failures: list[BaseException] = []
    with session(dsn) as waiting, session(dsn) as watching:
        watching.autocommit = True
        pid = waiting.info.backend_pid

        def target() -> None:
            try:
                work(waiting)
                waiting.commit()
            except BaseException as error:  # noqa: BLE001 - handed to the test's thread
                failures.append(error)

        thread = threading.Thread(target=target)
        thread.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            row = watching.execute("select cardinality(pg_blocking_pids(%s)) > 0", [pid]).fetchone()
            if row and row[0]:
                break
            assert thread.is_alive(), f"did not wait for the lock: {failures}"
            time.sleep(0.02)
        else:
            pytest.fail("it never waited")
        try:
            yield
        finally:
            thread.join(LOCK_SECONDS)
        if failures:
            raise failures[0]


def one(connection: Session, query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def holds(dsn: str) -> None:
    assert [str(violation) for violation in invariants.run(dsn)] == []


def test_cart_stands_still_while_it_is_ordered(dsn: str) -> None:
    with session(dsn) as blocker, session(dsn) as client:
        client.execute("select tests.add_to_cart('stranger', 'poster')")
        client.commit()
        # The cart has been checked when the order is inserted.
        blocker.execute("lock table public.orders in share mode")
        with blocked(dsn, lambda s: s.execute("select tests.check_out('stranger', 'o')")):
            client.execute("select tests.become('stranger')")
            client.execute("set local lock_timeout = '300ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                client.execute("update public.cart_items set quantity = 5")
            client.rollback()
            blocker.rollback()
    holds(dsn)


def test_expiry_and_checkout_do_not_deadlock(dsn: str) -> None:
    with session(dsn) as checkout:
        checkout.execute(
            """
            create temp table pair as
            select min(v.id::text)::uuid as low, max(v.id::text)::uuid as high
            from public.product_variants as v where v.stock is not null;
            insert into tests.refs select 'low/v', low from pair union all
            select 'high/v', high from pair
            """
        )
        # The order that expired first holds the variant that is locked last.
        for name in ("high", "low"):
            checkout.execute("select tests.empty_cart('stranger')")
            checkout.execute("select tests.add_to_cart('stranger', %s)", [name])
            checkout.execute("select tests.check_out('stranger', %s)", [name])
        checkout.execute(
            """
            update public.orders set expires_at = now() - interval '2 hours'
            where id = tests.ref('high');
            update public.orders set expires_at = now() - interval '1 hour'
            where id = tests.ref('low')
            """
        )
        checkout.commit()
        checkout.execute("select private.lock_variants(array[tests.ref('low/v')])")
        with blocked(dsn, lambda s: s.execute("select private.expire_orders()")):
            checkout.execute("select private.lock_variants(array[tests.ref('high/v')])")
            checkout.commit()
        assert one(checkout, "select count(*) from public.orders where status = 'expired'") == 2
    holds(dsn)


@pytest.mark.parametrize("first", ["add", "publish"])
def test_variant_added_while_its_product_is_published(dsn: str, first: str) -> None:
    def add(connection: Session) -> None:
        connection.execute("select tests.become('owner')")
        connection.execute(
            "insert into public.product_variants (product_id, price_amount, currency)"
            " values (tests.ref('draft'), 700, 'eur')"
        )

    def publish(connection: Session) -> None:
        connection.execute("select tests.become('owner')")
        connection.execute("select public.publish_product(tests.ref('draft'))")

    with session(dsn) as connection:
        earlier, later = (add, publish) if first == "add" else (publish, add)
        earlier(connection)
        with blocked(dsn, later):
            connection.commit()
        assert one(
            connection,
            "select bool_and(is_listed) and count(*) = 2 from public.product_variants"
            " where product_id = tests.ref('draft')",
        )
    holds(dsn)


def test_same_key_at_the_same_time(dsn: str) -> None:
    with session(dsn) as first, session(dsn) as second:
        first.execute("select tests.add_to_cart('stranger', 'poster')")
        first.commit()
        first.execute("select tests.check_out('stranger', 'twice')")
        second.execute("select tests.become('stranger')")
        ask: LiteralString = "select tests.outcome($$ select public.begin_checkout(%s) $$)"
        assert second.execute(ask.replace("%s", "'checkout-twice'")).fetchone() == (
            "idempotency_in_flight",
        )
        first.commit()
        assert second.execute(ask.replace("%s", "'checkout-twice'")).fetchone() == ("ok",)
        second.rollback()
        assert one(second, "select count(*) from public.orders") == 2
    holds(dsn)


@pytest.mark.parametrize("first", ["cancel", "attach"])
def test_intent_of_an_order_that_is_being_cancelled(dsn: str, first: str) -> None:
    def cancel(connection: Session) -> None:
        connection.execute("select tests.become('stranger')")
        connection.execute("select public.cancel_order(tests.ref('order'))")

    def attach(connection: Session) -> None:
        connection.execute("select tests.become_role('agora_webhooks')")
        connection.execute(
            "select private.attach_payment_intent(tests.ref('order'), 'pi_race', 1250, 'eur')"
        )

    with session(dsn) as connection:
        connection.execute("select tests.add_to_cart('stranger', 'poster')")
        connection.execute("select tests.become('stranger')")
        connection.execute(
            "select tests.remember('order',"
            " (public.begin_checkout('race-the-order') ->> 'order_id')::uuid)"
        )
        connection.commit()
        earlier, later = (cancel, attach) if first == "cancel" else (attach, cancel)
        earlier(connection)
        with blocked(dsn, later):
            connection.commit()
        # Whoever came first: the intent of a cancelled order is cancelled at Stripe, once.
        assert (
            one(
                connection,
                "select count(*) from pgmq.q_payments"
                " where message ->> 'payment_intent_id' = 'pi_race'",
            )
            == 1
        )
    holds(dsn)


def test_events_are_numbered_in_the_order_of_commits(dsn: str) -> None:
    emit: LiteralString = "select private.emit('private-user-x', %s, '{}')"
    with session(dsn) as slow, session(dsn) as fast, session(dsn) as worker, session(dsn) as other:
        worker.execute("select private.realtime_sequence(1000)")
        worker.commit()
        slow.execute(emit, ["event.slow"])
        fast.execute(emit, ["event.fast"])
        fast.commit()
        assert one(worker, "select private.realtime_sequence(10)") == 1
        assert one(other, "select private.realtime_sequence(10)") == 0  # one at a time
        worker.commit()
        other.rollback()
        slow.commit()
        assert one(worker, "select private.realtime_sequence(10)") == 1
        worker.commit()
        assert worker.execute(
            "select event from private.realtime_events order by id desc limit 2"
        ).fetchall() == [("event.slow",), ("event.fast",)]


def test_last_pieces(dsn: str) -> None:
    """Twelve buyers, each in a session of their own, for the last four mugs."""
    with session(dsn) as connection:
        for n in range(12):
            connection.execute("select tests.make_user(%s)", [f"b{n}"])
            connection.execute("select tests.add_to_cart(%s, 'mug')", [f"b{n}"])
    outcomes: list[str] = []
    start = threading.Barrier(12)

    def buy(n: int) -> None:
        with session(dsn) as connection:
            connection.execute("select tests.become(%s)", [f"b{n}"])
            start.wait(10)
            outcomes.append(
                one(
                    connection,
                    "select tests.outcome($$ select public.begin_checkout('the-last-mug') $$)",
                )
            )

    threads = [threading.Thread(target=buy, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["ok"] * 4 + ["out_of_stock"] * 8
    holds(dsn)


def test_periodic_task_runs_once_for_two_workers(dsn: str) -> None:
    with session(dsn) as first, session(dsn) as second:
        first.execute("update private.periodic_tasks set next_run_at = now()")
        first.commit()
        tasks = one(first, "select count(*) from private.periodic_tasks")
        assert len(first.execute("select * from private.run_periodic('a')").fetchall()) == tasks
        assert second.execute("select * from private.run_periodic('b')").fetchall() == []
        first.commit()
        assert second.execute("select * from private.run_periodic('b')").fetchall() == []


def test_limit_of_downloads_under_parallel_redemptions(dsn: str) -> None:
    with session(dsn) as connection:
        connection.execute(
            """
            select private.watermark_done(c.id, repeat('c', 64), 10, 'pdf')
            from private.personalized_files as c;
            select tests.become('buyer');
            create temp table token as
            select public.issue_download_token(tests.ref('sale/ebook')) ->> 'token' as token;
            """
        )
        digest = one(
            connection, "select encode(sha256(convert_to(token, 'utf8')), 'hex') from token"
        )
    outcomes: list[str] = []
    start = threading.Barrier(12)

    def redeem(n: int) -> None:
        with session(dsn) as connection:
            connection.execute("select tests.become_role('agora_webhooks')")
            start.wait(10)
            row = connection.execute(
                "select private.redeem_download(%s, %s, null, null, null) ->> 'outcome'",
                [digest, f"192.0.2.{n + 1}"],
            ).fetchone()
            outcomes.append(row[0] if row else "nothing")

    threads = [threading.Thread(target=redeem, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["ready"] * 5 + ["refused"] * 7
    holds(dsn)


def _outcome(connection: Session, who: str, call: LiteralString) -> str:
    connection.execute("select tests.become(%s)", [who])
    found = connection.execute("select tests.outcome(%s)", [call]).fetchone()
    return str(found[0]) if found else "nothing"


CLOSE: LiteralString = "select public.close_shop(tests.ref('gamma-shop'))"
ORDER: LiteralString = "select public.begin_checkout('order-while-it-closes')"


@pytest.mark.parametrize("first", ["close", "order"])
def test_a_shop_closes_while_it_is_ordered_from(dsn: str, first: str) -> None:
    outcomes: list[str] = []
    with session(dsn) as connection:
        connection.execute("select tests.make_shop('seller', 'gamma-shop')")
        connection.execute(
            "select tests.make_product('seller', 'gamma-shop', 'lamp', 'physical', 900, 5)"
        )
        connection.execute("select tests.add_to_cart('stranger', 'lamp')")
        connection.commit()
        calls: list[tuple[str, LiteralString]] = [("seller", CLOSE), ("stranger", ORDER)]
        earlier, later = calls if first == "close" else reversed(calls)
        assert _outcome(connection, *earlier) == "ok"
        with blocked(dsn, lambda s: outcomes.append(_outcome(s, *later))):
            connection.commit()
    assert outcomes == ["product_unavailable" if first == "close" else "shop_has_open_orders"]
    holds(dsn)


def test_a_shop_is_suspended_while_a_product_is_published(dsn: str) -> None:
    """Both lock the shop first: whoever comes second waits, and nobody dies in a deadlock."""
    outcomes: list[str] = []
    publish: LiteralString = "select public.publish_product(tests.ref('draft'))"
    suspend: LiteralString = "select public.suspend_shop(tests.ref('alpha-shop'), 'Sells fakes')"
    with session(dsn) as connection:
        assert _outcome(connection, "owner", publish) == "ok"
        with blocked(dsn, lambda s: outcomes.append(_outcome(s, "admin", suspend))):
            connection.commit()
    assert outcomes == ["ok"]
    holds(dsn)


def test_a_slug_is_taken_at_the_moment_it_becomes_free(dsn: str) -> None:
    outcomes: list[str] = []
    rename: LiteralString = "select public.rename_shop(tests.ref('alpha-shop'), 'moved-on')"
    create: LiteralString = "select public.create_shop('Copycat', 'alpha-shop')"
    with session(dsn) as connection:
        assert _outcome(connection, "owner", rename) == "ok"
        with blocked(dsn, lambda s: outcomes.append(_outcome(s, "stranger", create))):
            connection.commit()
    assert outcomes == ["slug_reserved"]
    holds(dsn)


def test_an_invitation_is_accepted_while_it_is_revoked(dsn: str) -> None:
    outcomes: list[str] = []
    revoke: LiteralString = "select public.revoke_invitation(tests.ref('invitation'))"
    accept: LiteralString = "select public.accept_invitation('the-token')"
    with session(dsn) as connection:
        connection.execute(
            """
            update auth.users set email_confirmed_at = now() where email = 'stranger@example.test';
            select tests.become('owner');
            select tests.remember('invitation', (public.invite_member(
                tests.ref('alpha-shop'), 'stranger@example.test', 'staff') ->> 'id')::uuid);
            select tests.back();
            insert into private.shop_invitation_tokens (token_sha256, invitation_id)
            values (sha256('the-token'), tests.ref('invitation'))
            """
        )
        connection.commit()
        assert _outcome(connection, "owner", revoke) == "ok"
        with blocked(dsn, lambda s: outcomes.append(_outcome(s, "stranger", accept))):
            connection.commit()
    assert outcomes == ["invitation_settled"]
    holds(dsn)
