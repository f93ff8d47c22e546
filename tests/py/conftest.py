"""Sellers, buyers and goods; every test makes its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.demo.purchase import site_of
from seeds.actors import Buyer, Seller, Site
from tests.support.databases import install_helpers
from tests.support.people import MintedBuyer, MintedSeller, mint
from tests.support.stack import Stack, running_stack

Json = dict[str, Any]


@pytest.fixture(scope="session")
def site(stack: Stack) -> Site:
    """What a storefront is configured with."""
    return site_of(stack.layout)


@pytest.fixture(scope="session")
def crash_stack() -> Iterator[Stack]:
    """A stack of its own for tests that kill things: with fsync, as in production."""
    with running_stack(durable=True) as running:
        yield running


@pytest.fixture(scope="session")
def persona_template(stack: Stack) -> Iterator[str]:
    """Name of an unused migrated database with pgTAP and the personas of tests/sql/helpers.sql."""
    name = stack.clone()
    install_helpers(stack, name)
    yield name
    stack.drop(name)


@pytest.fixture
def sellers(stack: Stack) -> Iterator[Callable[[], Seller]]:
    """Make sellers; their connections are closed at the end."""
    made: list[MintedSeller] = []

    def make() -> Seller:
        made.extend(mint(stack, MintedSeller))
        return made[-1]

    yield make
    for seller in made:
        seller.close()


@pytest.fixture
def buyers(stack: Stack) -> Iterator[Callable[[int], list[Buyer]]]:
    """Make buyers; their connections are closed at the end."""
    made: list[MintedBuyer] = []

    def make(count: int = 1) -> list[Buyer]:
        fresh = mint(stack, MintedBuyer, count)
        made.extend(fresh)
        return list(fresh)

    yield make
    for buyer in made:
        buyer.close()


@pytest.fixture
def seller(sellers: Callable[[], Seller]) -> Seller:
    """One seller, without a shop."""
    return sellers()


@pytest.fixture
def buyer(buyers: Callable[[int], list[Buyer]]) -> Buyer:
    """One buyer."""
    return buyers(1)[0]


@pytest.fixture
def shop(seller: Seller) -> Json:
    """The seller's shop, onboarded and open."""
    return seller.open_new_shop("A shop")
