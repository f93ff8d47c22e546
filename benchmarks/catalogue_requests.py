"""The hot requests, about things that look alike in a catalogue of any size."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg

from seeds.large.words import COMMON, RARE

COLUMNS = (
    "id,slug,title,kind,min_price_amount,price_currency,rating_avg,rating_count,"
    "product_images(path,alt)"
)
CARD = f"{COLUMNS},shops(slug,name)"


@dataclass(frozen=True)
class Request:
    """One GET of PostgREST."""

    name: str
    path: str
    signed_in: bool = False


def _search(name: str, **arguments: Any) -> Request:
    return Request(f"search, {name}", f"/rpc/search_products?{urlencode(arguments)}")


def _one(connection: psycopg.Connection[Any], query: str, *args: object) -> str:
    row = connection.execute(query.encode(), args).fetchone()
    if row is None:
        raise RuntimeError(f"nothing found by: {query}")
    return str(row[0])


def requests_of(dsn: str, seller: str) -> list[Request]:
    """The requests of one database: its largest category, a shop with more than a page."""
    with psycopg.connect(dsn) as connection:
        category = _one(
            connection,
            "select category_id from public.products group by 1 order by count(*) desc limit 1",
        )
        category_slug = _one(
            connection, "select slug from public.categories where id = %s", category
        )
        # Two variants and one image, wherever it is.
        product = _one(
            connection,
            "select p.id from public.products as p "
            "inner join public.product_variants as v on v.product_id = p.id "
            "where p.is_listed "
            "group by 1 having count(*) = 2 order by p.id limit 1",
        )
        shop = _one(
            connection,
            "select s.slug from public.shops as s "
            "inner join public.products as p on p.shop_id = s.id and p.is_listed "
            "group by s.id having count(*) between 24 and 200 order by count(*), s.id limit 1",
        )
        own = _one(connection, "select shop_id from public.shop_members where user_id = %s", seller)
        reviewed = connection.execute(
            "select to_regclass('public.product_reviews') is not null"
        ).fetchone() == (True,)
        # Enough for a page, wherever it is.
        popular = _one(
            connection,
            "select id from public.products where is_listed and rating_count >= 20 "
            "order by rating_count, id limit 1",
        )
    # What a storefront reads, and the bare table, whose policy looks at the product row by row.
    reviews = [
        Request("a page of reviews", f"/rpc/product_reviews_page?product_id={popular}"),
        Request(
            "reviews by table", f"/product_reviews?product_id=eq.{popular}&order=id.desc&limit=20"
        ),
    ]
    card = f"select={CARD}&product_images.limit=1&product_images.order=position"
    return [
        Request(
            "list by category, newest",
            f"/products?{card}&category_id=eq.{category}&is_listed=is.true&order=id.desc&limit=24",
        ),
        Request(
            "product page",
            "/products?select=*,product_variants(*),product_images(*),shops(id,slug,name)"
            f"&id=eq.{product}",
        ),
        Request(
            "shop page",
            f"/shops?select=*,products({COLUMNS})&slug=eq.{shop}"
            "&products.order=id.desc&products.limit=24&products.product_images.limit=1",
        ),
        Request(
            "seller's list",
            f"/products?select=*,product_variants(*)&shop_id=eq.{own}&order=id.desc&limit=24",
            signed_in=True,
        ),
        _search("a common word", query=COMMON[0]),
        _search("a common word, facets", query=COMMON[0], facets="true"),
        _search("a common word, newest", query=COMMON[0], sort="newest"),
        _search("two common words", query=f"{COMMON[0]} {COMMON[3]}"),
        _search("a rare word", query=RARE[0]),
        _search("a rare and a common word", query=f"{RARE[0]} or {COMMON[2]}"),
        _search("a typo in a common word", query="handmaed"),
        _search("a category", category=category_slug),
        _search(
            "category, price, cheapest first",
            category=category_slug,
            min_price=1000,
            max_price=3000,
            currency="eur",
            sort="price_asc",
        ),
        _search("everything, newest", sort="newest"),
        _search("within a shop", shop=shop),
        Request("suggest, a common beginning", "/rpc/suggest_products?prefix=han"),
        Request("suggest, a rare word", f"/rpc/suggest_products?prefix={RARE[1][:5]}"),
        Request("suggest, two words", f"/rpc/suggest_products?prefix={COMMON[0]}%20co"),
        *(reviews if reviewed else []),
    ]
