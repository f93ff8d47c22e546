"""Webhooks signed as svix signs them, delivered at least once, retried over restarts."""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import aiohttp

from local.resend_sandbox.store import Store

TIMEOUT_SECONDS = 15.0
PARALLEL = 8


@dataclass(frozen=True)
class Endpoint:
    """Where events go; `events` empty means all of them."""

    url: str
    secret: str
    events: frozenset[str]


def read_endpoints(text: str) -> list[Endpoint]:
    """Endpoints from JSON: `[{"url", "secret": "whsec_…", "events": [optional]}]`.

    Raises:
        ValueError: with a sentence for the operator.

    """
    try:
        entries = json.loads(text)
        found = [
            Endpoint(str(one["url"]), str(one["secret"]), frozenset(one.get("events", [])))
            for one in entries
        ]
        for one in found:
            _key(one.secret)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise ValueError(f"webhook endpoints are not valid: {error!r}") from error
    if any(not one.url.startswith(("http://", "https://")) for one in found):
        raise ValueError("a webhook endpoint's url must be http or https")
    return found


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def signed_headers(secret: str, event_id: str, payload: str, moment: int) -> dict[str, str]:
    """The three svix headers for one attempt; `moment` in Unix seconds."""
    content = f"{event_id}.{moment}.{payload}".encode()
    digest = hmac.new(_key(secret), content, hashlib.sha256).digest()
    return {
        "svix-id": event_id,
        "svix-timestamp": str(moment),
        "svix-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


class Webhooks:
    """Queue on disk, one task that empties it."""

    def __init__(self, store: Store, endpoints: list[Endpoint], delays: list[float]) -> None:
        self._store = store
        self._endpoints = {one.url: one for one in endpoints}
        self._delays = delays
        self._wake = asyncio.Event()
        self._busy: set[tuple[str, str]] = set()

    def queue(self, payload: str, kind: str, next_at: float) -> None:
        """Queue an event for every endpoint that wants it; inside a transaction."""
        event_id = f"msg_{uuid.uuid4().hex}"
        for endpoint in self._endpoints.values():
            if not endpoint.events or kind in endpoint.events:
                self._store.add_delivery(event_id, endpoint.url, payload, next_at)

    def wake(self) -> None:
        """Something was queued."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        limit = asyncio.Semaphore(PARALLEL)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                pause = self._start_due(session, group, limit)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)

    def _start_due(
        self, session: aiohttp.ClientSession, group: asyncio.TaskGroup, limit: asyncio.Semaphore
    ) -> float | None:
        """Start what is due; returns the seconds until the next one (None: nothing waits)."""
        for row in self._store.deliveries("pending"):
            key = (row["id"], row["url"])
            if key in self._busy:
                continue
            wait = row["next_at"] - time.time()
            if wait > 0:
                return float(wait)
            self._busy.add(key)
            group.create_task(self._deliver(session, row, limit))
        return None

    async def _deliver(
        self, session: aiohttp.ClientSession, row: dict[str, Any], limit: asyncio.Semaphore
    ) -> None:
        endpoint = self._endpoints.get(row["url"])
        try:
            if endpoint is None:  # taken out of the configuration since it was queued
                self._store.update_delivery(row["id"], row["url"], state="dropped")
                return
            async with limit:
                status = await self._attempt(session, endpoint, row)
            self._record(row, status)
        finally:
            self._busy.discard((row["id"], row["url"]))
            self._wake.set()

    async def _attempt(
        self, session: aiohttp.ClientSession, endpoint: Endpoint, row: dict[str, Any]
    ) -> int | None:
        headers = signed_headers(endpoint.secret, row["id"], row["payload"], int(time.time()))
        headers["content-type"] = "application/json"
        headers["user-agent"] = "Svix-Webhooks/sandbox"
        body = row["payload"].encode()
        try:
            async with session.post(
                endpoint.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def _record(self, row: dict[str, Any], status: int | None) -> None:
        attempts = row["attempts"] + 1
        values: dict[str, Any] = {"attempts": attempts, "last_status": status}
        if status is not None and 200 <= status < 300:
            values["state"] = "delivered"
        elif attempts > len(self._delays):
            values["state"] = "failed"
        else:
            values["next_at"] = time.time() + self._delays[attempts - 1]
        self._store.update_delivery(row["id"], row["url"], **values)
