"""Many people at once: accounts written straight into Auth's table, tokens signed by the test.

Signing up 100 people by password costs half a minute of bcrypt; what a test needs is their token.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
import jwt

from local.demo.purchase import site_of
from seeds.actors import Buyer, Person, Seller, Site
from tests.support.stack import Stack

Item = TypeVar("Item")
Result = TypeVar("Result")


def token_for(stack: Stack, user_id: str, **claims: Any) -> str:
    """An access token as Auth signs it."""
    now = int(time.time())
    return jwt.encode(
        {
            "sub": user_id,
            "role": "authenticated",
            "aud": "authenticated",
            "iat": now,
            "exp": now + 3600,
            **claims,
        },
        stack.layout.credentials.jwt_secret,
        algorithm="HS256",
    )


class _Minted(Person):
    """Somebody whose token the test has signed."""

    _token: str
    _id: str

    def adopt(self, user_id: str, token: str) -> None:
        """Be this account."""
        self._id, self._token = user_id, token
        # Read when PostgREST's and Storage's clients are made, at their first use.
        self.client.options.headers["Authorization"] = f"Bearer {token}"

    @property
    def token(self) -> str:
        """The access token."""
        return self._token

    @property
    def id(self) -> str:
        """The account's id."""
        return self._id


class MintedBuyer(_Minted, Buyer):
    """A buyer by minted token."""


class MintedSeller(_Minted, Seller):
    """A seller by minted token."""


Minted = TypeVar("Minted", bound=_Minted)


def mint(stack: Stack, kind: type[Minted], count: int = 1) -> list[Minted]:
    """That many fresh accounts."""
    site: Site = site_of(stack.layout)
    people = []
    with stack.connect("postgres") as connection:
        for _ in range(count):
            user_id = str(uuid.uuid4())
            email = f"{user_id[:13]}@example.com"
            connection.execute(
                "insert into auth.users (id, email, aud, role) "
                "values (%s, %s, 'authenticated', 'authenticated')",
                [user_id, email],
            )
            person = kind(site, email)
            person.adopt(user_id, token_for(stack, user_id))
            people.append(person)
    return people


def at_once(work: Callable[[Item], Result], items: Sequence[Item], threads: int) -> list[Result]:
    """Do the work for every item, that many at a time; results in the items' order."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def client_from(address: str, base_url: str, **headers: str) -> httpx.Client:
    """An HTTP client that calls from its own loopback address, as another machine would."""
    return httpx.Client(
        base_url=base_url,
        headers=headers,
        timeout=60,
        transport=httpx.HTTPTransport(local_address=address),
    )
