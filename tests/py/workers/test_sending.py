"""A message that is handed to Resend again arrives once."""

import uuid
from pathlib import Path

import pytest
import requests
import resend

from tests.py.sandboxes.running import running
from tests.py.webhooks.conftest import settings_without_stack
from workers.handlers.email import _once, configure_resend

KEY = "re_test_key"


def test_the_key_goes_with_the_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("api_key", "api_url", "default_http_client"):
        monkeypatch.setattr(resend, name, getattr(resend, name))  # given back afterwards
    with running("local.resend_sandbox", tmp_path, {"RESEND_SANDBOX_KEY": KEY}) as sandbox:
        configure_resend(settings_without_stack(resend_api_key=KEY, resend_api_url=sandbox.url))
        to = "buyer@example.test"
        message: resend.Emails.SendParams = {
            "from": "Agora <noreply@agora.example>",
            "to": [to],
            "subject": "Your receipt",
            "html": "<p>Thank you</p>",
            "text": "Thank you",
        }
        key = str(uuid.uuid4())
        first = _once(message, key)
        assert _once(message, key) == first
        # The buyer has changed the name meanwhile: taken before, so nothing is sent.
        assert _once({**message, "text": "Thank you, Ines"}, key) is None
        kept = requests.get(f"{sandbox.url}/_sandbox/messages", params={"to": to}, timeout=5)
        assert len(kept.json()["messages"]) == 1
