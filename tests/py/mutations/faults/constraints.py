"""Keys and checks that hold when functions forget."""

from tests.py.mutations.mutation import Rewrite, SqlMutation


def _without(table: str, constraint: str) -> SqlMutation:
    return SqlMutation(
        f"without_{constraint}",
        f"{constraint} holds whatever the functions do.",
        (f"alter table {table} drop constraint {constraint} cascade",),
        "structure/constraints.sql",
        constraint,
    )


KEYS = (
    _without("public.download_grants", "download_grants_order_item_id_product_id_key"),
    _without("public.payments", "payments_order_id_key"),
    _without("public.payments", "payments_stripe_payment_intent_id_key"),
    _without("public.order_items", "order_items_order_id_variant_id_key"),
    _without("public.shop_orders", "shop_orders_order_id_shop_id_key"),
    SqlMutation(
        "event_key",
        "An event is stored once.",
        (
            "alter table private.stripe_events drop constraint stripe_events_pkey",
            Rewrite(
                "private.store_stripe_event(text, jsonb, text)",
                "on conflict (event_id) do nothing",
            ),
        ),
        "structure/constraints.sql",
        "stripe_events_pkey",
    ),
    _without("private.idempotency_keys", "idempotency_keys_pkey"),
    _without("private.download_tokens", "download_tokens_token_sha256_key"),
    _without("private.personalized_files", "personalized_files_payload_key"),
    _without("private.payment_charges", "payment_charges_stripe_charge_id_key"),
    _without("public.shop_payment_accounts", "shop_payment_accounts_stripe_account_id_key"),
    SqlMutation(
        "second_owner",
        "A shop has one owner.",
        ("drop index public.shop_members_one_owner_key",),
        "functions/shops.sql",
        "one owner a shop",
    ),
)

CHECKS = (
    SqlMutation(
        "limit_without_constraint",
        "The download limit holds even if a function forgets it.",
        ("alter table public.download_grants drop constraint download_grants_limit_check",),
        "functions/downloads.sql",
        "the limit holds even without the function",
    ),
    _without("public.product_variants", "product_variants_reserved_stock_check"),
    _without("public.product_variants", "product_variants_price_amount_check"),
    _without("public.shop_earnings", "shop_earnings_split_check"),
    _without("public.orders", "orders_total_check"),
    _without("public.orders", "orders_paid_at_check"),
    _without("public.order_items", "order_items_total_check"),
    _without("private.personalized_files", "personalized_files_ready_check"),
)
