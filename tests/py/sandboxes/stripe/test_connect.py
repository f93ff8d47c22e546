"""Connected accounts, v1 and v2: onboarding, capabilities, events."""

import json
from typing import Any

import pytest
import requests
import stripe

from agora.connect_account import V2_INCLUDE, normalise
from tests.py.sandboxes.stripe.conftest import CONNECT_SECRET, TIMEOUT, World

RETURN, REFRESH = "http://shop.test/return", "http://shop.test/refresh"
TRANSFERS: Any = {"stripe_balance": {"stripe_transfers": {"requested": True}}}


def v1_account(world: World) -> str:
    made = world.client.v1.accounts.create(
        {
            "type": "express",
            "country": "DE",
            "email": "seller@example.com",
            "capabilities": {"transfers": {"requested": True}},
        }
    )
    return str(made.id)


def v1_link(world: World, account: str) -> str:
    link = world.client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "refresh_url": REFRESH,
            "return_url": RETURN,
        }
    )
    return link.url


def v2_account(world: World) -> str:
    made = world.client.v2.core.accounts.create(
        {
            "contact_email": "seller@example.com",
            "display_name": "A shop",
            "dashboard": "express",
            "identity": {"country": "de", "entity_type": "individual"},
            "configuration": {"recipient": {"capabilities": TRANSFERS}},
            "defaults": {
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                }
            },
            "metadata": {"shop": "7"},
        }
    )
    return made.id


def v2_link(world: World, account: str) -> str:
    link = world.client.v2.core.account_links.create(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {"refresh_url": REFRESH, "return_url": RETURN},
            },
        }
    )
    assert link.expires_at > link.created
    return link.url


def state(world: World, account: str, generation: int) -> dict[str, Any]:
    """As the product sees it."""
    if generation == 1:
        return normalise(world.client.v1.accounts.retrieve(account).to_dict())
    params: Any = {"include": V2_INCLUDE}
    return normalise(world.client.v2.core.accounts.retrieve(account, params).to_dict())


MAKERS = {1: (v1_account, v1_link), 2: (v2_account, v2_link)}


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize(
    ("outcome", "expected", "capability"),
    [
        ("complete", "active", "active"),
        ("requirements_due", "requirements_due", "inactive"),
        ("pending_verification", "pending", "pending"),
        ("rejected", "restricted", "inactive"),
    ],
)
def test_the_form_decides_what_becomes_of_an_account(
    own_clock: World, generation: int, outcome: str, expected: str, capability: str
) -> None:
    world = own_clock
    make, link = MAKERS[generation]
    account = make(world)
    before = state(world, account, generation)
    assert (before["state"], before["country"]) == ("requirements_due", "DE")
    assert before["requirements"]["due"]
    page = requests.get(link(world, account), timeout=TIMEOUT)
    assert account in page.text
    answer = world.submit(page.url, outcome)
    assert (answer.status_code, answer.headers["Location"]) == (303, RETURN)
    after = state(world, account, generation)
    assert after["state"] == expected
    if generation == 1 or capability != "inactive":
        assert after["transfers_capability"] == capability
    assert after["payouts_enabled"] == (outcome == "complete")
    if outcome == "pending_verification":
        world.control("POST", "/tasks/run")
        assert state(world, account, generation)["state"] == "active"


@pytest.fixture
def own_clock(world: World) -> Any:
    """Nothing is verified by itself meanwhile."""
    with world.settings(verification_seconds=3600):
        yield world


def test_a_link_works_once(world: World) -> None:
    url = v1_link(world, v1_account(world))
    assert requests.get(url, timeout=TIMEOUT).status_code == 200
    again = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, REFRESH)
    assert world.submit(url, "complete").headers["Location"] == RETURN
    assert world.submit(url, "complete").headers["Location"] == REFRESH
    assert world.submit(f"{url}x", "complete").status_code == 404


def test_a_link_expires(own: World) -> None:
    url = v2_link(own, v2_account(own))
    own.control("POST", "/clock", {"seconds": 301})
    answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    assert answer.headers["Location"] == REFRESH


def test_an_unknown_outcome_changes_nothing(world: World) -> None:
    account = v1_account(world)
    url = v1_link(world, account)
    assert world.submit(url, "whatever").status_code == 400
    assert state(world, account, 1)["state"] == "requirements_due"


def test_v1_sends_snapshots_to_the_connect_endpoint(world: World) -> None:
    account = v1_account(world)
    world.submit(v1_link(world, account), "complete")
    told = {event["type"]: event for event in world.connect_events(account)}
    assert set(told) == {"account.updated", "capability.updated"}
    assert told["account.updated"]["data"]["object"]["capabilities"] == {"transfers": "active"}
    assert "requirements" in told["account.updated"]["data"]["previous_attributes"]
    assert told["capability.updated"]["data"]["object"]["status"] == "active"


def test_v2_sends_thin_events_that_the_sdk_follows(world: World) -> None:
    account = v2_account(world)
    world.submit(v2_link(world, account), "complete")
    world.drain()
    seen: list[str] = []
    capabilities = []
    for headers, body in world.connect.requests:
        if json.loads(body).get("context") != account:
            continue
        assert not {"data", "changes"} & set(json.loads(body))
        notice = world.client.parse_event_notification(
            body, headers["stripe-signature"], CONNECT_SECRET
        )
        seen.append(notice.type)
        assert str(notice.context) == account
        full: Any = notice.fetch_event()
        assert full.id == notice.id
        if notice.type.endswith("capability_status_updated"):
            capabilities.append(full.data.updated_capability)
        if notice.type == "v2.core.account_link.returned":
            assert full.data.account_id == account
        else:
            related: Any = notice.fetch_related_object()  # type: ignore[union-attr]
            assert (related.id, related.object) == (account, "v2.core.account")
    assert set(seen) == {
        "v2.core.account.created",
        "v2.core.account[requirements].updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
        "v2.core.account_link.returned",
    }
    assert sorted(capabilities) == ["stripe_balance.payouts", "stripe_balance.stripe_transfers"]
    listed = world.client.v2.core.events.list({"object_id": account})
    assert len(listed.data) == len(seen) - 1


def test_v2_answers_only_what_is_included(world: World) -> None:
    account = v2_account(world)
    accounts = world.client.v2.core.accounts
    bare = accounts.retrieve(account)
    assert (bare.configuration, bare.identity, bare.requirements) == (None, None, None)
    assert bare.applied_configurations == ["recipient"]
    found = accounts.retrieve(account, {"include": ["configuration.recipient", "requirements"]})
    assert found.configuration is not None
    assert found.configuration.recipient is not None
    balance: Any = found.configuration.recipient.capabilities
    assert balance.stripe_balance.stripe_transfers.status == "restricted"
    assert found.requirements is not None
    assert found.requirements.entries
    assert found.identity is None


def test_v2_accounts_change_close_and_are_listed(world: World) -> None:
    account = v2_account(world)
    accounts = world.client.v2.core.accounts
    changed = accounts.update(account, {"display_name": "New", "metadata": {"a": "b"}})
    assert (changed.display_name, changed.metadata and changed.metadata.to_dict()) == (
        "New",
        {"shop": "7", "a": "b"},
    )
    assert account in {each.id for each in accounts.list({"limit": 5}).auto_paging_iter()}
    assert accounts.close(account, {"applied_configurations": ["recipient"]}).closed
    assert account not in {each.id for each in accounts.list({"limit": 5}).auto_paging_iter()}
    kinds = {event["type"] for event in world.connect_events(account)}
    assert {"v2.core.account.updated", "v2.core.account.closed"} < kinds


def test_the_dashboard_opens_by_a_link_after_onboarding(world: World) -> None:
    account = v1_account(world)
    with pytest.raises(stripe.InvalidRequestError, match="not completed onboarding"):
        world.client.v1.accounts.login_links.create(account)
    world.submit(v1_link(world, account), "complete")
    url = world.client.v1.accounts.login_links.create(account).url
    assert account in requests.get(url, timeout=TIMEOUT).text
    assert requests.get(url, timeout=TIMEOUT).status_code == 404


def test_a_controller_describes_an_account_too(world: World) -> None:
    made = world.client.v1.accounts.create(
        {
            "controller": {
                "stripe_dashboard": {"type": "express"},
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
            },
            "capabilities": {"transfers": {"requested": True}},
        }
    )
    assert made.type == "express"
    assert made.controller is not None
    assert made.controller.fees is not None
    assert made.controller.fees.payer == "application"
    with pytest.raises(stripe.InvalidRequestError):
        world.client.v1.accounts.create({"type": "custom"})


def test_stripe_may_change_its_mind(world: World) -> None:
    account = world.seller()
    world.control("POST", f"/accounts/{account}", {"due": ["individual.id_number"]})
    found = state(world, account, 1)
    assert (found["state"], found["requirements"]["due"]) == (
        "requirements_due",
        ["individual.id_number"],
    )
    world.drain()
    last = world.connect_events(account)[-2:]
    assert {event["type"] for event in last} == {"account.updated", "capability.updated"}


def test_accounts_of_v1_are_listed_without_the_platform(own: World) -> None:
    made = [v1_account(own) for _ in range(3)]
    found = own.client.v1.accounts.list({"limit": 2})
    assert [each.id for each in found.auto_paging_iter()] == made[::-1]
