"""Stock: held, sold, given back."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

CHECK = "private.check_checkout(uuid, bigint)"
OUT_OF_STOCK = "v.available < v.quantity"

STOCK = (
    SqlMutation(
        "variants_not_locked",
        "Orders for the same pieces take turns.",
        (
            Rewrite("private.lock_variants(uuid[])", "for no key update"),
            # lock_goods takes the products next: their lock would stand in.
            Rewrite("private.lock_products(uuid[])", "for no key update"),
        ),
        "race:last_pieces",
        "23514",
    ),
    SqlMutation(
        "out_of_stock_unnamed",
        "A cart with too many pieces is refused, and the variant named.",
        (Rewrite(CHECK, OUT_OF_STOCK, "false"),),
        "functions/checkout.sql",
        "and which it is",
    ),
    SqlMutation(
        "sold_without_stock",
        "An order is held only if all of its pieces are there.",
        (
            Rewrite("private.hold_stock(uuid)", "min(v.available) < sum(g.quantity)", "false"),
            (
                "alter table public.product_variants "
                "drop constraint product_variants_reserved_stock_check, "
                "drop constraint product_variants_stock_check"
            ),
        ),
        "functions/payments.sql",
        "the money goes back",
    ),
    SqlMutation(
        "nothing_held",
        "An order holds its pieces.",
        (
            Rewrite("private.hold_stock(uuid)", "v.reserved + g.quantity", "v.reserved"),
            "alter table public.product_variants drop constraint product_variants_reserved_check",
        ),
        "functions/checkout.sql",
        "the pieces are held",
    ),
    SqlMutation(
        "held_for_ever",
        "An order that ends gives its pieces back.",
        (
            Rewrite(
                "private.close_unpaid_order(public.orders, public.order_status)",
                "perform private.settle_stock(p_order.id, false);",
            ),
        ),
        "functions/orders.sql",
        "its pieces are back, once",
    ),
    SqlMutation(
        "stock_undiminished",
        "What is sold leaves the stock.",
        (
            Rewrite(
                "private.settle_stock(uuid, boolean)", "then s.quantity else 0", "then 0 else 0"
            ),
        ),
        "functions/payments.sql",
        "the pieces are sold",
    ),
    SqlMutation(
        "expiry_deadlocks",
        "Expiry locks variants in the order in which a checkout does.",
        (
            Rewrite(
                "private.expire_orders()",
                """perform private.lock_goods(array(
    select g.variant_id from private.order_goods(v_due) as g
  ));""",
            ),
        ),
        "race:test_expiry_and_checkout_do_not_deadlock",
        "Deadlock",
    ),
    SqlMutation(
        "payment_under_way_expires",
        "A payment under way is waited for.",
        (Rewrite("private.expire_orders()", "p.status = 'processing'", "false"),),
        "functions/orders.sql",
        "a payment that is being made is waited for",
    ),
)
