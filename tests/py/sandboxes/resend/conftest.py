"""One sandbox for the tests of a module; the SDK, unmodified, points to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import resend

from tests.py.sandboxes.running import Sandbox, running

KEY = "re_test_key"
Json = dict[str, Any]
Outbox = Callable[[str], list[Json]]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    data = tmp_path_factory.mktemp("resend")
    with running("local.resend_sandbox", data, {"RESEND_SANDBOX_KEY": KEY}) as one:
        yield one


@pytest.fixture(autouse=True)
def _sdk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the SDK to the module's sandbox, or to the test's own if it has one."""
    name = "own" if "own" in request.fixturenames else "sandbox"
    monkeypatch.setattr(resend, "api_url", request.getfixturevalue(name).url)
    monkeypatch.setattr(resend, "api_key", KEY)


@pytest.fixture
def own(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Sandbox]:
    """A sandbox of the test's own; `@pytest.mark.parametrize("own", …, indirect=True)` sets it."""
    arguments = getattr(request, "param", [])
    environment = {"RESEND_SANDBOX_KEY": KEY}
    with running("local.resend_sandbox", tmp_path / "data", environment, *arguments) as one:
        yield one


@pytest.fixture
def outbox(sandbox: Sandbox) -> Outbox:
    """Messages that an address got."""

    def read(to: str) -> list[Json]:
        return messages(sandbox, to)

    return read


def messages(sandbox: Sandbox, to: str) -> list[Json]:
    """Messages that an address got from this sandbox."""
    answer = requests.get(f"{sandbox.url}/_sandbox/messages", params={"to": to}, timeout=5)
    assert answer.status_code == 200
    found: list[Json] = answer.json()["messages"]
    return found


def letter(to: str, **more: Any) -> Any:
    """A send request that is good."""
    return {
        "from": "Agora <orders@agora.test>",
        "to": [to],
        "subject": "Your receipt",
        "text": "Thank you.",
        **more,
    }
