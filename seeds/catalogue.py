"""The catalogue of seeds/catalogue.json, for databases in which searching is judged.

Loaded by SQL as superuser, without triggers: nobody owns these shops, nothing here can be bought.
"""

import json
import uuid
from pathlib import Path
from typing import Any

import psycopg

SOURCE = Path(__file__).parent / "catalogue.json"
# Anything stable: the same catalogue has the same ids everywhere.
_SPACE = uuid.UUID("6f1f1f5e-4a37-4e0c-9d3b-0d1c5a1f7a10")


def _id(kind: str, slug: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, f"{kind} {slug}")


def load(dsn: str) -> dict[str, Any]:
    """Fill a migrated database; returns the document. Raises psycopg.Error."""
    document: dict[str, Any] = json.loads(SOURCE.read_text())
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.executemany(
            "insert into public.shops (id, slug, name, status) values (%s, %s, %s, 'active')",
            [(_id("shop", shop["slug"]), shop["slug"], shop["name"]) for shop in document["shops"]],
        )
        for category in document["categories"]:
            parent, slug = category["parent"], category["slug"]
            label = f"judged_{slug}".replace("-", "_")
            path = f"judged_{parent}.{label}".replace("-", "_") if parent else label
            cursor.execute(
                "insert into public.categories (id, parent_id, slug, name, path) "
                "values (%s, %s, %s, %s, %s::extensions.ltree)",
                [
                    _id("category", slug),
                    _id("category", parent) if parent else None,
                    f"judged-{slug}",
                    category["name"],
                    path,
                ],
            )
        for product in document["products"]:
            ids = _id("product", product["slug"]), _id("shop", product["shop"])
            cursor.execute(
                "insert into public.products (id, shop_id, slug, title, description, kind, status, "
                "is_listed, published_at, category_id, min_price_amount, price_currency, "
                "is_available) values (%s, %s, %s, %s, %s, %s, 'active', true, "
                "'2026-01-01T00:00:00Z', %s, %s, 'eur', true)",
                [
                    *ids,
                    uuid.uuid5(_SPACE, product["slug"]).hex,
                    product["title"],
                    product["description"],
                    product["kind"],
                    _id("category", product["category"]),
                    product["price_amount"],
                ],
            )
            cursor.executemany(
                "insert into public.product_tags (product_id, shop_id, tag, is_listed) "
                "values (%s, %s, %s, true)",
                [(*ids, tag.replace(" ", "-")) for tag in product["tags"]],
            )
        cursor.execute("select private.index_products(array(select p.id from public.products p))")
        cursor.execute("select private.index_shops(array(select s.id from public.shops as s))")
    return document


def product_id(slug: str) -> str:
    """The id of a product of the catalogue."""
    return str(_id("product", slug))
