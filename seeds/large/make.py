"""The whole catalogue, in order.

Figures agree with the rows behind them, but for sales_count: there are no orders.
"""

import psycopg

from seeds.large.index import index
from seeds.large.load import Loader, Say, say
from seeds.large.plan import Plan
from seeds.large.rows import (
    Products,
    Stars,
    accounts,
    owners,
    profiles,
    shop_accounts,
    shops,
)

TABLES = (
    *("public.shops", "public.shop_payment_accounts", "public.products"),
    *("public.product_variants", "public.product_images", "public.product_tags"),
    "public.product_reviews",
)
DEFAULT_CATEGORIES = 60


def _categories(connection: psycopg.Connection) -> list[str]:
    """Ids of the categories, made here where the database has only a few."""
    count = connection.execute("select count(*) from public.categories").fetchone()
    if count is not None and count[0] < 20:
        connection.execute(
            "insert into public.categories (slug, name, path) "
            "select 'large-' || n, 'Large ' || n, ('large_' || n)::extensions.ltree "
            "from generate_series(1, %s) as n",
            [DEFAULT_CATEGORIES],
        )
    found = connection.execute("select id::text from public.categories order by path").fetchall()
    return [row[0] for row in found]


def make(  # noqa: PLR0913 - sizes, each by its name
    dsn: str, *, products: int, shops_count: int, reviews: int, seed: int, report: Say = say
) -> Plan:
    """Fill a database that has no large catalogue yet. `dsn` is a superuser's. Returns the plan.

    Raises psycopg.Error; everything made before it stays, so start anew with a fresh database.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        loader = Loader(connection, report)
        plan = Plan(products, shops_count, reviews, seed, _categories(connection))
        Stars(plan).fill_sums()
        made = Products(plan)
        people = len(plan.people)
        loader.copy("auth.users", "id email aud role", accounts(plan), people)
        loader.copy("public.profiles", "id handle", profiles(plan), people)
        loader.copy("public.shop_members", "shop_id user_id role", owners(plan), shops_count)
        loader.copy("public.shops", "id slug name description status", shops(plan), shops_count)
        loader.copy("public.shop_payment_accounts", "shop_id", shop_accounts(plan), shops_count)
        loader.copy(
            "public.products",
            "id shop_id slug title description kind status is_listed published_at created_at "
            "category_id rating_count rating_sum sales_count min_price_amount price_currency "
            "is_available",
            made.rows(),
            products,
        )
        loader.copy(
            "public.product_variants",
            "id product_id shop_id title sku price_amount currency stock is_listed",
            made.variants(),
            round(1.6 * products),
        )
        loader.copy(
            "public.product_images",
            "id product_id shop_id path alt position is_listed",
            made.images(),
            products,
        )
        loader.copy(
            "public.product_tags", "product_id shop_id tag is_listed", made.tags(), 2 * products
        )
        if loader.has("public.product_reviews"):
            loader.copy(
                "public.product_reviews",
                "id product_id shop_id author_id stars title body created_at",
                made.reviews(),
                reviews,
            )
        index(loader, made.ids)
        for table in (*TABLES, "private.product_search", "private.search_words"):
            if loader.has(table):
                connection.execute(f"vacuum analyze {table}".encode())
        report("vacuumed and analyzed")
        return plan
