"""Searching over HTTP: as visitors and shared caches do, with input that nobody means well with."""

import base64
import json
from typing import Any

import httpx
import pytest

from seeds.actors import Json, Seller, wait_for
from tests.support.stack import Stack

PUBLIC = "public, s-maxage=30, stale-while-revalidate=300"


def _get(stack: Stack, path: str, token: str = "", **params: Any) -> httpx.Response:
    headers = {"apikey": stack.publishable_key}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    url = f"{stack.url}/rest/v1/{path}"
    return httpx.get(url, params=params or None, headers=headers, timeout=30)


def _search(stack: Stack, **params: Any) -> Json:
    answer = _get(stack, "rpc/search_products", **params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def _titles(stack: Stack, **params: Any) -> list[str]:
    return [item["title"] for item in _search(stack, **params)["items"]]


def test_from_publishing_to_being_found(stack: Stack, seller: Seller) -> None:
    shop = seller.open_new_shop("Zimtwerk")
    product = seller.sell_pieces(shop["id"], "Quillivant Zimtmühle", 4200, 3)
    wait_for("its document", lambda: _titles(stack, query="quillivant") or None)
    found = _search(stack, query="zimtmuhle", shop=shop["slug"], facets="true")
    assert [item["id"] for item in found["items"]] == [product["id"]]
    assert found["items"][0]["shop"] == {k: shop[k] for k in ("id", "slug", "name")}
    assert found["facets"]["kind"] == {"physical": 1}
    suggested = _get(stack, "rpc/suggest_products", prefix="quilli").json()
    assert [one["id"] for one in suggested["products"]] == [product["id"]]
    assert _titles(stack, query="quilivant") == ["Quillivant Zimtmühle"], "a typo"
    # Renamed, and gone.
    seller.client.table("products").update({"title": "Brombel"}).eq("id", product["id"]).execute()
    wait_for("its new name", lambda: _titles(stack, query="brombel") or None)
    seller.rpc("archive_product", {"product_id": product["id"]})
    assert _titles(stack, query="brombel") == [], "at once"


def test_paging_over_http(stack: Stack, seller: Seller) -> None:
    shop = seller.open_new_shop("Five of a kind")
    made = {seller.sell_pieces(shop["id"], f"Drommelkist {n}", 100, 1)["id"] for n in range(5)}
    wait_for(
        "the documents", lambda: len(_titles(stack, shop=shop["slug"], query="drommelkist")) == 5
    )
    for sort in ("relevance", "newest", "price_asc", "price_desc", "rating", "sales"):
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = _search(
                stack, query="drommelkist", sort=sort, currency="usd", page_size=2, **after
            )
            if not page["items"]:
                page = _search(
                    stack, query="drommelkist", sort=sort, currency="eur", page_size=2, **after
                )
            seen += [item["id"] for item in page["items"]]
            if not page["next"]:
                break
            after = {"after": page["next"]}
        assert (len(seen), set(seen)) == (5, made), sort


HOSTILE = {
    "operators": "a & b | !c <-> d:*",
    "quotes": "\"un'closed ''",
    "sql": "'; drop table products; --",
    "filter syntax": "1),or=(id.not.is.null",
    "bidi and zero width": "mug\u202egum\u200b\ufeff",
    "control characters": "mug\x01\x1b\x7f",
    "line breaks": "mug\r\nX-Injected: 1",
    "wildcards": "%_%\\",
    "surrogates": "\U0001f98a" * 50,
    "arabic ligature": "ﷺ" * 100,
    "two hundred": "a " * 99,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_only_text(stack: Stack, name: str) -> None:
    for path, key in (("rpc/search_products", "query"), ("rpc/suggest_products", "prefix")):
        for answer in (
            _get(stack, path, **{key: HOSTILE[name]}),
            httpx.post(
                f"{stack.url}/rest/v1/{path}",
                json={key: HOSTILE[name]},
                headers={"apikey": stack.publishable_key},
                timeout=30,
            ),
        ):
            assert answer.status_code == 200, answer.text
            assert "x-injected" not in answer.headers


def test_what_postgrest_takes_for_a_filter(stack: Stack) -> None:
    """By GET, an argument that begins like a filter is one: refused, and by POST it is text."""
    answer = _get(stack, "rpc/search_products", query="eq.1")
    assert (answer.status_code, answer.json()["code"]) == (400, "42703")
    posted = httpx.post(
        f"{stack.url}/rest/v1/rpc/search_products",
        json={"query": "eq.1"},
        headers={"apikey": stack.publishable_key},
    )
    assert posted.status_code == 200


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


REFUSED = [
    ({"query": "a" * 201}, 422, "query_too_long"),
    ({"query": "a" * 7000}, 422, "query_too_long"),
    ({"query": "-mug"}, 422, "query_needs_a_word"),
    ({"sort": "price_asc"}, 422, "currency_required"),
    ({"sort": "price_asc,id.desc"}, 422, "invalid_sort"),
    ({"currency": "e'r"}, 422, "invalid_currency"),
    ({"min_price": "-1", "currency": "eur"}, 422, "invalid_price"),
    ({"min_price": "1e3", "currency": "eur"}, 400, "22P02"),
    ({"min_price": "9" * 30, "currency": "eur"}, 400, "22003"),
    ({"min_rating": "NaN"}, 422, "invalid_rating"),
    ({"min_rating": "Infinity"}, 422, "invalid_rating"),
    ({"kind": "digital;"}, 422, "invalid_kind"),
    ({"country": "D%"}, 422, "invalid_country"),
    ({"category": "a.b.c.*"}, 404, "category_not_found"),
    ({"shop": "../x"}, 404, "shop_not_found"),
    ({"page_size": "1000"}, 422, "invalid_page_size"),
    ({"after": "%00"}, 422, "invalid_cursor"),
    ({"after": _cursor({"h": "x", "k": "1", "i": "2"})}, 422, "invalid_cursor"),
    ({"after": _cursor([])}, 422, "invalid_cursor"),
    ({"after": _cursor("\ud800")}, 422, "invalid_cursor"),
    ({"after": base64.b64encode(b"\xff\x00{").decode()}, 422, "invalid_cursor"),
    ({"no_such": "1"}, 404, "PGRST202"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[2]} {str(case[0])[:40]}")
def test_refusals(stack: Stack, case: tuple[dict[str, str], int, str]) -> None:
    params, status, code = case
    answer = _get(stack, "rpc/search_products", **params)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert "public" not in answer.headers.get("cache-control", ""), "no refusal is kept"


def test_a_nul_is_refused(stack: Stack) -> None:
    for body in (b'{"query": "a\\u0000b"}', b'{"query": "\\u0000"}'):
        answer = httpx.post(
            f"{stack.url}/rest/v1/rpc/search_products",
            content=body,
            headers={"apikey": stack.publishable_key, "Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "22P05"), answer.text
    answer = httpx.get(
        f"{stack.url}/rest/v1/rpc/search_products?query=a%00b",
        headers={"apikey": stack.publishable_key},
    )
    assert 400 <= answer.status_code < 500, answer.text


def test_what_a_shared_cache_may_keep(stack: Stack, seller: Seller) -> None:
    for path in (
        "products?limit=1",
        "shops?select=id&limit=1",
        "categories?limit=1",
        "product_variants?limit=1",
        "product_images?limit=1",
        "rpc/search_products?query=mug",
    ):
        visitor = _get(stack, path)
        assert visitor.headers["cache-control"] == PUBLIC, path
        assert "Authorization" in visitor.headers["vary"], path
        member = _get(stack, path, seller.token)
        assert member.headers["cache-control"] == "private, no-store", path
        assert "Authorization" in member.headers["vary"], path
        secret = httpx.get(
            f"{stack.url}/rest/v1/{path}", headers={"apikey": stack.secret_key}, timeout=30
        )
        assert "public" not in secret.headers.get("cache-control", ""), path
    for path in ("profiles?limit=1", "", "orders?limit=1"):
        assert "public" not in _get(stack, path).headers.get("cache-control", ""), path
    refused = _get(stack, "products?no_such=eq.1")
    assert refused.status_code == 400
    assert "public" not in refused.headers.get("cache-control", "")
    posted = httpx.post(
        f"{stack.url}/rest/v1/rpc/search_products",
        json={"query": "mug"},
        headers={"apikey": stack.publishable_key},
    )
    assert posted.headers["cache-control"] == "private, no-store"
