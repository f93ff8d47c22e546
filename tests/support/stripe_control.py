"""The Stripe sandbox's control API, and events signed by the test itself."""

import json
import time
from typing import Any

import httpx

from local.stripe_sandbox.webhooks import signature
from tests.support.stack import Stack

Json = dict[str, Any]


class StripeControl:
    """Holds webhooks back, lists events, plans failures."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{stack.layout.ports.stripe}/_sandbox", timeout=60
        )

    def _json(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self.http.request(method, path, json=body)
        answer.raise_for_status()
        value: Json = answer.json()
        return value

    def hold(self, types: str = ".") -> None:
        """Keep back the deliveries of coming events whose type matches."""
        self._json("POST", "/webhooks/hold", {"types": types})

    def release(self) -> None:
        """Deliver what is held, and hold nothing any more."""
        self._json("POST", "/webhooks/release", {"order": "oldest"})

    def events(self, about: str) -> list[Json]:
        """Events in whose object this id occurs, oldest first."""
        found: list[Json] = self._json("GET", "/events")["events"]
        return [event for event in found if about in json.dumps(event)]

    def fail(self, **failure: Any) -> None:
        """Plan a failure of the API; see local/stripe_sandbox/README.md."""
        self._json("POST", "/failures", failure)

    def calm(self) -> None:
        """No failures, no holds."""
        self._json("DELETE", "/failures")
        self._json("DELETE", "/webhooks/rules")
        self.release()

    def deliver(
        self,
        event: Json,
        *,
        endpoint: str = "/v1/stripe/webhook",
        secret: str | None = None,
        age: int = 0,
        header: str | None = None,
        tamper: bytes = b"",
    ) -> httpx.Response:
        """POST an event as Stripe would, signed `age` seconds ago."""
        payload = json.dumps(event, indent=2).encode()
        secrets = [secret or self.stack.layout.credentials.stripe_webhook_secret]
        signed = signature(payload, secrets, int(time.time()) - age) if header is None else header
        return httpx.post(
            self.stack.url + endpoint,
            content=payload + tamper,
            headers={"Stripe-Signature": signed, "Content-Type": "application/json"},
            timeout=60,
        )

    def close(self) -> None:
        """Leave the sandbox as it was."""
        self.calm()
        self.http.close()
