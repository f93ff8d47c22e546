"""CSRF: a foreign Origin may not send changes, an allowed one may; reading is open."""

import httpx
import pytest

from seeds.actors import Buyer
from tests.support.stack import Stack

FOREIGN = "https://evil.example"
ALLOWED = "http://localhost:3000"


def _rest(stack: Stack, buyer: Buyer, method: str, path: str, origin: str | None) -> httpx.Response:
    headers = {
        "apikey": stack.publishable_key,
        "Authorization": f"Bearer {buyer.token}",
        **({"Origin": origin} if origin else {}),
    }
    body = {"bio": "hello"} if method == "PATCH" else None
    return httpx.request(method, f"{stack.url}/rest/v1/{path}", json=body, headers=headers)


@pytest.mark.parametrize(("origin", "status"), [(None, 204), (ALLOWED, 204), (FOREIGN, 403)])
def test_changes_through_postgrest(
    stack: Stack, buyer: Buyer, origin: str | None, status: int
) -> None:
    answer = _rest(stack, buyer, "PATCH", f"profiles?id=eq.{buyer.id}", origin)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "origin_refused"
    written = stack.value("select bio from public.profiles where id = %s", [buyer.id])
    assert written == ("" if status == 403 else "hello")


def test_reading_is_open(stack: Stack, buyer: Buyer) -> None:
    answer = _rest(stack, buyer, "GET", "shops?select=id&limit=1", FOREIGN)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("origin", "status", "code"),
    [
        (None, 409, "cart_empty"),
        (ALLOWED, 409, "cart_empty"),
        (FOREIGN, 403, "origin_refused"),
        ("null", 403, "origin_refused"),
    ],
)
def test_changes_through_the_webhook_service(
    buyer: Buyer, origin: str | None, status: int, code: str
) -> None:
    headers = {"Idempotency-Key": "origin-test", **({"Origin": origin} if origin else {})}
    answer = buyer.call("POST", "/v1/checkout", {}, headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(("origin", "allowed"), [(ALLOWED, True), (FOREIGN, False)])
def test_preflight(stack: Stack, origin: str, allowed: bool) -> None:
    answer = httpx.options(
        f"{stack.url}/v1/checkout",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key,content-type",
        },
    )
    shown = answer.headers.get("access-control-allow-origin")
    assert (shown == origin) is allowed
    if allowed:
        assert "idempotency-key" in answer.headers["access-control-allow-headers"].lower()
