"""Webhooks about channels, signed as Pusher signs them, in order, with retries."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from local.pusher_sandbox.signing import Credentials

TIMEOUT_SECONDS = 10.0
MAX_EVENTS = 100
GATHER_SECONDS = 0.02
DEFAULT_DELAYS = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 120.0]
"""Pusher gives up after about five minutes."""


@dataclass
class Endpoint:
    """Where webhooks go; `events` empty means all of them."""

    url: str
    events: frozenset[str]
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)


def read_endpoints(text: str) -> list[Endpoint]:
    """Endpoints from JSON: `[{"url", "events": [optional]}]`.

    Raises:
        ValueError: with a sentence for the operator.

    """
    try:
        found = [
            Endpoint(str(one["url"]), frozenset(one.get("events", []))) for one in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"webhook endpoints are not valid: {error!r}") from error
    if any(not one.url.startswith(("http://", "https://")) for one in found):
        raise ValueError("a webhook endpoint's url must be http or https")
    return found


class Webhooks:
    """A queue per endpoint; an endpoint that fails holds up only itself."""

    def __init__(
        self, endpoints: list[Endpoint], credentials: Credentials, delays: list[float]
    ) -> None:
        self._endpoints = endpoints
        self._credentials = credentials
        self._delays = delays

    def notify(self, event: dict[str, Any]) -> None:
        """Queue an event."""
        for endpoint in self._endpoints:
            if not endpoint.events or event["name"] in endpoint.events:
                endpoint.queue.put_nowait(event)

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            for endpoint in self._endpoints:
                group.create_task(self._serve(session, endpoint))

    async def _serve(self, session: aiohttp.ClientSession, endpoint: Endpoint) -> None:
        while True:
            events = [await endpoint.queue.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while not endpoint.queue.empty() and len(events) < MAX_EVENTS:
                events.append(endpoint.queue.get_nowait())
            for delay in [*self._delays, None]:
                if await self._attempt(session, endpoint.url, events) or delay is None:
                    break
                await asyncio.sleep(delay)

    async def _attempt(
        self, session: aiohttp.ClientSession, url: str, events: list[dict[str, Any]]
    ) -> bool:
        body = json.dumps({"time_ms": int(time.time() * 1000), "events": events}).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Pusher-Key": self._credentials.key,
            "X-Pusher-Signature": self._credentials.sign(body),
        }
        try:
            async with session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
