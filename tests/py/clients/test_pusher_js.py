"""pusher-js, unmodified: hears its own order, is refused another's."""

from collections.abc import Callable

from local.demo.listener import Listener
from seeds.actors import Buyer, Json, Seller, checked
from tests.support.stack import Stack


def test_a_buyer_hears_of_their_order_and_of_no_other(
    stack: Stack, seller: Seller, shop: Json, buyers: Callable[[int], list[Buyer]]
) -> None:
    buyer, other = buyers(2)
    variant = seller.sell_pieces(shop["id"], "Loud", 1000, 5)["variant"]["id"]
    for one in (buyer, other):
        one.add_to_cart(variant)
    mine, theirs = (checked(one.checkout()).json() for one in (buyer, other))
    own, foreign = (f"private-order-{order['order_id']}" for order in (mine, theirs))
    with Listener(stack.layout, buyer.token, [own, foreign, f"private-user-{buyer.id}"]) as phone:
        phone.wait("its own channel", subscribed=own)
        phone.wait("its user's channel", subscribed=f"private-user-{buyer.id}")
        phone.wait("the refusal", refused=foreign, status=403)
        for one, order in ((other, theirs), (buyer, mine)):
            checked(one.pay(order))
            one.wait_paid(order["order_id"])
        heard = phone.wait("the event", channel=own, event="order.paid")
        assert heard["data"]["order_id"] == mine["order_id"]
        assert [line for line in phone.lines if theirs["order_id"] in str(line.get("data"))] == []
