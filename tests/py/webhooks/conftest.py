"""The app in this process, so that a test can point it at something that is away."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from agora.settings import Settings
from local.environment import product_environment
from tests.support.stack import Stack
from webhooks.app import create_app

NOWHERE = "http://127.0.0.1:9"
PLATFORM, CONNECT = "whsec_platform", "whsec_connect"


def settings_without_stack(**changed: Any) -> Settings:
    """Settings that lead nowhere."""
    return Settings(
        **{
            "supabase_url": NOWHERE,
            "supabase_publishable_key": "sb_publishable_test",
            "supabase_jwt_secret": "a secret of thirty-two characters",
            "database_url": "postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=1",
            "public_url": NOWHERE,
            "site_url": "http://localhost:3000",
            "stripe_webhook_secrets": PLATFORM,
            "stripe_connect_webhook_secrets": CONNECT,
            **changed,
        }
    )


def outcome(answer: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.text)
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, body["code"]


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    """An app; its connections are closed and the test's logging is given back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    app = create_app(settings)
    root.handlers[:] = handlers
    root.setLevel(level)
    try:
        yield app
    finally:
        made = app.extensions["agora"]
        made.database.close()
        made.http.close()


@pytest.fixture(scope="module")
def lonely() -> Iterator[Flask]:
    """An app whose neighbours are all away."""
    with running(settings_without_stack()) as app:
        yield app


@pytest.fixture
def app_of(stack: Stack) -> Iterator[Callable[..., Flask]]:
    """Apps on the stack, with some settings changed."""
    opened = []

    def make(**changed: Any) -> Flask:
        environment = product_environment(stack.layout, "agora_webhooks")
        values: dict[str, Any] = {
            name.lower(): value
            for name, value in environment.items()
            if name.lower() in Settings.model_fields
        }
        context = running(Settings(**{**values, **changed}))
        app = context.__enter__()
        opened.append(context)
        return app

    yield make
    for context in opened:
        context.__exit__(None, None, None)
