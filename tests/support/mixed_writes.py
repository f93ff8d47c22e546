"""Many clients write the catalogue, reviews, carts and orders at once, in short transactions.

Who meets whom is random, from a seed per client: sixteen of them on a few products meet often.
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.support.races import Arena, become

SHOPS = 3
PRODUCTS = 6
PEOPLE = 16

OPERATIONS = (
    "edit_review", "moderate", "vote", "unvote", "follow", "wish", "view", "price", "title",
    "listing", "add_variant", "code", "checkout",
)  # fmt: skip

# Refusals that belong to the game: somebody else was there first.
EXPECTED = frozenset(
    {
        "ok", "23505", "42501", "product_unavailable", "variant_not_found", "product_not_found",
        "review_not_found", "total_changed", "cart_empty", "discount_not_applicable",
        "too_many_open_orders", "order_not_found", "out_of_stock",
    }
)  # fmt: skip

WORLD = f"""
select tests.make_user('admin');
insert into public.user_roles (user_id, role, reason)
values (tests.id('admin'), 'admin', 'moderates the race');
select tests.make_user('s' || n), tests.make_shop('s' || n, 'shop-' || n)
from generate_series(1, {SHOPS}) as n;
select tests.make_product(
  's' || s, 'shop-' || s, 'product-' || s || '-' || p, 'physical', 1000 + p, 100000
)
from generate_series(1, {SHOPS}) as s cross join generate_series(1, {PRODUCTS}) as p;
insert into public.product_variants (product_id, price_amount, currency, stock)
select p.id, 1500, 'eur', 100000 from public.products as p order by random();
select tests.make_code('s' || s, 'shop-' || s, 'RACE', 500) from generate_series(1, {SHOPS}) as s;
select tests.make_user('b' || n) from generate_series(1, {PEOPLE}) as n;
select tests.add_to_cart('b' || n, 'product-' || s || '-' || p)
from generate_series(1, {PEOPLE}) as n cross join generate_series(1, {SHOPS}) as s
cross join generate_series(1, {PRODUCTS}) as p;
select tests.check_out('b' || n, 'o' || n), tests.pay('o' || n)
from generate_series(1, {PEOPLE}) as n;
select tests.remember('i' || row_number() over (order by i.id), i.id)
from public.order_items as i;
do $$
declare
  v_item record;
begin
  for v_item in select i.id, i.buyer_id from public.order_items as i loop
    perform set_config('request.jwt.claims', json_build_object('sub', v_item.buyer_id)::text, true);
    perform private.write_review(v_item.id, 3, '', '');
  end loop;
end;
$$;
"""


@dataclass
class Result:
    """What the clients did, by (operation, outcome)."""

    seconds: float
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Transactions in all."""
        return sum(self.outcomes.values())

    @property
    def deadlocks(self) -> int:
        """How many were chosen as a deadlock's victim."""
        return sum(n for (_, outcome), n in self.outcomes.items() if outcome == "40P01")

    @property
    def unexpected(self) -> dict[tuple[str, str], int]:
        """Outcomes that are neither success nor a refusal of the game."""
        return {key: n for key, n in self.outcomes.items() if key[1] not in EXPECTED}


class _Client:
    """One connection that acts as whoever an operation needs."""

    def __init__(self, arena: Arena, number: int, ids: dict[str, list[str]]) -> None:
        self.connection = psycopg.connect(arena.dsn("authenticator"))
        self.random = random.Random(number)
        self.ids = ids
        self.me = ids["people"][number % PEOPLE]

    def run(self, query: str, *args: object) -> Any:
        """The first value of a statement."""
        cursor = self.connection.execute(query.encode(), args)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def pick(self, what: str) -> str:
        """Something of this kind."""
        return self.random.choice(self.ids[what])

    def edit_review(self) -> None:
        become(self.connection, self.me)
        review = self.run(
            "select id from public.product_reviews where author_id = %s order by random() limit 1",
            self.me,
        )
        self.run("select public.edit_review(%s, %s)", review, self.random.randint(1, 5))

    def moderate(self) -> None:
        become(self.connection, self.ids["admin"][0])
        self.run(
            "select public.moderate_review(%s, %s, 'the race')",
            self.pick("reviews"),
            self.random.random() < 0.5,
        )

    def vote(self) -> None:
        become(self.connection, self.me)
        self.run("insert into public.review_votes (review_id) values (%s)", self.pick("reviews"))

    def unvote(self) -> None:
        become(self.connection, self.me)
        self.run("delete from public.review_votes")

    def follow(self) -> None:
        become(self.connection, self.me)
        shop = self.pick("shops")
        if self.random.random() < 0.5:
            self.run("delete from public.shop_follows where shop_id = %s", shop)
        else:
            self.run("insert into public.shop_follows (shop_id) values (%s)", shop)

    def wish(self) -> None:
        become(self.connection, self.me)
        product = self.pick("products")
        self.run("delete from public.wishlist_items where product_id = %s", product)
        self.run("insert into public.wishlist_items (product_id) values (%s)", product)

    def view(self) -> None:
        become(self.connection, self.me)
        self.run("select public.note_view(%s)", self.pick("products"))

    def price(self) -> None:
        become(self.connection, self.pick("sellers"))
        self.run(
            "update public.product_variants set price_amount = %s where id = %s",
            self.random.randint(900, 2000),
            self.pick("variants"),
        )

    def title(self) -> None:
        become(self.connection, self.pick("sellers"))
        self.run(
            "update public.products set description = %s where id = %s",
            str(self.random.random()),
            self.pick("products"),
        )

    def listing(self) -> None:
        become(self.connection, self.pick("sellers"))
        product = self.pick("products")
        if self.random.random() < 0.25:
            self.run("select public.archive_product(%s)", product)
        else:
            self.run("select public.publish_product(%s)", product)

    def add_variant(self) -> None:
        become(self.connection, self.pick("sellers"))
        self.run(
            "insert into public.product_variants (product_id, price_amount, currency) "
            "select id, 1100, 'eur' from public.products where id = %s",
            self.pick("products"),
        )

    def code(self) -> None:
        become(self.connection, self.pick("sellers"))
        self.run(
            "update public.discount_codes set max_uses = 1000000 + %s",
            self.random.randint(0, 9),
        )

    def checkout(self) -> None:
        become(self.connection, self.me)
        self.run("delete from public.cart_items where user_id = %s", self.me)
        for _ in range(3):
            self.run("select public.cart_add(%s)", self.pick("variants"))
        self.connection.commit()
        become(self.connection, self.me)
        self.run("select public.begin_checkout(%s)", f"mixed-{self.random.getrandbits(60)}")
        self.connection.commit()
        become(self.connection, self.me)
        self.run(
            "select public.cancel_order(id) from public.orders "
            "where buyer_id = %s and status = 'pending_payment' limit 1",
            self.me,
        )


def _ids(arena: Arena) -> dict[str, list[str]]:
    queries = {
        "people": f"select array_agg(tests.id('b' || n)) from generate_series(1, {PEOPLE}) as n",
        "sellers": f"select array_agg(tests.id('s' || n)) from generate_series(1, {SHOPS}) as n",
        "admin": "select array[tests.id('admin')]",
        "shops": "select array_agg(id) from public.shops",
        "products": "select array_agg(id) from public.products",
        "variants": "select array_agg(id) from public.product_variants",
        "reviews": "select array_agg(id) from public.product_reviews",
    }
    return {name: [str(one) for one in arena.value(query)] for name, query in queries.items()}


def mixed_writes(arena: Arena, seconds: float, clients: int = 16) -> Result:
    """Let that many clients write for so long; raises what is no answer of the database."""
    arena.prepare(WORLD)
    ids = _ids(arena)
    for person in ids["people"]:
        with psycopg.connect(arena.dsn("authenticator")) as connection:
            become(connection, person)
            connection.execute("select public.cart_add(%s)", [ids["variants"][0]])
            connection.execute("select public.apply_discount_code('race')")
            connection.commit()
    result = Result(seconds)
    lock = threading.Lock()
    failures: list[BaseException] = []
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        found: Counter[tuple[str, str]] = Counter()
        try:
            client = _Client(arena, number, ids)
            with client.connection:
                while time.monotonic() < end:
                    name = client.random.choice(OPERATIONS)
                    found[name, arena.answer(client.connection, getattr(client, name))] += 1
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failures.append(error)
        with lock:
            result.outcomes += found

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    if failures:
        raise failures[0]
    return result
