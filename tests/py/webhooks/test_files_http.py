"""Uploads and downloads on the running stack."""

import hashlib
import uuid
from collections.abc import Callable
from urllib.parse import urljoin

import httpx
import pytest
from flask import Flask

from seeds.actors import Buyer, Json, Seller, checked
from tests.py.webhooks import files
from tests.py.webhooks.conftest import NOWHERE, outcome
from tests.support.people import at_once
from tests.support.stack import Stack


def _announce(seller: Seller, product: Json, content: bytes, **changed: object) -> Json:
    body = {
        "product_id": product["id"],
        "file_name": "book.pdf",
        "size_bytes": len(content),
        "mime": "application/pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    begun: Json = checked(seller.call("POST", "/v1/uploads", body | changed), 201).json()
    return begun


def _put(seller: Seller, begun: Json, content: bytes) -> httpx.Response:
    upload = begun["upload"]
    return httpx.request(
        upload["method"],
        urljoin(seller.site.url, upload["url"]),
        content=content,
        headers=upload["headers"],
        timeout=30,
    )


def _complete(seller: Seller, begun: Json) -> httpx.Response:
    return seller.call("POST", f"/v1/uploads/{begun['file_id']}/complete")


@pytest.fixture
def product(seller: Seller, shop: Json) -> Json:
    return seller.add_product(shop["id"], "A book")


def test_completed_before_it_is_there(seller: Seller, product: Json) -> None:
    begun = _announce(seller, product, files.PDF)
    assert outcome(_complete(seller, begun)) == (409, "upload_missing")
    checked(_put(seller, begun, files.PDF))
    done = checked(_complete(seller, begun)).json()
    assert (done["status"], done["size_bytes"]) == ("ready", len(files.PDF))
    assert checked(_complete(seller, begun)).json() == done


def test_completed_many_times_at_once(seller: Seller, product: Json) -> None:
    begun = _announce(seller, product, files.PDF)
    checked(_put(seller, begun, files.PDF))
    answers = at_once(lambda _: _complete(seller, begun), range(8), 8)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    ("content", "announced", "code"),
    [
        (files.with_root(OpenAction=files.JAVASCRIPT), None, "active_content"),
        (files.MZ, None, "executable_content"),
        (files.PDF, files.PDF + b" ", "size_mismatch"),
        (files.PDF, files.PDF[:-1] + b"#", "checksum_mismatch"),
        (files.png(), None, "type_mismatch"),
    ],
    ids=["script", "program", "size", "checksum", "type"],
)
def test_refused_and_kept_so(
    stack: Stack, seller: Seller, product: Json, content: bytes, announced: bytes | None, code: str
) -> None:
    begun = _announce(seller, product, announced or content)
    checked(_put(seller, begun, content))
    for _ in range(2):
        assert outcome(_complete(seller, begun)) == (422, code)
    kept = stack.rows(
        "select status::text, rejection from public.product_files where id = %s",
        [begun["file_id"]],
    )
    assert kept == [{"status": "rejected", "rejection": code}]
    # Nothing can be put in its place afterwards.
    assert _put(seller, begun, files.PDF).is_error


def test_a_type_nobody_takes(seller: Seller, product: Json) -> None:
    begun = _announce(seller, product, b"<svg/>", mime="image/svg+xml", file_name="a.svg")
    checked(_put(seller, begun, b"<svg/>"))
    assert outcome(_complete(seller, begun)) == (422, "type_not_allowed")


def _bought(seller: Seller, shop: Json, buyer: Buyer) -> tuple[str, str]:
    product = seller.sell_pdf(shop["id"], "Downloaded", 1500)
    buyer.buy(product["variant"]["id"])
    item = buyer.library()[0]["order_item_id"]
    checked(buyer.fetch(buyer.token_for(item)))
    return item, buyer.token_for(item)


def _used(stack: Stack, item: str) -> int:
    return int(
        stack.value(
            "select downloads_used from public.download_grants where order_item_id = %s", [item]
        )
    )


def test_storage_away_counts_once(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer, app_of: Callable[..., Flask]
) -> None:
    item, token = _bought(seller, shop, buyer)
    before = _used(stack, item)
    headers = {"User-Agent": "The same browser"}
    away = app_of(supabase_url=NOWHERE, trusted_proxies=0).test_client()
    refused = away.get(f"/v1/downloads/{token}", headers=headers)
    assert outcome(refused) == (503, "storage_unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    granted = httpx.get(f"{stack.url}/v1/downloads/{token}", headers=headers)
    assert granted.status_code == 302
    assert granted.headers["Cache-Control"] == "no-store"
    assert granted.headers["Referrer-Policy"] == "no-referrer"
    assert _used(stack, item) == before + 1
    file = httpx.get(granted.headers["Location"])
    assert "book.pdf" in file.headers["Content-Disposition"]


def test_a_look_counts_nothing(stack: Stack, seller: Seller, shop: Json, buyer: Buyer) -> None:
    item, token = _bought(seller, shop, buyer)
    before = _used(stack, item)
    address = f"{stack.url}/v1/downloads/{token}"
    for _ in range(3):
        look = httpx.head(address, headers={"User-Agent": "Link preview"})
        assert (look.status_code, look.headers.get("Location")) == (204, None)
    assert _used(stack, item) == before
    assert httpx.get(address, headers={"User-Agent": "Link preview"}).status_code == 302
    assert _used(stack, item) == before + 1


def test_the_request_id_reaches_the_database(stack: Stack) -> None:
    mark = f"trace-{uuid.uuid4().hex}"
    answer = httpx.get(
        f"{stack.url}/v1/downloads/{uuid.uuid4().hex}", headers={"X-Request-Id": mark}
    )
    assert outcome(answer) == (404, "token_unknown")
    assert answer.headers["X-Request-Id"] == mark
    rows = stack.rows(
        "select code, host(ip) as ip from private.download_attempts where request_id = %s", [mark]
    )
    assert rows == [{"code": "token_unknown", "ip": "127.0.0.1"}]
