"""The stripe SDK, unmodified, against what the stack talks to."""

import stripe
from stripe import RequestsClient, StripeClient

from seeds.actors import Buyer, Json, Seller, checked
from tests.support.stack import Stack


def test_the_objects_behind_a_purchase(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer
) -> None:
    client = StripeClient(
        stack.layout.credentials.stripe_key,
        base_addresses={"api": f"http://127.0.0.1:{stack.layout.ports.stripe}"},
        http_client=RequestsClient(timeout=10),
    )
    product = seller.sell_pieces(shop["id"], "By SDK", 4321, 3)
    buyer.add_to_cart(product["variant"]["id"])
    checkout = checked(buyer.checkout()).json()
    intent = client.v1.payment_intents.retrieve(checkout["payment_intent_id"])
    assert (intent.amount, intent.currency, intent.transfer_group) == (
        4321,
        "usd",
        checkout["order_id"],
    )
    assert intent.metadata["order_id"] == checkout["order_id"]
    checked(buyer.pay(checkout))
    buyer.wait_paid(checkout["order_id"])
    paid = client.v1.payment_intents.retrieve(
        checkout["payment_intent_id"], {"expand": ["latest_charge.balance_transaction"]}
    )
    assert paid.status == "succeeded"
    charge = paid.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.net == 4321 - charge.balance_transaction.fee
    booked = stack.value(
        "select c.stripe_fee_amount from private.payment_charges as c "
        "where c.stripe_charge_id = %s",
        [charge.id],
    )
    assert booked == charge.balance_transaction.fee
    account = client.v2.core.accounts.retrieve(
        str(
            stack.value(
                "select stripe_account_id from public.shop_payment_accounts where shop_id = %s",
                [shop["id"]],
            )
        )
    )
    assert account.metadata is not None
    assert account.metadata["shop_id"] == shop["id"]
