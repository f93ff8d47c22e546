"""Grants: who may do what at all."""

from tests.py.mutations.mutation import SqlMutation

GRANTS = (
    SqlMutation(
        "client_sets_order_status",
        "No client writes an order's status.",
        ("grant update (status) on public.orders to authenticated",),
        "policies/orders.sql",
        "a client may only read",
    ),
    SqlMutation(
        "client_sets_product_status",
        "No client writes a product's status.",
        ("grant update (status) on public.products to authenticated",),
        "policies/products.sql",
        "not the status",
    ),
    SqlMutation(
        "client_sets_download_limit",
        "No client writes its download limit.",
        ("grant update (download_limit) on public.download_grants to authenticated",),
        "policies/download_grants.sql",
        "a client may only read",
    ),
    SqlMutation(
        "service_reads_inbox",
        "The webhook service reads no table.",
        ("grant select on private.stripe_events to agora_webhooks",),
        "structure/tables.sql",
        "the processes' login roles reach no table at all",
    ),
    SqlMutation(
        "secret_key_reads_ledger",
        "Nobody but the owner touches a table of private.",
        ("grant select on private.ledger_entries to service_role",),
        "structure/tables.sql",
        "nobody but the owner touches a table of private",
    ),
    SqlMutation(
        "anon_orders",
        "anon executes no RPC.",
        ("grant execute on function public.begin_checkout(text, bigint, text) to anon",),
        "structure/functions.sql",
        "anon executes nothing",
    ),
    SqlMutation(
        "client_redeems",
        "Tokens are redeemed by the webhook service alone.",
        (
            (
                "grant execute on function private.redeem_download(text, text, text, text, text) "
                "to authenticated"
            ),
        ),
        "structure/functions.sql",
        "signed-in people",
    ),
    SqlMutation(
        "worker_posts",
        "A worker posts to the ledger through events only.",
        (
            (
                "grant execute on function private.ledger_post(text, text, uuid, text, jsonb) "
                "to agora_workers"
            ),
        ),
        "structure/functions.sql",
        "the workers",
    ),
    SqlMutation(
        "definer_in_public",
        "What PostgREST exposes runs as its caller.",
        ("alter function public.cancel_order(uuid) security definer",),
        "structure/functions.sql",
        "no definer function in public",
    ),
    SqlMutation(
        "loose_search_path",
        "A definer function pins its search path.",
        ("alter function private.redeem_download(text, text, text, text, text) reset search_path",),
        "structure/functions.sql",
        "every function pins an empty search_path",
    ),
)
