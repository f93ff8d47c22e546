"""Grants, tokens, copies."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

REDEEM = "private.redeem_download(text, text, text, text, text)"
ISSUE = "private.issue_download_token(uuid, uuid)"
REFUSAL = "private.grant_refusal(public.download_grants, private.download_tokens)"

DOWNLOADS = (
    SqlMutation(
        "grant_not_locked",
        "The limit holds under parallel redemptions.",
        (Rewrite(REDEEM, "\n  for update"),),
        "race:redemptions",
        "23514",
    ),
    SqlMutation(
        "limit_not_checked",
        "A grant allows so many downloads.",
        (
            Rewrite(REDEEM, "v_grant.downloads_used >= v_grant.download_limit", "false"),
            "alter table public.download_grants drop constraint download_grants_limit_check",
        ),
        "functions/downloads.sql",
        "a sixth client",
    ),
    SqlMutation(
        "others_tokens",
        "A token is issued to the grant's owner.",
        (Rewrite(ISSUE, " and g.buyer_id = v_user"),),
        "functions/downloads.sql",
        "no token of another's purchase",
    ),
    SqlMutation(
        "others_files",
        "A token is for a file of the product that was bought.",
        (Rewrite(ISSUE, "f.product_id = v_grant.product_id and"),),
        "functions/downloads.sql",
        "another product's file",
    ),
    SqlMutation(
        "tokens_for_ever",
        "A token lasts a day.",
        (Rewrite(REFUSAL, "p_token.expires_at < now()", "false"),),
        "functions/downloads.sql",
        "a token lasts a day",
    ),
    SqlMutation(
        "revocation_ignored",
        "A withdrawn grant gives nothing.",
        (Rewrite(REFUSAL, "p_grant.revoked_at is not null", "false"),),
        "functions/downloads.sql",
        "withdrawn: not even to resume",
    ),
    SqlMutation(
        "resumed_elsewhere",
        "A download is resumed from the device that began it.",
        (Rewrite(REDEEM, "and a.device is not distinct from left(p_device, 100)"),),
        "functions/downloads.sql",
        "or another device",
    ),
    SqlMutation(
        "resumption_counts",
        "A retry within the window counts once.",
        (Rewrite(REDEEM, "interval '10 minutes'", "interval '0'"),),
        "functions/downloads.sql",
        "one client within the window counts once",
    ),
    SqlMutation(
        "refusals_unlogged",
        "A refused attempt is logged.",
        (
            Rewrite(
                REDEEM,
                "perform private.log_attempt("
                "v_token, 'refused', 'download_limit_reached', v_client);",
            ),
        ),
        "functions/downloads.sql",
        "every attempt is logged",
    ),
    SqlMutation(
        "unmade_copies",
        "A copy is delivered when it is made.",
        (Rewrite(REDEEM, "v_copy.state is distinct from 'ready'", "false"),),
        "functions/downloads.sql",
        "before the copy is made",
    ),
    SqlMutation(
        "copy_made_again",
        "A copy is made once: the first counts.",
        (Rewrite("private.watermark_done(uuid, text, bigint, text)", " and c.state = 'pending'"),),
        "functions/personalized_files.sql",
        "done once: the first counts",
    ),
)
