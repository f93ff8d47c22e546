"""Rate limits and bounds, over HTTP."""

from collections import Counter

import httpx
import pytest

from seeds.actors import Buyer
from tests.support.people import at_once
from tests.support.stack import Stack


def _write(stack: Stack, buyer: Buyer) -> httpx.Response:
    return httpx.patch(
        f"{stack.url}/rest/v1/profiles?id=eq.{buyer.id}",
        json={"bio": "again"},
        headers={"apikey": stack.publishable_key, "Authorization": f"Bearer {buyer.token}"},
        timeout=30,
    )


def test_writes_are_limited_per_person(stack: Stack, buyer: Buyer) -> None:
    # Most of the burst is used up already, as if by 290 writes a moment ago.
    stack.rows(
        "insert into private.rate_limits (key, tat) "
        "values (%s, clock_timestamp() + interval '1 minute' * 290 / 300)",
        [f"rest_write:{buyer.id}"],
    )
    answers = at_once(lambda _: _write(stack, buyer), range(40), 10)
    counted = Counter(answer.status_code for answer in answers)
    # Refilled at five a second while the test runs.
    assert 10 <= counted[204] <= 35
    assert counted[429] == 40 - counted[204]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) >= 1


def test_another_person_is_not_limited(stack: Stack, buyer: Buyer) -> None:
    assert _write(stack, buyer).status_code == 204


def test_checkouts_are_limited(stack: Stack, buyer: Buyer) -> None:
    stack.rows(
        "insert into private.rate_limits (key, tat) "
        "values (%s, clock_timestamp() + interval '1 minute')",
        [f"checkout:{buyer.id}"],
    )
    answer = buyer.checkout()
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) >= 1


LONG_NAME = "parameter_name_too_long"
BOUNDS = {
    "a long address": ("GET", "shops?select=" + "a" * 9000, None, 414, "url_too_long"),
    "a long parameter name": ("GET", f"shops?{'a' * 200}=eq.1", None, 400, LONG_NAME),
    "a long argument name": ("POST", "rpc/cart_add", '{"%s": 1}' % ("a" * 5000), 400, LONG_NAME),
    "deep JSON": ("POST", "rpc/cart_add", "[" * 10_000, 400, "json_too_deep"),
    "a huge body": ("POST", "rpc/cart_add", " " * (2 * 1024 * 1024), 413, "body_too_large"),
    "bytes that are not UTF-8": ("GET", "shops?slug=eq.%ff", None, 400, "invalid_utf8"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOUNDS)
def test_bounds_before_postgrest(stack: Stack, buyer: Buyer, kind: str) -> None:
    method, path, body, status, code = BOUNDS[kind]
    answer = httpx.request(
        method,
        f"{stack.url}/rest/v1/{path}",
        content=body,
        headers={
            "apikey": stack.publishable_key,
            "Authorization": f"Bearer {buyer.token}",
            "Content-Type": "application/json",
        },
        timeout=30,
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.elapsed.total_seconds() < 5
