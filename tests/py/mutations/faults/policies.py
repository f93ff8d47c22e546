"""Row level security: who sees and writes which rows."""

from tests.py.mutations.mutation import SqlMutation

POLICIES = (
    SqlMutation(
        "orders_for_everyone",
        "An order is its buyer's alone.",
        ("alter policy select_buyer on public.orders using (true)",),
        "policies/orders.sql",
        "a seller in the order does not see it",
    ),
    SqlMutation(
        "orders_for_nobody",
        "A buyer sees the own order.",
        ("drop policy select_buyer on public.orders",),
        "policies/orders.sql",
        "the buyer sees it",
    ),
    SqlMutation(
        "grants_without_rls",
        "Row level security of download_grants is on.",
        ("alter table public.download_grants disable row level security",),
        "policies/download_grants.sql",
        "nor a stranger",
    ),
    SqlMutation(
        "partition_without_rls",
        "Row level security of a partition is on.",
        ("alter table partitions.orders_default disable row level security",),
        "structure/tables.sql",
        "row level security is on for every table",
    ),
    SqlMutation(
        "policy_for_all_commands",
        "A policy names its one command.",
        (
            "drop policy select_own on public.carts",
            (
                "create policy select_own on public.carts to authenticated "
                "using (user_id = (select auth.uid()))"
            ),
        ),
        "structure/tables.sql",
        'no policy is "for all"',
    ),
    SqlMutation(
        "drafts_for_visitors",
        "A visitor sees listed products only.",
        ("alter policy select_listed on public.products using (true)",),
        "policies/products.sql",
        "a visitor sees listed products only",
    ),
    SqlMutation(
        "staff_edits_products",
        "Staff does not edit the catalogue.",
        (
            (
                "alter policy update_manager on public.products "
                "using (shop_id in (select private.my_shop_ids())) "
                "with check (shop_id in (select private.my_shop_ids()))"
            ),
        ),
        "policies/products.sql",
        "but edits nothing",
    ),
    SqlMutation(
        "products_in_others_shops",
        "A product is added to a shop that one manages.",
        ("alter policy insert_manager on public.products with check (true)",),
        "policies/products.sql",
        "nobody adds to another's shop",
    ),
    SqlMutation(
        "unpaid_parts_for_shops",
        "A shop sees its part of an order once it is paid.",
        (
            (
                "alter policy select_buyer_or_member on public.shop_orders using "
                "(buyer_id = (select auth.uid()) or shop_id in (select private.my_shop_ids()))"
            ),
        ),
        "policies/shop_orders.sql",
        "a shop sees the own paid part, not the unpaid one",
    ),
    SqlMutation(
        "items_of_other_shops",
        "A seller sees the items of the own shop.",
        (
            (
                "alter policy select_buyer_or_member on public.order_items using "
                "(buyer_id = (select auth.uid()) or paid_at is not null)"
            ),
        ),
        "policies/order_items.sql",
        "a seller sees the own item, not those of other shops",
    ),
    SqlMutation(
        "others_carts_written",
        "A line of a cart is changed by its owner.",
        (
            "alter policy update_own on public.cart_items using (true) with check (true)",
            "alter policy select_own on public.cart_items using (true)",
        ),
        "policies/cart_items.sql",
        "another's quantity is out of reach",
    ),
    SqlMutation(
        "others_profiles_written",
        "A profile is edited by its person.",
        ("alter policy update_own on public.profiles using (true) with check (true)",),
        "policies/profiles.sql",
        "nobody edits another",
    ),
    SqlMutation(
        "paths_for_everyone",
        "The originals' storage paths are the shop's.",
        ("alter policy select_member on public.product_files using (true)",),
        "policies/product_files.sql",
        "the buyer of the ebook sees none",
    ),
    SqlMutation(
        "earnings_for_staff",
        "What a shop earns is for its managers.",
        (
            (
                "alter policy select_manager on public.shop_earnings using "
                "(shop_id in (select private.my_shop_ids()) and payable_at is not null)"
            ),
        ),
        "policies/shop_earnings.sql",
        "staff does not see them",
    ),
    SqlMutation(
        "copies_for_everyone",
        "No client reaches the buyers' copies in Storage.",
        (
            (
                "alter policy agora_select on storage.objects using "
                "(bucket_id in ('product-files', 'personalized-files'))"
            ),
        ),
        "policies/storage_objects.sql",
        "a buyer sees no object, not even the own copy",
    ),
    SqlMutation(
        "unannounced_uploads",
        "A file is uploaded where begin_upload announced it.",
        ("alter policy agora_insert on storage.objects with check (bucket_id = 'product-files')",),
        "policies/storage_objects.sql",
        "nobody uploads where nothing was announced",
    ),
    SqlMutation(
        "originals_overwritten",
        "A sold file is not overwritten.",
        ("alter policy agora_update on storage.objects using (true) with check (true)",),
        "policies/storage_objects.sql",
        "what is there is not overwritten",
    ),
)
