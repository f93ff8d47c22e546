"""Refunds, transfers, reversals: the limits hold and the balances add up."""

from typing import Any

import pytest
import stripe

from tests.py.sandboxes.stripe.conftest import World, together


def total(world: World, account: str | None = None) -> int:
    options: Any = {"stripe_account": account} if account else {}
    balance: Any = world.client.v1.balance.retrieve(options=options)
    return sum(
        each.amount for each in [*balance.available, *balance.pending] if each.currency == "usd"
    )


def entries(world: World, account: str | None = None) -> int:
    options: Any = {"stripe_account": account} if account else {}
    found = world.client.v1.balance_transactions.list({"limit": 100, "currency": "usd"}, options)
    return sum(each.net for each in found.auto_paging_iter())


def transfer(world: World, seller: str, charge: Any, amount: int) -> stripe.Transfer:
    return world.client.v1.transfers.create(
        {
            "amount": amount,
            "currency": "usd",
            "destination": seller,
            "source_transaction": str(charge),
        }
    )


def test_a_purchase_shared_among_sellers_adds_up(own: World) -> None:
    one, two = own.seller(), own.seller()
    intent = own.paid(10_000, transfer_group="order-7")
    first = transfer(own, one, intent.latest_charge, 5_500)
    transfer(own, two, intent.latest_charge, 3_600)
    assert first.transfer_group == "order-7"
    assert total(own) == 10_000 - 320 - 5_500 - 3_600
    assert (total(own, one), total(own, two)) == (5_500, 3_600)
    own.client.v1.refunds.create({"payment_intent": intent.id, "amount": 2_000})
    own.client.v1.transfers.reversals.create(first.id, {"amount": 1_100})
    assert total(own) == 10_000 - 320 - 5_500 - 3_600 - 2_000 + 1_100
    assert total(own, one) == 4_400
    for account in (None, one, two):
        assert entries(own, account) == total(own, account)
    kinds = [event["type"] for event in own.events_about(first.id)]
    assert sorted(kinds) == ["transfer.created", "transfer.reversed"]


def test_pending_money_becomes_available(own: World) -> None:
    seller = own.seller()
    own.paid(10_000)
    params: Any = {"amount": 1_000, "currency": "usd", "destination": seller}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        own.client.v1.transfers.create(params)
    assert caught.value.code == "balance_insufficient"
    own.control("POST", "/clock", {"seconds": 172_801})
    assert own.client.v1.balance.retrieve().available[0].amount == 9_680
    own.client.v1.transfers.create(params)
    own.paid(500, method="pm_card_bypassPending")
    own.paid(700)
    assert own.client.v1.balance.retrieve().available[0].amount == 8_680 + 500 - 45
    assert own.control("POST", "/settle")["settled"] == 1
    assert own.client.v1.balance.retrieve().pending[0].amount == 0


def test_no_more_is_refunded_than_was_charged(world: World) -> None:
    intent = world.paid(1_000)
    refunds = world.client.v1.refunds
    with pytest.raises(
        stripe.InvalidRequestError, match=r"\(\$10\.01\) is greater than charge amount"
    ):
        refunds.create({"payment_intent": intent.id, "amount": 1_001})
    assert refunds.create({"payment_intent": intent.id, "amount": 400}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="unrefunded amount"):
        refunds.create({"charge": str(intent.latest_charge), "amount": 601})
    last = refunds.create({"charge": str(intent.latest_charge), "reason": "requested_by_customer"})
    assert (last.amount, last.reason) == (600, "requested_by_customer")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"
    charge = world.client.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 1_000)
    assert charge.refunds is not None
    assert [each.amount for each in charge.refunds.data] == [600, 400]
    kinds = [event["type"] for event in world.events_about(charge.id)]
    assert sorted(kinds) == ["charge.refunded", "charge.refunded", "charge.succeeded"]


def test_refunds_at_the_same_moment_stay_within_the_charge(world: World) -> None:
    intent = world.paid(1_000)
    answers = together(
        8,
        lambda _: world.client.v1.refunds.create({"payment_intent": intent.id, "amount": 300}),
    )
    assert sum(isinstance(answer, stripe.Refund) for answer in answers) == 3


def test_what_was_not_paid_is_not_refunded(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        world.client.v1.refunds.create({"payment_intent": world.intent().id})


def test_a_refund_may_fail_later(world: World) -> None:
    with world.settings(processing_seconds=0.05):
        intent = world.paid(1_000, method="pm_card_refundFail")
        made = world.client.v1.refunds.create({"payment_intent": intent.id})
        kinds = {event["type"] for event in world.events_about(made.id)}
    assert made.status == "succeeded"
    assert kinds == {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
    assert world.client.v1.refunds.retrieve(made.id).status == "failed"
    charge = world.client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (False, 0)
    booked = world.client.v1.balance_transactions.list({"source": made.id}).data
    assert sorted(each.amount for each in booked) == [-1_000, 1_000]


def test_transfers_need_the_capability(world: World) -> None:
    charge = world.paid(1_000).latest_charge
    made = world.client.v1.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    with pytest.raises(stripe.InvalidRequestError) as caught:
        transfer(world, made.id, charge, 500)
    assert caught.value.code == "insufficient_capabilities_for_transfer"


def test_transfers_stay_within_their_source(world: World) -> None:
    seller, charge = world.seller(), world.paid(1_000).latest_charge
    transfer(world, seller, charge, 700)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        transfer(world, seller, charge, 301)
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        world.client.v1.transfers.create(
            {
                "amount": 10,
                "currency": "eur",
                "destination": seller,
                "source_transaction": str(charge),
            }
        )
    assert transfer(world, seller, charge, 300).amount == 300


def test_no_more_is_reversed_than_was_transferred(world: World) -> None:
    seller, charge = world.seller(), world.paid(1_000).latest_charge
    sent = transfer(world, seller, charge, 800)
    reversals = world.client.v1.transfers.reversals
    reversals.create(sent.id, {"amount": 300, "metadata": {"why": "refund"}})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
        reversals.create(sent.id, {"amount": 501})
    reversals.create(sent.id)
    after = world.client.v1.transfers.retrieve(sent.id)
    assert (after.reversed, after.amount_reversed) == (True, 800)
    assert [each.amount for each in after.reversals.data] == [500, 300]
    with pytest.raises(stripe.InvalidRequestError):
        reversals.create(sent.id, {"amount": 1})
    payment = world.client.v1.charges.retrieve(
        str(after.destination_payment), options={"stripe_account": seller}
    )
    assert (payment.refunded, payment.amount_refunded) == (True, 800)


def test_a_fee_may_be_known_later(world: World) -> None:
    with world.settings(fee_delay_seconds=0.2):
        intent = world.paid(1_000)
        charge = world.client.v1.charges.retrieve(str(intent.latest_charge))
        assert charge.balance_transaction is None
        told = world.events_about(charge.id)
    last = told[-1]
    assert last["type"] == "charge.updated"
    assert last["data"]["previous_attributes"] == {"balance_transaction": None}
    entry = world.client.v1.balance_transactions.retrieve(
        last["data"]["object"]["balance_transaction"]
    )
    assert entry.fee == 59
    first = next(event for event in told if event["type"] == "charge.succeeded")
    assert first["data"]["object"]["balance_transaction"] is None, "an event is a snapshot"


def test_lists_are_paged_newest_first(own: World) -> None:
    made = [own.intent(1_000 + number).id for number in range(7)]
    intents = own.client.v1.payment_intents
    first = intents.list({"limit": 3})
    assert [each.id for each in first.data] == made[:3:-1]
    assert first.has_more
    rest = intents.list({"limit": 3, "starting_after": first.data[-1].id})
    assert [each.id for each in rest.data] == made[3:0:-1]
    back = intents.list({"limit": 2, "ending_before": made[3]})
    assert [each.id for each in back.data] == [made[5], made[4]]
    assert [each.id for each in intents.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    assert intents.list({"created": {"lt": 1_000}}).data == []
    assert len(intents.list({"created": {"gte": 1_000}}).data) == 7
    for params in ({"limit": 0}, {"limit": 101}, {"starting_after": "pi_nope"}):
        with pytest.raises(stripe.InvalidRequestError):
            intents.list(params)  # type: ignore[arg-type]
