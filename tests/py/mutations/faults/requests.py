"""What stands before each request: origins, rates."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

REQUESTS = (
    SqlMutation(
        "foreign_origins",
        "A foreign origin sends no change.",
        (Rewrite("private.pre_request()", "v_origin is not null", "false"),),
        "functions/requests.sql",
        "a foreign one",
    ),
    SqlMutation(
        "limitless",
        "Requests beyond the burst wait.",
        (Rewrite("private.rate_hit(text, text)", "where l.tat <= v_now + v_ahead"),),
        "functions/requests.sql",
        "the eighth waits a step",
    ),
    SqlMutation(
        "forged_address",
        "The address that counts is the one that the gateway added.",
        (Rewrite("private.pre_request()", "',', -1)", "',', 1)"),),
        "functions/requests.sql",
        "the one that the gateway added",
    ),
    SqlMutation(
        "limitless_links",
        "Download links have a limit.",
        (Rewrite("private.issue_download_token(uuid, uuid)", "if v_wait > 0", "if false"),),
        "functions/downloads.sql",
        "are enough",
    ),
)
