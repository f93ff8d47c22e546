"""Every resource, made through the SDK, has at least the fields of Stripe's own samples.

`fields.json` holds the names of the fields of each sample object of stripe/openapi (`fixtures3`,
commit f6c2a48f), nested ones below their parent; the keys of metadata and the names of capabilities
are data and not listed. An inner object that is null here, where the
sample shows one, is a legal value of a nullable field: then only the field itself is compared.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.py.sandboxes.stripe.conftest import World

FIELDS: dict[str, Any] = json.loads(Path(__file__).with_name("fields.json").read_text())
LINK = {"refresh_url": "http://shop.test/r", "return_url": "http://shop.test/b"}


def missing(wanted: dict[str, Any], found: Any, path: str) -> list[str]:
    """Fields of the sample that the object lacks."""
    lacks = []
    for name, inner in wanted.items():
        where = f"{path}.{name}"
        if name not in found:
            lacks.append(where)
        elif inner and isinstance(found[name], dict):
            lacks += missing(inner, found[name], where)
    return lacks


def account(world: World) -> Any:
    return world.client.v1.accounts.retrieve(world.seller())


def bank_account(world: World) -> Any:
    return account(world).external_accounts.data[0]


def capability(world: World) -> Any:
    return world.client.v1.accounts.capabilities.retrieve(world.seller(), "transfers")


def account_link(world: World) -> Any:
    return world.client.v1.account_links.create(
        {"account": world.seller(), "type": "account_onboarding", **LINK}  # type: ignore[typeddict-item]
    )


def login_link(world: World) -> Any:
    return world.client.v1.accounts.login_links.create(world.seller())


def charge(world: World) -> Any:
    return world.client.v1.charges.retrieve(
        str(world.paid().latest_charge), {"expand": ["refunds"]}
    )


def balance_transaction(world: World) -> Any:
    return world.client.v1.balance_transactions.list({"limit": 1, "source": charge(world).id}).data[
        0
    ]


def payment_method(world: World) -> Any:
    return world.client.v1.payment_methods.retrieve(str(world.paid().payment_method))


def refund(world: World) -> Any:
    return world.client.v1.refunds.create({"payment_intent": world.paid().id, "amount": 5})


def transfer(world: World) -> Any:
    return world.client.v1.transfers.create(
        {
            "amount": 100,
            "currency": "usd",
            "destination": world.seller(),
            "source_transaction": charge(world).id,
        }
    )


def transfer_reversal(world: World) -> Any:
    return world.client.v1.transfers.reversals.create(transfer(world).id, {"amount": 10})


def event(world: World) -> Any:
    intent = world.intent()
    return world.client.v1.events.retrieve(world.events_about(intent.id)[0]["id"])


def webhook_endpoint(world: World) -> Any:
    made = world.client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/never", "enabled_events": ["payout.paid"]}
    )
    assert made.secret is not None
    found = world.client.v1.webhook_endpoints.retrieve(made.id)
    world.client.v1.webhook_endpoints.delete(made.id)
    return found


MAKERS: list[Callable[[World], Any]] = [
    account,
    account_link,
    balance_transaction,
    bank_account,
    capability,
    charge,
    event,
    login_link,
    payment_method,
    refund,
    transfer,
    transfer_reversal,
    webhook_endpoint,
]


def test_no_resource_of_the_data_is_left_out() -> None:
    made = {maker.__name__ for maker in MAKERS} | {"balance", "payment_intent"}
    assert made == set(FIELDS)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_an_object_has_the_fields_of_stripes_sample(
    world: World, maker: Callable[[World], Any]
) -> None:
    found = maker(world).to_dict()
    assert found["object"] == maker.__name__
    assert missing(FIELDS[maker.__name__], found, maker.__name__) == []


def test_the_balance_and_intents_in_every_state_have_them_too(world: World) -> None:
    assert missing(FIELDS["balance"], world.client.v1.balance.retrieve().to_dict(), "balance") == []
    for intent in (
        world.intent(),
        world.paid(),
        world.paid(method="pm_card_authenticationRequired"),
        world.paid(method="pm_usBankAccount_success"),
        world.client.v1.payment_intents.cancel(world.intent().id),
    ):
        lacks = missing(FIELDS["payment_intent"], intent.to_dict(), "payment_intent")
        assert lacks == [], intent.status


def test_a_field_that_is_not_there_is_noticed() -> None:
    assert missing({"a": None, "b": {"c": None}}, {"b": {}}, "x") == ["x.a", "x.b.c"]
    assert missing({"b": {"c": None}}, {"b": None}, "x") == []
