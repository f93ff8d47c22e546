"""The platform's fee."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

FEE = "private.platform_fee(uuid, text, bigint)"

FEES = (
    SqlMutation(
        "fee_rounds_down",
        "Half a unit of the fee rounds up.",
        (Rewrite(FEE, " + 5000)", ")"),),
        "functions/fees.sql",
        "the newest effective one counts: 2.5 % of 1.00 is 2.5, up to 3",
    ),
    SqlMutation(
        "fee_above_amount",
        "The fee never exceeds the amount.",
        (Rewrite(FEE, "least(p_amount, ", "("),),
        "functions/fees.sql",
        "the fee never exceeds the amount",
    ),
    SqlMutation(
        "default_before_own",
        "A shop's own schedule comes before the default.",
        (Rewrite(FEE, "nulls last", "nulls first"),),
        "functions/fees.sql",
        "the newest effective one counts",
    ),
    SqlMutation(
        "schedule_too_early",
        "A schedule counts from its day on.",
        (Rewrite(FEE, "f.effective_from <= now()", "true"),),
        "functions/fees.sql",
        "the newest effective one counts",
    ),
    SqlMutation(
        "lost_cents",
        "What is split sums to the total.",
        (Rewrite("private.allocate(bigint, bigint[])", "place <= leftover", "false"),),
        "functions/fees.sql",
        "the parts always sum to the total",
    ),
)
