"""One sandbox for all tests of this folder, with a receiver for each kind of endpoint."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import stripe
from stripe import StripeClient

from tests.py.sandboxes.running import Receiver, Sandbox, receiver, running

Json = dict[str, Any]
SECRET, PUBLISHABLE = "sk_test_of_the_tests", "pk_test_of_the_tests"
PLATFORM_SECRET, CONNECT_SECRET = "whsec_platform", "whsec_connect"
TIMEOUT = 10


@dataclass
class World:
    """A running sandbox, the SDK, and what has arrived."""

    sandbox: Sandbox
    platform: Receiver
    connect: Receiver

    @property
    def client(self) -> StripeClient:
        return StripeClient(SECRET, base_addresses={"api": self.sandbox.url})

    def control(self, method: str, path: str, body: Json | None = None) -> Json:
        """Call the control API."""
        response = requests.request(
            method, f"{self.sandbox.url}/_sandbox{path}", json=body, timeout=60
        )
        assert response.ok, response.text
        return cast("Json", response.json())

    @contextlib.contextmanager
    def settings(self, **values: Any) -> Iterator[None]:
        """Change settings for a while."""
        self.control("POST", "/settings", values)
        try:
            yield
        finally:
            self.control("POST", "/settings", dict.fromkeys(values))

    def drain(self) -> None:
        """Wait until everything is delivered and done."""
        assert self.control("POST", "/webhooks/drain", {"seconds": 10}) == {"pending": 0}

    def browser(self, method: str, path: str, data: Json | None = None) -> requests.Response:
        """A call with the publishable key, as Stripe.js makes it."""
        return requests.request(
            method,
            f"{self.sandbox.url}{path}",
            data=data if method == "POST" else None,
            params=data if method == "GET" else None,
            headers={"Authorization": f"Bearer {PUBLISHABLE}"},
            timeout=TIMEOUT,
        )

    def raw(self, method: str, path: str, data: Any = None, **headers: str) -> requests.Response:
        """A call with the secret key, below the SDK."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(
            method,
            f"{self.sandbox.url}{path}",
            data=data,
            headers={"Authorization": f"Bearer {SECRET}", **names},
            timeout=TIMEOUT,
        )

    def intent(self, amount: int = 2000, **more: Any) -> stripe.PaymentIntent:
        """A payment intent that takes cards and never redirects."""
        params: Any = {
            "amount": amount,
            "currency": "usd",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            **more,
        }
        return self.client.v1.payment_intents.create(params)

    def paid(
        self, amount: int = 2000, method: str = "pm_card_visa", **more: Any
    ) -> stripe.PaymentIntent:
        """One that is confirmed as well."""
        return self.intent(amount, payment_method=method, confirm=True, **more)

    def seller(self, country: str = "US") -> str:
        """The id of a connected account that may receive transfers."""
        account = self.client.v1.accounts.create(
            {
                "type": "express",
                "country": country,
                "capabilities": {"transfers": {"requested": True}},
            }
        )
        link = self.client.v1.account_links.create(
            {
                "account": account.id,
                "type": "account_onboarding",
                "refresh_url": "http://shop.test/refresh",
                "return_url": "http://shop.test/return",
            }
        )
        self.submit(link.url, "complete")
        return str(account.id)

    def submit(self, url: str, outcome: str) -> requests.Response:
        """Fill a hosted form in."""
        return requests.post(url, data={"outcome": outcome}, allow_redirects=False, timeout=TIMEOUT)

    def events_about(self, identifier: str) -> list[Json]:
        """What the platform endpoint was told about an object, in order of arrival."""
        self.drain()
        return arrived(self.platform, lambda event: event["data"]["object"]["id"] == identifier)

    def connect_events(self, account: str) -> list[Json]:
        """What the Connect endpoint was told about an account."""
        self.drain()
        return arrived(
            self.connect,
            lambda event: account in (event.get("account"), event.get("context")),
        )


def arrived(inbox: Receiver, wanted: Callable[[Json], bool]) -> list[Json]:
    found = [json.loads(body) for _, body in list(inbox.requests)]
    return [event for event in found if wanted(event)]


@contextlib.contextmanager
def world_in(data: Path) -> Iterator[World]:
    with receiver() as platform, receiver() as connect:
        endpoints = [
            {"url": platform.url, "secret": PLATFORM_SECRET, "connect": False},
            {"url": connect.url, "secret": CONNECT_SECRET, "connect": True},
        ]
        environment = {
            "STRIPE_SANDBOX_KEY": SECRET,
            "STRIPE_SANDBOX_PUBLISHABLE": PUBLISHABLE,
            "STRIPE_SANDBOX_ENDPOINTS": json.dumps(endpoints),
        }
        with running("local.stripe_sandbox", data, environment) as sandbox:
            yield World(sandbox, platform, connect)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The shared sandbox; a test that changes a setting puts it back."""
    with world_in(tmp_path_factory.mktemp("stripe")) as shared:
        yield shared


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    """A sandbox of the test's own, to hold back, kill and restart."""
    with world_in(tmp_path) as alone:
        yield alone


@pytest.fixture
def client(world: World) -> StripeClient:
    return world.client


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do it `count` times at the same moment; results or exceptions, in order."""
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def one(position: int) -> None:
        barrier.wait()
        try:
            results[position] = work(position)
        except stripe.StripeError as error:
            results[position] = error

    threads = [threading.Thread(target=one, args=(each,)) for each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
