"""Stripe's events, applied once, to the right order, late."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

APPLY = "private.apply_stripe_event(text, jsonb)"
INTENT = "private.apply_payment_intent(jsonb)"
SUCCEEDED = "private.payment_succeeded(public.orders, public.payments, jsonb)"

EVENTS = (
    SqlMutation(
        "event_stored_again",
        "A stored event is queued once.",
        (Rewrite("private.store_stripe_event(text, jsonb, text)", "if not found", "if false"),),
        "race:one_event",
        "'new': 24",
    ),
    SqlMutation(
        "event_applied_again",
        "An event is applied once.",
        (Rewrite(APPLY, "v_event.state <> 'received'", "false"),),
        "functions/payments.sql",
        "and applied once",
    ),
    SqlMutation(
        "event_unlocked",
        "An event is applied by one worker at a time.",
        (Rewrite(APPLY, " for update"),),
        "race:one_event",
        "duplicate",
    ),
    SqlMutation(
        "payment_unlocked",
        "Events of one payment take turns.",
        (Rewrite(INTENT, " for update"),),
        "race:events_of_one_payment",
        "applied",
    ),
    SqlMutation(
        "connect_moves_money",
        "Only the platform's endpoint moves money.",
        (Rewrite(APPLY, "v_event.endpoint = 'platform' and"),),
        "functions/payments.sql",
        "a connected account moves no money of ours",
    ),
    SqlMutation(
        "platform_sets_accounts",
        "Only the Connect endpoint changes a seller's account.",
        (Rewrite(APPLY, "v_event.endpoint = 'connect' and"),),
        "functions/shops.sql",
        "the wrong endpoint",
    ),
    SqlMutation(
        "older_reading",
        "An older reading of an account changes nothing.",
        (
            Rewrite(
                "private.apply_connect_account(jsonb)",
                "and (a.synced_at is null or a.synced_at <= v_fetched)",
            ),
        ),
        "functions/shops.sql",
        "changes nothing",
    ),
    SqlMutation(
        "any_intent_pays",
        "An order is paid by its own PaymentIntent.",
        (Rewrite(INTENT, "v_payment.stripe_payment_intent_id <> p_intent ->> 'id'", "false"),),
        "functions/payments.sql",
        "another PaymentIntent for the order",
    ),
    SqlMutation(
        "any_amount_pays",
        "A PaymentIntent has its order's amount.",
        (Rewrite(INTENT, "v_payment.amount <> (p_intent ->> 'amount')::bigint", "false"),),
        "functions/payments.sql",
        "another amount",
    ),
    SqlMutation(
        "less_received",
        "What was received is the whole amount.",
        (
            Rewrite(
                SUCCEEDED, "p_payment.amount <> (p_intent ->> 'amount_received')::bigint", "false"
            ),
        ),
        "functions/payments.sql",
        "less received",
    ),
    SqlMutation(
        "late_money_refused_goods",
        "A late payment takes the goods if they are still there.",
        (Rewrite(SUCCEEDED, "or (p_order.status = 'expired' and private.hold_again(p_order.id))"),),
        "functions/payments.sql",
        "the pieces are taken again",
    ),
    SqlMutation(
        "late_money_kept",
        "A payment that came too late is refunded.",
        (Rewrite(SUCCEEDED, "'refund_late_payment'", "'forget'"),),
        "functions/payments.sql",
        "by one job",
    ),
    SqlMutation(
        "refund_booked_again",
        "A late payment's refund is booked once.",
        (
            Rewrite(
                "private.late_refund_done(uuid, text, text)",
                "v_payment.status is distinct from 'refund_pending'",
                "false",
            ),
        ),
        "functions/payments.sql",
        "recorded twice",
    ),
    SqlMutation(
        "failed_refund_counts",
        "A refund that failed is none.",
        (
            Rewrite(
                "private.late_refund_done(uuid, text, text)",
                "p_status not in ('succeeded', 'pending')",
                "false",
            ),
        ),
        "functions/payments.sql",
        "a refund that failed is none",
    ),
    SqlMutation(
        "fee_forgotten",
        "A fee that comes before its payment is tried again.",
        (
            Rewrite(
                "private.apply_charge(jsonb)",
                "v_fee is not null and not exists",
                "false and not exists",
            ),
        ),
        "functions/payments.sql",
        "a fee before its payment is tried again",
    ),
)
