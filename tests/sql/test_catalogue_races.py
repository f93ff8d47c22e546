"""Everything that locks variants and products at once: no deadlock, and all figures are right."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import LiteralString

import psycopg

from tests import invariants

SECONDS = 12
CLIENTS = 16
BUYERS = ("stranger", "admin", "machine", "buyer")
_number = itertools.count()

PREPARE: LiteralString = """
select tests.world();
select tests.make_user('machine');
update public.product_variants set stock = 100000 where stock is not null;
select tests.make_product('owner', 'alpha-shop', 'card', 'physical', 300, 4);
select tests.make_bundle('owner', 'alpha-shop', 'set', 2000, array['poster', 'card']);
"""

Work = Callable[[psycopg.Connection, random.Random], None]


def _buy(connection: psycopg.Connection, dice: random.Random) -> None:
    buyer, name = dice.choice(BUYERS), f"o{next(_number)}"
    connection.execute("select tests.empty_cart(%s)", [buyer])
    connection.commit()  # as a client does: each step is a request
    for product in dice.sample(["poster", "card", "mug", "set"], 2):
        connection.execute("select tests.add_to_cart(%s, %s)", [buyer, product])
        connection.commit()
    connection.execute("select tests.check_out(%s, %s)", [buyer, name])
    connection.commit()
    if dice.random() < 0.2:
        connection.execute("select tests.expire(%s)", [name])
        connection.commit()
    connection.execute("select tests.pay(%s)", [name])


def _stock(connection: psycopg.Connection, dice: random.Random) -> None:
    connection.execute("select tests.become('owner')")
    connection.execute(
        "update public.product_variants set stock = reserved + %s, price_amount = %s "
        "where id = tests.ref(%s)",
        [dice.randrange(3), dice.randrange(100, 900), dice.choice(["poster/v", "card/v"])],
    )


def _publish(connection: psycopg.Connection, dice: random.Random) -> None:
    connection.execute("select tests.become('manager')")
    call = "archive" if dice.random() < 0.3 else "publish"
    product = dice.choice(["poster", "card", "set"])
    if call == "archive":
        connection.execute("select public.archive_product(tests.ref(%s))", [product])
    connection.execute("select public.publish_product(tests.ref(%s))", [product])


def _children(connection: psycopg.Connection, dice: random.Random) -> None:
    product, title = dice.choice(["poster", "card"]), f"extra {dice.randrange(3)}"
    connection.execute("select tests.become('owner')")
    connection.execute(
        "insert into public.product_tags (product_id, tag) values (tests.ref(%s), %s) "
        "on conflict do nothing",
        [product, f"tag{dice.randrange(12)}"],
    )
    connection.commit()
    connection.execute("select tests.become('owner')")
    connection.execute(
        "insert into public.product_variants (product_id, price_amount, currency, title) "
        "values (tests.ref(%s), 500, 'eur', %s)",
        [product, title],
    )
    connection.commit()
    connection.execute("select tests.become('owner')")
    found = connection.execute(
        "select v.id from public.product_variants as v "
        "where v.product_id = tests.ref(%s) and v.title = %s limit 1",
        [product, title],
    ).fetchone()
    if found:
        connection.execute("select public.delete_variant(%s)", [found[0]])


def _bundle(connection: psycopg.Connection, dice: random.Random) -> None:
    connection.execute("select tests.become('owner')")
    connection.execute(
        "select public.set_bundle_items(tests.ref('set'), jsonb_build_array("
        "jsonb_build_object('variant_id', tests.ref('poster/v'), 'quantity', %s::int), "
        "jsonb_build_object('variant_id', tests.ref('card/v'), 'quantity', %s::int)))",
        [dice.randrange(1, 3), dice.randrange(1, 3)],
    )


def _expire(connection: psycopg.Connection, _dice: random.Random) -> None:
    connection.execute("select private.expire_orders()")
    connection.execute("select private.publish_scheduled()")


WORKS: list[Work] = [_buy, _buy, _buy, _stock, _stock, _publish, _children, _bundle, _expire]


def test_mixed_writes_do_not_deadlock(race_database: str) -> None:
    with psycopg.connect(race_database) as admin:
        admin.execute(PREPARE)
    outcomes: Counter[str] = Counter()
    details: list[str] = []
    deadline = time.monotonic() + SECONDS

    def client(seed: int) -> None:
        dice = random.Random(seed)
        with psycopg.connect(race_database, options="-c lock_timeout=20s") as connection:
            while time.monotonic() < deadline:
                work = dice.choice(WORKS)
                try:
                    work(connection, dice)
                    connection.commit()
                    outcomes[f"{work.__name__} ok"] += 1
                except psycopg.Error as error:
                    connection.rollback()
                    outcomes[f"{work.__name__} {error.sqlstate}"] += 1
                    if error.sqlstate != "PGRST":
                        details.append(f"{work.__name__}: {error} {error.diag.context}")

    threads = [threading.Thread(target=client, args=[seed]) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # PGRST: sold out, too many tags, too many open orders: an answer, no failure.
    failures = {name: n for name, n in outcomes.items() if not name.endswith((" ok", " PGRST"))}
    assert failures == {}, details[:3]
    for work in set(WORKS):
        assert outcomes[f"{work.__name__} ok"] > 0, outcomes
    assert [str(violation) for violation in invariants.run(race_database)] == []
