"""Support's looks over HTTP: answers, refusals, traces, also of what was not found."""

from collections.abc import Callable

from seeds.actors import Buyer
from tests.py.accounts.conftest import Rest, Role
from tests.support.stack import Stack


def test_looks_are_traced(
    stack: Stack, rest: Rest, buyer: Buyer, staff: Callable[[Role], Buyer]
) -> None:
    support = staff("support")
    look = {"query": buyer.email, "ticket": "T-100"}
    refused = rest(buyer, "POST", "rpc/support_find_user", look)
    assert (refused.status_code, refused.json()["code"]) == (403, "support_only")
    found = rest(support, "POST", "rpc/support_find_user", look)
    assert (found.status_code, found.json()["id"]) == (200, buyer.id)
    missing = rest(support, "POST", "rpc/support_find_user", look | {"query": "a@b.example"})
    assert (missing.status_code, missing.json()["code"]) == (404, "user_not_found")
    order = rest(
        support, "POST", "rpc/support_order", {"order_ref": "NOSUCHONE1", "ticket": "T-100"}
    )
    assert (order.status_code, order.json()["code"]) == (404, "order_not_found")
    # A volatile function is not called by GET, so that no look goes unwritten.
    got = rest(support, "GET", f"rpc/support_find_user?query={buyer.email}&ticket=T-100")
    assert got.status_code == 405, got.text
    looks = stack.rows(
        "select entity, entity_id, new ->> 'ticket' as ticket from private.audit_log "
        "where action = 'look' and actor_id = %s order by occurred_at",
        [support.id],
    )
    assert [tuple(row.values()) for row in looks] == [
        ("users", buyer.id, "T-100"),
        ("users", "none", "T-100"),
        ("orders", "none", "T-100"),
    ]
