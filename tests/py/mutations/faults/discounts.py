"""Discount codes: caps, and the locks that keep them."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

CODES = "private.cart_codes(uuid)"

DISCOUNTS = (
    SqlMutation(
        "code_used_up",
        "A code is used so often in all.",
        (Rewrite(CODES, "o.uses >= o.max_uses", "false"),),
        "functions/discount_redemptions.sql",
        "no third",
    ),
    SqlMutation(
        "code_used_before",
        "A customer uses a code so often.",
        (Rewrite(CODES, "r.code_id = o.id and r.buyer_id = p_user", "false"),),
        "functions/discount_redemptions.sql",
        "an open order counts",
    ),
    SqlMutation(
        "code_used_by_another",
        "Each customer's uses are their own.",
        (Rewrite(CODES, " and r.buyer_id = p_user"),),
        "functions/discount_redemptions.sql",
        "each customer for themselves",
    ),
    SqlMutation(
        "codes_not_locked",
        "Orders with the same code take turns.",
        (Rewrite("private.lock_discount_codes(uuid[])", "for no key update"),),
        "race:last_uses",
        "23514",
    ),
    SqlMutation(
        "code_held_for_ever",
        "An order that ends gives its code back.",
        (Rewrite("private.settle_discounts(uuid, boolean)", "k.uses - 1", "k.uses"),),
        "functions/discount_redemptions.sql",
        "cancelled, it is free again",
    ),
)
