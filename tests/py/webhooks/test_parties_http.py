"""Onboarding at Stripe, Pusher's authorisations."""

import base64
import json
from collections.abc import Callable

import httpx
import pusher
import pytest
from flask import Flask

from seeds.actors import Buyer, Seller, checked
from tests.py.webhooks.conftest import NOWHERE, outcome
from tests.support.people import at_once
from tests.support.stack import Stack
from webhooks.pusher_auth import sign


def test_onboarding_many_times_at_once_makes_one_account(stack: Stack, seller: Seller) -> None:
    shop = seller.create_shop("Impatient")
    path = f"/v1/shops/{shop['id']}/onboarding"
    answers = at_once(lambda _: seller.call("POST", path, {"country": "DE"}), range(6), 6)
    assert {answer.status_code for answer in answers} <= {200, 503}
    state = checked(seller.call("GET", path)).json()
    assert state["state"] == "requirements_due"
    assert state["country"] == "DE"
    assert state["requirements"]["due"]
    again = checked(seller.call("POST", path)).json()
    assert again["state"] == "requirements_due"
    kept = stack.value(
        "select stripe_account_id from public.shop_payment_accounts where shop_id = %s",
        [shop["id"]],
    )
    assert state["stripe_account_id"] == kept


def test_onboarding_refusals(seller: Seller, app_of: Callable[..., Flask]) -> None:
    shop = seller.create_shop("Early")
    path = f"/v1/shops/{shop['id']}"
    missing = seller.call("POST", f"{path}/dashboard-link")
    assert outcome(missing) == (409, "payment_account_missing")
    wrong = seller.call("POST", f"{path}/onboarding", {"country": "Germany"})
    assert outcome(wrong) == (422, "invalid_request")
    away = app_of(stripe_api_base=NOWHERE).test_client()
    refused = away.post(f"{path}/onboarding", headers={"Authorization": f"Bearer {seller.token}"})
    assert outcome(refused) == (503, "stripe_unavailable")
    nothing = checked(seller.call("GET", f"{path}/onboarding")).json()
    assert (nothing["state"], nothing["stripe_account_id"]) == ("none", None)


def _auth(buyer: Buyer, **fields: str) -> httpx.Response:
    """As pusher-js sends it: a form."""
    return httpx.post(
        f"{buyer.site.url}/v1/pusher/auth",
        data=fields,
        headers={"Authorization": f"Bearer {buyer.token}"},
        timeout=30,
    )


def test_forms_and_json_give_the_same(stack: Stack, buyer: Buyer) -> None:
    fields = {"socket_id": "123.456", "channel_name": f"private-user-{buyer.id}"}
    by_form = checked(_auth(buyer, **fields)).json()
    assert checked(buyer.call("POST", "/v1/pusher/auth", fields)).json() == by_form
    secrets = stack.layout.credentials
    signer = pusher.Pusher("1", secrets.pusher_key, secrets.pusher_secret)
    assert by_form == signer.authenticate(fields["channel_name"], fields["socket_id"])


@pytest.mark.parametrize(
    ("socket_id", "channel", "expected"),
    [
        ("1.2", "private-user-{other}", (403, "channel_refused")),
        ("1.2", "private-user-{me}x", (403, "channel_refused")),
        ("1.2", "private-encrypted-user-{me}", (403, "channel_refused")),
        ("1.2", "presence-thread-{me}", (403, "channel_refused")),
        ("1.2", "public", (422, "invalid_request")),
        ("1.2", "private-user-{me}\n", (422, "invalid_request")),
        ("1.2", "private-a:b", (422, "invalid_request")),
        ("1.2:private-user", "private-user-{me}", (422, "invalid_request")),
        ("1.2\n", "private-user-{me}", (422, "invalid_request")),
        ("", "private-user-{me}", (422, "invalid_request")),
    ],
)
def test_channels_that_are_refused(
    buyer: Buyer, seller: Seller, socket_id: str, channel: str, expected: tuple[int, str]
) -> None:
    name = channel.format(me=buyer.id, other=seller.id)
    assert outcome(_auth(buyer, socket_id=socket_id, channel_name=name)) == expected


def test_user_authentication(stack: Stack, buyer: Buyer) -> None:
    made = checked(buyer.call("POST", "/v1/pusher/user-auth", {"socket_id": "1.2"})).json()
    assert json.loads(made["user_data"]) == {"id": buyer.id}
    secrets = stack.layout.credentials
    signer = pusher.Pusher("1", secrets.pusher_key, secrets.pusher_secret)
    assert made == signer.authenticate_user("1.2", {"id": buyer.id})


def test_the_secret_of_an_encrypted_channel_is_text() -> None:
    key = base64.b64encode(b"k" * 32).decode()
    signer = pusher.Pusher("1", "key", "secret", encryption_master_key_base64=key)
    made = sign(signer, "private-encrypted-a", "1.2", None).model_dump(mode="json")
    assert len(base64.b64decode(made["shared_secret"])) == 32
    assert made["channel_data"] is None


def test_a_presence_channel_says_who_it_is() -> None:
    member = {"user_id": "me", "user_info": {"handle": "ines"}}
    made = sign(pusher.Pusher("1", "key", "secret"), "presence-thread-1", "1.2", member)
    assert json.loads(made.channel_data or "") == member
    assert made.shared_secret is None
    plain = sign(pusher.Pusher("1", "key", "secret"), "presence-thread-1", "1.2", None)
    assert made.auth != plain.auth
