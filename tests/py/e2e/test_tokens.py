"""Forged, expired and foreign tokens; the keys of the gateway."""

import time

import httpx
import jwt
import pytest

from seeds.actors import Buyer
from tests.support.people import token_for
from tests.support.stack import Stack


def _get(stack: Stack, token: str) -> httpx.Response:
    return httpx.get(
        f"{stack.url}/rest/v1/carts?select=*",
        headers={"apikey": stack.publishable_key, "Authorization": f"Bearer {token}"},
    )


def _forgeries(stack: Stack, user_id: str) -> dict[str, str]:
    claims = {"sub": user_id, "role": "authenticated", "aud": "authenticated"}
    future = int(time.time()) + 600
    return {
        "wrong secret": jwt.encode(claims | {"exp": future}, "x" * 32, algorithm="HS256"),
        "no signature": jwt.encode(claims | {"exp": future}, "", algorithm="none"),
        "expired": token_for(stack, user_id, exp=int(time.time()) - 60),
        "postgres' role": jwt.encode(
            claims | {"role": "postgres", "exp": future},
            stack.layout.credentials.jwt_secret,
            algorithm="HS256",
        ),
        "not a token": "abc.def.ghi",
    }


@pytest.mark.parametrize(
    "kind", ["wrong secret", "no signature", "expired", "postgres' role", "not a token"]
)
def test_a_forged_token_opens_nothing(stack: Stack, buyer: Buyer, kind: str) -> None:
    forged = _forgeries(stack, buyer.id)[kind]
    assert _get(stack, forged).status_code in (401, 403)
    checkout = httpx.post(
        f"{stack.url}/v1/checkout",
        json={},
        headers={"Authorization": f"Bearer {forged}", "Idempotency-Key": "forged-token"},
    )
    assert checkout.status_code == 401, checkout.text
    assert _get(stack, buyer.token).status_code == 200


def test_keys(stack: Stack) -> None:
    address = f"{stack.url}/rest/v1/shops?select=id&limit=1"
    assert httpx.get(address).status_code == 401
    assert httpx.get(address, headers={"apikey": "sb_publishable_wrong"}).status_code == 401
    assert httpx.get(address, headers={"apikey": stack.publishable_key}).status_code == 200
    orders = f"{stack.url}/rest/v1/orders?select=id&limit=1"
    assert httpx.get(orders, headers={"apikey": stack.publishable_key}).status_code == 401
    assert httpx.get(orders, headers={"apikey": stack.secret_key}).status_code == 200
