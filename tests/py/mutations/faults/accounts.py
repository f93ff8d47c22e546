"""Accounts: the blocked, the administrators, the invited."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

ACCEPT = "private.accept_invitation(text)"

ACCOUNTS = (
    SqlMutation(
        "blocked_person_writes",
        "Who is suspended changes nothing.",
        (
            (
                "alter policy insert_own on public.addresses "
                "with check (user_id = (select auth.uid()))"
            ),
        ),
        "policies/addresses.sql",
        "and adds nothing",
    ),
    SqlMutation(
        "policy_without_block",
        "Every policy for a write asks whether the person is blocked.",
        (
            (
                "alter policy delete_manager on public.product_images "
                "using (shop_id = any(array(select private.shop_ids_with('catalogue.edit'))))"
            ),
        ),
        "structure/tables.sql",
        "every policy for a write asks private.my_block",
    ),
    SqlMutation(
        "last_admin_leaves",
        "One administrator remains.",
        ("drop trigger tg_user_roles__last_admin on public.user_roles",),
        "functions/roles.sql",
        "is not revoked",
    ),
    SqlMutation(
        "last_admin_ends",
        "An administrator with an end is no replacement.",
        (Rewrite("private.standing_admins()", " and r.expires_at is null"),),
        "functions/roles.sql",
        "is no replacement",
    ),
    SqlMutation(
        "invitation_of_another",
        "An invitation is for whoever owns the address.",
        (Rewrite(ACCEPT, "v_account.email is distinct from v_invitation.email", "false"),),
        "functions/shop_invitations.sql",
        "somebody else's",
    ),
    SqlMutation(
        "address_unproven",
        "Who joins by an address has proven it.",
        (Rewrite(ACCEPT, "not v_account.confirmed", "false"),),
        "functions/shop_invitations.sql",
        "an address that was not proven",
    ),
)
