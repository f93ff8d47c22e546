"""What is asked of Stripe twice is made once: the idempotency key goes with the request."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.py.sandboxes.running import running as running_sandbox
from tests.py.webhooks.conftest import running, settings_without_stack
from webhooks import checkout, onboarding

SECRET = "sk_test_of_the_keys"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app whose only neighbour is Stripe's sandbox."""
    data = tmp_path_factory.mktemp("stripe")
    environment = {
        "STRIPE_SANDBOX_KEY": SECRET,
        "STRIPE_SANDBOX_PUBLISHABLE": "pk_test_of_the_keys",
    }
    with running_sandbox("local.stripe_sandbox", data, environment) as sandbox:
        settings = settings_without_stack(stripe_secret_key=SECRET, stripe_api_base=sandbox.url)
        with running(settings) as made:
            yield made


def test_one_payment_intent_for_an_order(app: Flask) -> None:
    order = {
        "order_id": str(uuid.uuid4()),
        "amount": 1999,
        "currency": "eur",
        "payment_intent_id": None,
    }
    with app.app_context():
        first, again = (checkout._payment_intent(order) for _ in range(2))
        other = checkout._payment_intent({**order, "order_id": str(uuid.uuid4())})
    assert first.id == again.id
    assert other.id != first.id


def test_one_account_for_a_shop(app: Flask) -> None:
    shop = {"shop_id": str(uuid.uuid4()), "shop_name": "A shop", "email": "owner@example.test"}
    with app.app_context():
        first, again = (onboarding._create(shop, "DE") for _ in range(2))
        renamed = onboarding._create({**shop, "shop_name": "Another name"}, "DE")
    assert first["id"] == again["id"]
    assert renamed["id"] != first["id"]
