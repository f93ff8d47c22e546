"""What the tests of accounts share: calls of PostgREST as somebody, staff."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import httpx
import pytest

from seeds.actors import Buyer, Person
from tests.support.people import MintedBuyer, mint
from tests.support.stack import Stack

Json = dict[str, Any]
Role = Literal["admin", "moderator", "support"]
Rest = Callable[..., httpx.Response]


@pytest.fixture
def rest(stack: Stack) -> Rest:
    """PostgREST as a person: `rest(person, "POST", "rpc/x", {…})`."""

    def call(
        person: Person, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        return httpx.request(
            method,
            f"{stack.url}/rest/v1/{path}",
            json=body,
            headers={
                "apikey": stack.publishable_key,
                "Authorization": f"Bearer {person.token}",
                "Prefer": "return=representation",
                **headers,
            },
            timeout=30,
        )

    return call


@pytest.fixture
def staff(stack: Stack) -> Iterator[Callable[[Role], Buyer]]:
    """Make people with a role."""
    made: list[MintedBuyer] = []

    def make(role: Role) -> Buyer:
        person = mint(stack, MintedBuyer)[0]
        made.append(person)
        stack.rows(
            "insert into public.user_roles (user_id, role, reason) values (%s, %s, 'a test')",
            [person.id, role],
        )
        return person

    yield make
    for person in made:
        person.close()
