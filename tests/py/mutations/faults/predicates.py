"""The predicates that policies and RPCs ask."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

PREVIEW = "private.preview_product(text)"

PREDICATES = (
    SqlMutation(
        "any_order_is_heard",
        "An order's channel is its buyer's.",
        (Rewrite("private.can_subscribe(text)", " and o.buyer_id = v_user"),),
        "functions/access.sql",
        "the seller of the shop",
    ),
    SqlMutation(
        "any_user_is_heard",
        "A person's channel is their own.",
        (Rewrite("private.can_subscribe(text)", "v_parts[2]::uuid = v_user", "true"),),
        "functions/access.sql",
        "a stranger neither",
    ),
    SqlMutation(
        "roles_for_ever",
        "A platform role ends when it expires.",
        (
            Rewrite(
                "private.has_role(public.app_role)",
                "and (r.expires_at is null or r.expires_at > now())",
            ),
        ),
        "functions/access.sql",
        "until the role ends",
    ),
    SqlMutation(
        "staff_manages",
        "Staff manages nothing.",
        (Rewrite("private.my_managed_shop_ids()", "in ('owner', 'manager')", "is not null"),),
        "functions/access.sql",
        "staff manages nothing",
    ),
    SqlMutation(
        "uploads_again",
        "An upload that is complete admits no second one.",
        (Rewrite("private.may_upload(text)", " and f.status = 'pending'"),),
        "policies/storage_objects.sql",
        "an upload that is complete admits no second one",
    ),
    SqlMutation(
        "manager_onboards",
        "A shop's Stripe account is its owner's to start.",
        (Rewrite("private.begin_onboarding(uuid)", " and m.role = 'owner'"),),
        "functions/shops.sql",
        "a manager does not",
    ),
    SqlMutation(
        "shop_opens_unpayable",
        "A shop opens when its account can receive money.",
        (
            Rewrite(
                "private.open_shop(uuid)",
                "v_account.transfers_capability is distinct from 'active'",
                "false",
            ),
        ),
        "functions/shops.sql",
        "it opens when it can be paid",
    ),
    SqlMutation(
        "files_never_checked",
        "A digital product is published with a file that passed its checks.",
        (Rewrite("private.publish_problem(public.products)", " and f.status = 'ready'"),),
        "functions/catalogue.sql",
        "that has passed its checks",
    ),
    SqlMutation(
        "any_preview",
        "A draft is shown to whoever has its link.",
        (
            Rewrite(
                PREVIEW,
                "l.token_sha256 = sha256(convert_to(coalesce(p_token, ''), 'utf8'))",
                "true",
            ),
        ),
        "functions/publishing.sql",
        "no guess",
    ),
    SqlMutation(
        "preview_for_ever",
        "A preview link ends.",
        (Rewrite(PREVIEW, "l.expires_at > now()", "true"),),
        "functions/publishing.sql",
        "not after its time",
    ),
    SqlMutation(
        "rejection_revised",
        "A file's verdict is final.",
        (
            Rewrite(
                "private.complete_upload(uuid, text, bigint, text, text)",
                "v_file.status <> 'pending'",
                "false",
            ),
            "drop trigger tg_product_files__state on public.product_files",
        ),
        "functions/uploads.sql",
        "for good",
    ),
)
