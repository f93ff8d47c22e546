"""A role that is revoked, a sanction, an ended session count from the next request on: the token is
still valid, and does not help."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from local.demo.purchase import site_of
from seeds.actors import Buyer, Person, Seller
from tests.py.accounts.conftest import Json, Rest, Role
from tests.support.stack import Stack


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["code"])


def test_a_revoked_role(rest: Rest, buyer: Buyer, staff: Callable[[Role], Buyer]) -> None:
    admin = staff("admin")
    granted = rest(
        admin,
        "POST",
        "rpc/grant_role",
        {"user_id": buyer.id, "role": "moderator", "reason": "new in the team"},
    )
    assert granted.status_code == 200, granted.text
    sanctions = "user_sanctions?select=id"
    victim = staff("support")
    judged = {"user_id": victim.id, "kind": "warn", "reason": "a test"}
    assert code(rest(buyer, "POST", "rpc/sanction_user", judged)) == (403, "staff_protected")
    assert rest(buyer, "GET", sanctions).status_code == 200
    revoked = rest(
        admin,
        "POST",
        "rpc/revoke_role",
        {"user_id": buyer.id, "role": "moderator", "reason": "left"},
    )
    assert revoked.status_code == 204, revoked.text
    assert code(rest(buyer, "POST", "rpc/sanction_user", judged)) == (403, "moderator_only")
    assert rest(buyer, "GET", sanctions).json() == []
    assert code(rest(buyer, "POST", "rpc/revoke_role", judged | {"role": "support"})) in {
        (404, "PGRST202"),
        (403, "admin_only"),
    }


def test_a_sanction(
    stack: Stack,
    rest: Rest,
    buyer: Buyer,
    seller: Seller,
    shop: Json,
    staff: Callable[[Role], Buyer],
) -> None:
    moderator = staff("moderator")
    product = seller.sell_pdf(shop["id"], "Bought before", 900)
    buyer.buy(product["variant"]["id"])
    item = buyer.library()[0]["order_item_id"]
    more = seller.sell_pieces(shop["id"], "Wanted", 900, 5)
    assert rest(buyer, "PATCH", f"profiles?id=eq.{buyer.id}", {"bio": "mine"}).is_success
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    made = rest(
        moderator,
        "POST",
        "rpc/sanction_user",
        {"user_id": buyer.id, "kind": "suspend", "reason": "spam", "until": until},
    )
    assert made.status_code == 200, made.text

    refused = (403, "account_suspended")
    answer = rest(buyer, "PATCH", f"profiles?id=eq.{buyer.id}", {"bio": "again"})
    assert code(answer) == refused
    told = json.loads(answer.json()["details"])
    assert told["kind"] == "suspend"
    assert datetime.fromisoformat(told["until"]) == datetime.fromisoformat(until)
    add = {"variant_id": more["variant"]["id"], "quantity": 1}
    assert code(rest(buyer, "POST", "rpc/cart_add", add)) == refused
    assert code(buyer.checkout()) == refused
    assert rest(buyer, "GET", "orders?select=id").json() != [], "reading goes on"
    assert rest(buyer, "POST", "rpc/export_my_data", {}).is_success
    token = buyer.token_for(item)
    assert buyer.fetch(token).is_success, "what was paid for stays"
    picture = f"{stack.url}/storage/v1/object/avatars/{buyer.id}/me.png"
    headers = {
        "apikey": stack.publishable_key,
        "Authorization": f"Bearer {buyer.token}",
        "Content-Type": "image/png",
    }
    assert httpx.post(picture, content=b"x", headers=headers).status_code in (400, 403)

    ban = {"user_id": buyer.id, "kind": "ban", "reason": "fraud"}
    banned = rest(moderator, "POST", "rpc/sanction_user", ban)
    assert banned.status_code == 200, banned.text
    again = rest(buyer, "POST", "rpc/issue_download_token", {"order_item_id": item})
    assert code(again) == refused
    redeemed = httpx.get(f"{stack.url}/v1/downloads/{token}")
    assert code(redeemed) == refused
    for row in (made, banned):
        lifted = rest(
            moderator,
            "POST",
            "rpc/lift_sanction",
            {"sanction_id": row.json()["id"], "reason": "a mistake"},
        )
        assert lifted.status_code == 200, lifted.text
    assert rest(buyer, "POST", "rpc/cart_add", add).is_success
    assert httpx.post(picture, content=b"x", headers=headers).is_success
    kinds = rest(buyer, "GET", "notifications?select=kind&order=id").json()
    assert {row["kind"] for row in kinds} >= {"account.sanctioned", "account.sanction_lifted"}


def test_an_ended_session(stack: Stack, rest: Rest) -> None:
    site = site_of(stack.layout)
    laptop = Buyer.new(site, "sessions")
    phone = Person(site, laptop.email)
    phone.sign_in()
    listed = rest(laptop, "POST", "rpc/my_sessions", {}).json()
    assert sorted(row["is_current"] for row in listed) == [False, True]
    (other,) = [row["id"] for row in listed if not row["is_current"]]
    assert rest(phone, "GET", f"profile_private?user_id=eq.{laptop.id}").json() != []
    refresh = phone.client.auth.get_session()
    assert refresh is not None

    ended = rest(laptop, "POST", "rpc/end_session", {"session_id": other})
    assert ended.status_code == 204, ended.text
    assert code(rest(phone, "GET", "profile_private")) == (401, "session_ended")
    assert code(rest(phone, "POST", "rpc/mark_notifications_read", {})) == (401, "session_ended")
    assert code(phone.call("POST", "/v1/checkout", {}, {"Idempotency-Key": "a-fresh-key"})) == (
        401,
        "session_ended",
    )
    renewed = httpx.post(
        f"{stack.url}/auth/v1/token?grant_type=refresh_token",
        json={"refresh_token": refresh.refresh_token},
        headers={"apikey": stack.publishable_key},
    )
    assert renewed.status_code in (400, 401), "its refresh fails"
    assert rest(laptop, "GET", "profile_private").status_code == 200
    phone.sign_in()
    assert rest(phone, "GET", "profile_private").status_code == 200
    assert rest(laptop, "POST", "rpc/end_other_sessions", {}).json() == 1
    assert code(rest(phone, "GET", "profile_private")) == (401, "session_ended")
    trail = stack.rows(
        "select action from private.audit_log where actor_id = %s and entity = 'auth.sessions'",
        [laptop.id],
    )
    counted = [row["action"] for row in trail]
    assert (counted.count("sign_in"), counted.count("sign_out")) == (3, 2)
    laptop.close()
    phone.close()
