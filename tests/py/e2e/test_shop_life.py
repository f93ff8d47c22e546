"""A shop's life over HTTP: invited, promoted, removed; suspended, on vacation, renamed, closed."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from seeds.actors import Buyer, Json, Person, Seller, Site, checked, wait_for
from tests.support.people import MintedBuyer, mint
from tests.support.stack import Stack
from tests.support.stripe_control import StripeControl


class Guest(Seller):
    """Somebody with a real account, whose address Auth has confirmed."""


@pytest.fixture
def guests(site: Site) -> Iterator[Callable[[str], Guest]]:
    """Sign people up under an address; their connections are closed at the end."""
    made: list[Guest] = []

    def make(email: str) -> Guest:
        made.append(Guest(site, email))
        made[-1].sign_up()
        return made[-1]

    yield make
    for guest in made:
        guest.close()


@pytest.fixture
def moderator(stack: Stack) -> Iterator[MintedBuyer]:
    """A moderator."""
    person = mint(stack, MintedBuyer)[0]
    stack.rows(
        "insert into public.user_roles (user_id, role, reason) values (%s, 'moderator', 'test')",
        [person.id],
    )
    yield person
    person.close()


def _rest(
    person: Person, method: str, path: str, body: Any = None, *, token: str = ""
) -> httpx.Response:
    headers = {
        "apikey": person.site.publishable_key,
        "Authorization": f"Bearer {token or person.token}",
        "Prefer": "return=representation",
    }
    return httpx.request(
        method, f"{person.site.url}/rest/v1/{path}", json=body, headers=headers, timeout=30
    )


def _call(person: Person, function: str, **arguments: Any) -> tuple[int, Any]:
    """Status and stable code (or the value) of an RPC."""
    answer = _rest(person, "POST", f"rpc/{function}", arguments)
    if answer.is_success:
        return answer.status_code, answer.json() if answer.content else None
    return answer.status_code, answer.json()["code"]


def _public(stack: Stack, path: str) -> httpx.Response:
    return httpx.get(f"{stack.url}/rest/v1/{path}", headers={"apikey": stack.publishable_key})


def _mail(stack: Stack, to: str, subject: str) -> Json:
    """The newest message to an address with this in its subject."""
    base = f"http://127.0.0.1:{stack.layout.ports.resend}/_sandbox/messages"

    def look() -> Json | None:
        found = checked(httpx.get(base, params={"to": to})).json()
        messages = found["messages"] if isinstance(found, dict) else found
        return next((dict(m) for m in messages if subject in str(m["subject"])), None)

    return wait_for(f"a message to {to}", look)


def _invited(stack: Stack, owner: Seller, shop: Json, role: str) -> tuple[str, str]:
    """An address that has no account yet, and the token that was mailed there."""
    email = f"guest-{uuid.uuid4().hex[:12]}@example.com"
    status, made = _call(owner, "invite_member", shop_id=shop["id"], email=email, role=role)
    assert (status, made["status"]) == (200, "pending")
    message = _mail(stack, email, shop["name"])
    tokens = {
        match
        for body in (str(message["text"]), str(message["html"]))
        for match in re.findall(r"/invitations#([A-Za-z0-9_-]{43})", body)
    }
    assert len(tokens) == 1, message
    return email, tokens.pop()


def test_an_invitation_a_promotion_and_the_end_of_it(
    stack: Stack,
    seller: Seller,
    shop: Json,
    buyer: Buyer,
    guests: Callable[[str], Guest],
) -> None:
    email, token = _invited(stack, seller, shop, "staff")
    assert _call(buyer, "accept_invitation", token=token) == (403, "invitation_for_another")
    guest = guests(email)
    mine = {"shop_id": shop["id"], "title": "By the guest", "kind": "physical"}
    assert _rest(guest, "POST", "products", mine).status_code == 403
    assert _call(guest, "accept_invitation", token=token)[0] == 200
    assert _call(guest, "accept_invitation", token=token) == (410, "invitation_settled")
    stored = stack.value(
        "select count(*) from public.shop_invitations where email = %s or email is not null "
        "and shop_id = %s",
        [email, shop["id"]],
    )
    assert stored == 0, "the address is forgotten"

    # One token through all of it: what counts is the row at the time of the request.
    access = guest.token
    channel = {"socket_id": "1.2", "channel_name": f"private-shop-{shop['id']}"}
    assert guest.call("POST", "/v1/pusher/auth", channel).status_code == 200
    permissions = _rest(guest, "GET", f"rpc/my_shop_permissions?shop_id={shop['id']}").json()
    assert permissions == ["orders.fulfil", "orders.read", "reviews.reply"]
    assert _rest(guest, "POST", "products", mine, token=access).status_code == 403
    change = {"shop_id": shop["id"], "user_id": guest.id}
    assert _call(seller, "change_member_role", **change, role="manager")[0] == 204
    assert _rest(guest, "POST", "products", mine, token=access).status_code == 201
    earnings = f"shop_payment_accounts?shop_id=eq.{shop['id']}"
    assert len(_rest(guest, "GET", earnings, token=access).json()) == 1
    assert _call(seller, "change_member_role", **change, role="staff")[0] == 204
    assert _rest(guest, "POST", "products", mine, token=access).status_code == 403
    assert _rest(guest, "GET", earnings, token=access).json() == []
    members = f"shop_members?shop_id=eq.{shop['id']}"
    assert len(_rest(guest, "GET", members, token=access).json()) == 2
    assert _call(guest, "remove_member", **change) == (403, "permission_denied")
    assert _call(seller, "remove_member", **change)[0] == 204
    assert _rest(guest, "GET", members, token=access).json() == []
    assert guest.call("POST", "/v1/pusher/auth", channel).status_code == 403
    assert guest.token == access


def test_a_shop_changes_hands(
    stack: Stack, seller: Seller, shop: Json, guests: Callable[[str], Guest]
) -> None:
    email, token = _invited(stack, seller, shop, "manager")
    heir = guests(email)
    checked(_rest(heir, "POST", "rpc/accept_invitation", {"token": token}))
    assert _call(heir, "close_shop", shop_id=shop["id"]) == (403, "permission_denied")
    status, offer = _call(seller, "offer_ownership", shop_id=shop["id"], user_id=heir.id)
    assert (status, offer["payment_account"]["consequence"]) == (200, "stays_with_shop")
    assert len(_rest(heir, "GET", "shop_ownership_offers?select=*").json()) == 1
    assert _call(heir, "accept_ownership", shop_id=shop["id"])[0] == 200
    roles = {row["user_id"]: row["role"] for row in _rest(seller, "GET", "shop_members").json()}
    assert roles == {heir.id: "owner", seller.id: "manager"}
    onboarding = f"/v1/shops/{shop['id']}/onboarding"
    assert seller.call("POST", onboarding, {}).status_code == 404
    assert heir.call("POST", onboarding, {}).is_success
    assert _call(seller, "leave_shop", shop_id=shop["id"])[0] == 204
    assert _call(heir, "leave_shop", shop_id=shop["id"]) == (409, "owner_stays")


def test_suspended_and_reinstated(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer, moderator: MintedBuyer
) -> None:
    product = seller.sell_pieces(shop["id"], "A suspicious lamp", 2000, 5)
    seen = f"products?id=eq.{product['id']}"
    assert len(_public(stack, seen).json()) == 1
    reason = {"shop_id": shop["id"], "reason": "Sells copies"}
    for who in (seller, buyer):
        assert _call(who, "suspend_shop", **reason) == (403, "moderator_only")
    assert _call(moderator, "suspend_shop", **reason)[0] == 200
    assert _public(stack, seen).json() == []
    assert _public(stack, f"shops?id=eq.{shop['id']}").json() == []
    state = _rest(seller, "GET", f"rpc/shop_state?shop_id={shop['id']}").json()
    assert (state["status"], state["reason"]) == ("suspended", "Sells copies")
    assert state["next_action"] == "contact_support"
    assert _call(seller, "open_shop", shop_id=shop["id"]) == (409, "shop_suspended")
    assert "Sells copies" in _mail(stack, seller.email, "is suspended")["text"]
    stack.rows("delete from public.user_roles where user_id = %s", [moderator.id])
    assert _call(moderator, "reinstate_shop", shop_id=shop["id"]) == (403, "moderator_only")
    stack.rows(
        "insert into public.user_roles (user_id, role, reason) values (%s, 'admin', 'test')",
        [moderator.id],
    )
    assert _call(moderator, "reinstate_shop", shop_id=shop["id"])[0] == 200
    assert len(_public(stack, seen).json()) == 1


def test_vacation(stack: Stack, seller: Seller, shop: Json, buyer: Buyer) -> None:
    product = seller.sell_pieces(shop["id"], "A beach towel", 1500, 5)
    variant = product["variant"]["id"]
    buyer.add_to_cart(variant)
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat(timespec="seconds")
    window = {"from": datetime.now(UTC).isoformat(), "until": until, "message": "At sea"}
    assert _call(buyer, "set_vacation", shop_id=shop["id"], **window) == (404, "shop_not_found")
    assert _call(seller, "set_vacation", shop_id=shop["id"], **window)[0] == 200
    shown = _public(stack, f"shops?id=eq.{shop['id']}").json()[0]
    assert shown["vacation_message"] == "At sea"
    assert len(_public(stack, f"products?id=eq.{product['id']}").json()) == 1
    answer = buyer.checkout()
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "shop_on_vacation")
    assert datetime.fromisoformat(problem["details"]) == datetime.fromisoformat(until)
    assert _call(buyer, "cart_add", variant_id=variant) == (409, "shop_on_vacation")
    assert _call(seller, "set_vacation", shop_id=shop["id"])[0] == 200
    assert buyer.checkout().status_code == 200


def test_a_former_address_leads_on(
    stack: Stack, seller: Seller, shop: Json, sellers: Callable[[], Seller]
) -> None:
    fresh = f"moved-{uuid.uuid4().hex[:10]}"
    assert _call(seller, "rename_shop", shop_id=shop["id"], slug=fresh)[0] == 200
    found = _public(stack, f"rpc/resolve_shop?slug={shop['slug']}")
    assert found.json() == {"shop_id": shop["id"], "slug": fresh, "moved": True}
    assert _public(stack, f"rpc/resolve_shop?slug={fresh}").json()["moved"] is False
    missing = _public(stack, "rpc/resolve_shop?slug=no-such-shop-anywhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "shop_not_found")
    taken = _call(sellers(), "create_shop", name="Copycat", slug=shop["slug"])
    assert taken == (409, "slug_reserved")


def test_closing(seller: Seller, shop: Json, buyer: Buyer, sellers: Callable[[], Seller]) -> None:
    product = seller.sell_pieces(shop["id"], "The last lamp", 3000, 5)
    buyer.add_to_cart(product["variant"]["id"])
    order = checked(buyer.checkout()).json()
    assert _call(seller, "close_shop", shop_id=shop["id"]) == (409, "shop_has_open_orders")
    checked(buyer.pay(order))
    buyer.wait_paid(order["order_id"])
    refused = _rest(seller, "POST", "rpc/close_shop", {"shop_id": shop["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "shop_balance_open")
    assert set(json.loads(refused.json()["details"])) == {"usd"}
    other = sellers()
    empty = other.open_new_shop("Nothing sold")
    assert _call(other, "close_shop", shop_id=empty["id"])[0] == 200
    assert _call(other, "open_shop", shop_id=empty["id"]) == (409, "shop_closed")


def test_stripe_stops_transfers(stack: Stack, seller: Seller, shop: Json, buyer: Buyer) -> None:
    product = seller.sell_pieces(shop["id"], "Still on sale", 2500, 5)
    draft = seller.add_product(shop["id"], "Not yet", kind="physical")
    seller.add_variant(draft["id"], 900)
    account = stack.value(
        "select stripe_account_id from public.shop_payment_accounts where shop_id = %s",
        [shop["id"]],
    )
    control = StripeControl(stack)
    try:
        path = f"/accounts/{account}"
        control.http.post(path, json={"due": ["representative.verification"]}).raise_for_status()

        def told() -> Json | None:
            rows = _rest(seller, "GET", f"shop_notices?shop_id=eq.{shop['id']}").json()
            return next((dict(row) for row in rows if row["kind"] == "payment_attention"), None)

        notice = wait_for("the notice", told)
        assert notice["next_action"] == "finish_onboarding"
        assert "representative.verification" in notice["reason"]
        message = _mail(stack, seller.email, "cannot receive money")
        assert notice["reason"] in message["text"]
        refused = _call(seller, "publish_product", product_id=draft["id"])
        assert refused == (409, "payment_account_not_ready")
        assert len(_public(stack, f"products?id=eq.{product['id']}").json()) == 1
        buyer.buy(product["variant"]["id"])
        control.http.post(path, json={"due": []}).raise_for_status()

        def settled() -> bool:
            rows = _rest(seller, "GET", f"shop_notices?id=eq.{notice['id']}").json()
            return rows[0]["resolved_at"] is not None

        wait_for("the end of it", settled)
        assert _call(seller, "publish_product", product_id=draft["id"])[0] == 200
    finally:
        control.close()
