"""Races on reviews and discount codes; each raises AssertionError when a rule did not hold."""

from typing import Any

import psycopg

from tests.support.races import Arena, become

WRITERS = 200
AT_ONCE = 32


def _people(arena: Arena, count: int) -> list[str]:
    """Ids of that many fresh people, b0 …."""
    arena.prepare(f"select tests.make_user('b' || n) from generate_series(0, {count - 1}) as n")
    return [str(arena.value("select tests.id(%s)", f"b{number}")) for number in range(count)]


def ratings(arena: Arena) -> None:
    """Two hundred buyers rate one product at once, change their minds, vote for one review."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('admin')",
        "insert into public.user_roles (user_id, role, reason) "
        "values (tests.id('admin'), 'admin', 'test')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_product('owner', 'alpha-shop', 'poster', 'physical', 1000, 1000)",
    )
    people = _people(arena, WRITERS)
    arena.prepare(
        f"select tests.add_to_cart('b' || n, 'poster'), tests.check_out('b' || n, 'o' || n), "
        f"tests.pay('o' || n) from generate_series(0, {WRITERS - 1}) as n",
        "create table tests.reviewed (author uuid primary key, item uuid, review uuid)",
        "grant select, update on tests.reviewed to authenticated",
        "insert into tests.reviewed (author, item) select buyer_id, id from public.order_items",
    )

    def write(connection: psycopg.Connection[Any], number: int) -> object:
        become(connection, people[number])
        connection.execute(
            "update tests.reviewed set review = "
            "(public.write_review(item, %s) ->> 'id')::uuid where author = %s",
            [1 + number % 5, people[number]],
        )
        return "ok"

    def change(connection: psycopg.Connection[Any], number: int) -> object:
        if number % 4 == 0:
            become(connection, admin)
            connection.execute(
                "select public.moderate_review(review, true, 'hidden by the race') "
                "from tests.reviewed where author = %s",
                [people[number]],
            )
            return "ok"
        become(connection, people[number])
        connection.execute(
            "select public.edit_review(review, %s) from tests.reviewed where author = %s",
            [5 - number % 5, people[number]],
        )
        return "ok"

    def vote(connection: psycopg.Connection[Any], number: int) -> object:
        become(connection, people[number])
        connection.execute("insert into public.review_votes (review_id) values (%s)", [target])
        return "ok"

    admin = str(arena.value("select tests.id('admin')"))
    assert arena.outcomes("authenticator", WRITERS, write, AT_ONCE) == {"ok": WRITERS}
    expected = [40, 40, 40, 40, 40]
    assert arena.value("select rating_counts from public.products") == expected
    assert arena.value("select rating_avg::text from public.products") == "3.00"
    assert arena.outcomes("authenticator", WRITERS, change, AT_ONCE) == {"ok": WRITERS}
    hidden = WRITERS // 4
    counted = arena.value("select rating_count from public.products")
    assert counted == WRITERS - hidden, counted
    target = arena.value("select review from tests.reviewed where author = %s", people[1])
    votes = arena.outcomes("authenticator", WRITERS, vote, AT_ONCE)
    assert votes == {"ok": WRITERS - 1, "42501": 1}, votes  # the author is refused
    shown = arena.value("select helpful_count from public.product_reviews where id = %s", target)
    assert shown == WRITERS - 1, shown


def last_uses(arena: Arena) -> None:
    """Forty people order with a code that five may use; then with one that each may use once."""
    arena.prepare(
        "select tests.make_user('owner')",
        "select tests.make_user('seller')",
        "select tests.make_shop('owner', 'alpha-shop')",
        "select tests.make_shop('seller', 'beta-shop')",
        # Goods of their own for everybody: the lock of the goods must not stand in for the codes'.
        "select tests.make_product('owner', 'alpha-shop', 'poster' || n, 'physical', 1000, 10), "
        "tests.make_product('seller', 'beta-shop', 'mug' || n, 'physical', 777, 10) "
        "from generate_series(0, 39) as n",
        # Two shops with a code of one name, made in either order: both are locked by every order.
        "select tests.make_code('owner', 'alpha-shop', 'FIVE', 1000, p_max_uses => 5)",
        "select tests.make_code('seller', 'beta-shop', 'FIVE', 500, p_max_uses => 5)",
        "select tests.make_code('owner', 'alpha-shop', 'ONCE', null, 100, p_per_customer => 1)",
    )
    people = _people(arena, 40)
    arena.prepare(
        "select tests.add_to_cart('b' || n, case n % 2 when 0 then 'poster' else 'mug' end || n), "
        "tests.add_to_cart('b' || n, case n % 2 when 0 then 'mug' else 'poster' end || n) "
        "from generate_series(0, 39) as n"
    )

    def order(connection: psycopg.Connection[Any], number: int) -> object:
        become(connection, people[number])
        connection.execute("select public.apply_discount_code('five')")
        connection.execute("select public.begin_checkout(%s)", [f"race-{number:04d}"])
        return "ok"

    found = arena.outcomes("authenticator", 40, order, AT_ONCE)
    assert found == {"ok": 5, "discount_not_applicable": 35}, found
    uses = arena.value("select array_agg(uses) from public.discount_codes where code = 'FIVE'")
    assert uses == [5, 5], uses

    winner = str(arena.value("select buyer_id from public.orders limit 1"))

    def again(connection: psycopg.Connection[Any], number: int) -> object:
        become(connection, winner)
        connection.execute("select public.apply_discount_code('once')")
        connection.execute("select public.begin_checkout(%s)", [f"again-{number:04d}"])
        return "ok"

    found = arena.outcomes("authenticator", 12, again, AT_ONCE)
    assert found == {"ok": 1, "discount_not_applicable": 11}, found


MARKET_RACES = {"ratings": ratings, "last_uses": last_uses}
