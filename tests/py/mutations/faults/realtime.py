"""Outbox and log."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

SEQUENCE = "private.realtime_sequence(integer)"

REALTIME = (
    SqlMutation(
        "silent_orders",
        "An order tells what happens to it.",
        ("drop trigger tg_orders__emit_update on public.orders",),
        "functions/realtime.sql",
        "an order tells its channel what happens to it",
    ),
    SqlMutation(
        "silent_shops",
        "A shop hears of its paid order.",
        ("drop trigger tg_shop_orders__emit on public.shop_orders",),
        "functions/payments.sql",
        "each shop hears of it once",
    ),
    SqlMutation(
        "anyone_advances",
        "Who holds no lease advances nothing.",
        (Rewrite("private.realtime_advance(text, text, bigint)", " and c.leased_by = p_worker"),),
        "functions/realtime.sql",
        "who holds no lease advances nothing",
    ),
    SqlMutation(
        "two_number",
        "Events are numbered by one worker at a time.",
        (
            Rewrite(
                SEQUENCE,
                "not pg_try_advisory_xact_lock(hashtextextended('agora.realtime_sequence', 0))",
                "false",
            ),
            Rewrite(SEQUENCE, "for update skip locked"),
        ),
        "race:test_events_are_numbered_in_the_order_of_commits",
        "LockNotAvailable",
    ),
)
