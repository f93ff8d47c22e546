"""State machines."""

from tests.py.mutations.mutation import SqlMutation

STATES = (
    SqlMutation(
        "states_unguarded",
        "An order's state changes along the legal transitions.",
        ("drop trigger tg_orders__state on public.orders",),
        "structure/state_machines.sql",
        "a change passes exactly if the table lists it",
    ),
    SqlMutation(
        "cancelled_order_paid",
        "A cancelled order stays cancelled.",
        (
            (
                "insert into private.state_transitions (machine, from_state, to_state) "
                "values ('orders.status', 'cancelled', 'paid')"
            ),
        ),
        "structure/state_machines.sql",
        "terminal states stay",
    ),
    SqlMutation(
        "born_in_any_state",
        "A row begins in a legal state.",
        (
            (
                "create or replace trigger tg_payments__state before update of status "
                "on public.payments for each row "
                "execute function private.tg_state_transition('payments.status')"
            ),
        ),
        "structure/state_machines.sql",
        "each has the trigger",
    ),
)
