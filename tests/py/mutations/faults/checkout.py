"""From cart to order."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

BEGIN = "private.begin_checkout(text, bigint, text)"
CHECK = "private.check_checkout(uuid, bigint)"

CHECKOUT = (
    SqlMutation(
        "key_not_locked",
        "The same key at the same time is carried out once.",
        (
            Rewrite(
                BEGIN,
                "not pg_try_advisory_xact_lock("
                "hashtextextended(v_user || ':checkout:' || p_key, 0))",
                "false",
            ),
        ),
        "race:one_key",
        "23505",
    ),
    SqlMutation(
        "key_for_other_content",
        "A key belongs to the request that it came with.",
        (Rewrite(BEGIN, "v_seen.request_hash <> v_hash", "false"),),
        "functions/checkout.sql",
        "another request does not",
    ),
    SqlMutation(
        "key_of_another",
        "A person's key is another than the next person's.",
        (Rewrite(BEGIN, "k.user_id = v_user and "),),
        "functions/checkout.sql",
        "another person's key is another key",
    ),
    SqlMutation(
        "key_not_kept",
        "A repeated request gives the same order.",
        (Rewrite(BEGIN, "v_seen.key is not null", "false"),),
        "race:one_key",
        "23505",
    ),
    SqlMutation(
        "sixth_open_order",
        "Five unpaid orders are enough.",
        (Rewrite(BEGIN, ") >= 5", ") >= 500"),),
        "functions/checkout.sql",
        "the sixth",
    ),
    SqlMutation(
        "cart_not_locked",
        "One person's checkouts take turns, so that the cap holds.",
        (Rewrite(BEGIN, "where c.user_id = v_user for update", "where c.user_id = v_user"),),
        "race:many_orders",
        "ok",
    ),
    SqlMutation(
        "lines_not_locked",
        "A cart stands still while it is ordered.",
        (Rewrite(BEGIN, "order by i.id for update", "order by i.id"),),
        "race:test_cart_stands_still_while_it_is_ordered",
        "LockNotAvailable",
    ),
    SqlMutation(
        "own_products",
        "A shop does not buy from itself.",
        (Rewrite(CHECK, "m.shop_id = v.shop_id and m.user_id = p_user", "false"),),
        "functions/checkout.sql",
        "a shop does not buy from itself",
    ),
    SqlMutation(
        "bought_twice",
        "A file is not sold to its owner again.",
        (Rewrite(CHECK, "v.kind = 'digital' and ", "false and "),),
        "functions/checkout.sql",
        "a file twice",
    ),
    SqlMutation(
        "never_again",
        "Who lost a download may buy it again.",
        (Rewrite(CHECK, "and g.revoked_at is null"),),
        "functions/checkout.sql",
        "a file that was withdrawn may be bought again",
    ),
    SqlMutation(
        "price_changed",
        "A buyer pays the total that was shown.",
        (Rewrite(CHECK, "p_expected_total is not null", "false"),),
        "functions/checkout.sql",
        "another price than the buyer saw",
    ),
    SqlMutation(
        "off_sale",
        "What is off sale is not ordered.",
        (Rewrite(CHECK, "not v.is_listed", "false"),),
        "functions/checkout.sql",
        "what is off sale",
    ),
    SqlMutation(
        "mixed_currencies",
        "An order has one currency.",
        (Rewrite(CHECK, "v_count > 1", "false"),),
        "functions/checkout.sql",
        "two currencies",
    ),
    SqlMutation(
        "intent_of_another_amount",
        "A PaymentIntent is attached for the order's amount.",
        (
            Rewrite(
                "private.attach_payment_intent(uuid, text, bigint, text)",
                "v_payment.amount <> p_amount",
                "false",
            ),
        ),
        "functions/checkout.sql",
        "another amount",
    ),
    SqlMutation(
        "intent_replaced",
        "An order keeps its PaymentIntent.",
        (
            Rewrite(
                "private.attach_payment_intent(uuid, text, bigint, text)",
                "v_payment.stripe_payment_intent_id <> p_payment_intent_id",
                "false",
            ),
        ),
        "functions/checkout.sql",
        "a second one",
    ),
    SqlMutation(
        "intent_left_open",
        "The PaymentIntent of a cancelled order is cancelled at Stripe.",
        (
            Rewrite(
                "private.attach_payment_intent(uuid, text, bigint, text)",
                "v_order.status in ('cancelled', 'expired')",
                "false",
            ),
        ),
        "functions/checkout.sql",
        "is cancelled at Stripe",
    ),
    SqlMutation(
        "others_orders_cancelled",
        "An order is cancelled by its buyer.",
        (Rewrite("private.cancel_order(uuid)", " and o.buyer_id = v_user"),),
        "functions/orders.sql",
        "not another's",
    ),
)
