"""Whose address counts behind proxies, and what makes a device."""

import pytest

from tests.py.webhooks.conftest import running, settings_without_stack
from webhooks.caller import client_address, device


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.8", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "'; drop table", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_address(proxies: int, forwarded: str | None, expected: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with (
        running(settings_without_stack(trusted_proxies=proxies)) as app,
        app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.9"}),
    ):
        assert client_address() == expected


def test_device() -> None:
    def of(**headers: str) -> str:
        with app.test_request_context(headers=headers):
            return device()

    with running(settings_without_stack()) as app:
        phone = of(user_agent="Phone", accept_language="de")
        assert phone == of(user_agent="Phone", accept_language="de", referer="https://x.example")
        assert phone != of(user_agent="Phone", accept_language="en")
        assert phone != of(user_agent="Desk", accept_language="de")
        assert len(phone) == 32
