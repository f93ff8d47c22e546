"""Delivery of events: signed, at once, in the background, again until it is acknowledged."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time
from typing import Any

import aiohttp

from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.events import pending_webhooks
from local.stripe_sandbox.store import Store

PARALLEL = 8
logger = logging.getLogger(__name__)


def signature(payload: bytes, secrets: list[str], timestamp: int) -> str:
    """The value of `Stripe-Signature`; one `v1` for each secret that is valid."""
    signed = str(timestamp).encode() + b"." + payload
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])


def payload_of(store: Store, event: Json) -> bytes:
    """What is sent: a snapshot event, or of a thin event the part that is delivered."""
    if event["object"] == "event":
        body = {**event, "pending_webhooks": pending_webhooks(store, event["id"])}
    else:
        body = {name: event[name] for name in event if name not in ("changes", "data")}
    return json.dumps(body, indent=2).encode()


def find_event(store: Store, identifier: str) -> Json | None:
    """A snapshot or a thin event."""
    return store.find("event", identifier) or store.find("v2.core.event", identifier)


class Sender:
    """Sends what is due; one at a time for each delivery, several deliveries at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    def wake(self) -> None:
        """Something new is due."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(auto_decompress=False) as self._http:
            try:
                while True:
                    self._wake.clear()
                    self._start_due()
                    await self._sleep()
            finally:
                for task in self._busy.values():
                    task.cancel()

    def _start_due(self) -> None:
        rows = self._store.db.execute(
            "select id from deliveries where state = 'pending' and due <= ? order by due, id",
            (time.time(),),
        ).fetchall()
        for row in rows:
            if len(self._busy) >= PARALLEL:
                return
            number = int(row["id"])
            if number not in self._busy:
                self._start(number)

    def _start(self, number: int) -> None:
        task = asyncio.create_task(self.send(number))
        self._busy[number] = task
        task.add_done_callback(lambda done: self._done(number, done))

    def _done(self, number: int, task: asyncio.Task[None]) -> None:
        self._busy.pop(number, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("delivery %s failed", number, exc_info=error)
            self._settle(number, "failed")
        self.wake()

    async def _sleep(self) -> None:
        rows = self._store.db.execute(
            "select id, due from deliveries where state = 'pending' order by due limit ?",
            (PARALLEL + 1,),
        ).fetchall()
        waits = [float(row["due"]) - time.time() for row in rows if row["id"] not in self._busy]
        full = len(self._busy) >= PARALLEL
        wait = None if full or not waits else max(0.0, min(waits))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)

    async def send(self, number: int) -> None:
        """One attempt at a delivery, and what follows from it."""
        row = self._store.db.execute("select * from deliveries where id = ?", (number,)).fetchone()
        endpoint = self._store.find("webhook_endpoint", row["endpoint"])
        event = find_event(self._store, row["event"])
        if endpoint is None or event is None:
            self._settle(number, "failed")
            return
        payload = payload_of(self._store, event)
        started = time.time()
        status, error = await self.post(endpoint["url"], payload, self._secrets(endpoint["id"]))
        with self._store.transaction():
            self._store.db.execute(
                "insert into attempts (delivery, at, status, error, seconds)"
                " values (?, ?, ?, ?, ?)",
                (number, started, status, error, time.time() - started),
            )
            self._after(number, int(row["attempts"]) + 1, status)

    def _secrets(self, endpoint: str) -> list[str]:
        kept: list[Any] = self._store.private(endpoint)["secrets"]
        now = time.time()
        return [each["secret"] for each in kept if each["until"] is None or each["until"] > now]

    async def post(
        self, url: str, payload: bytes, secrets: list[str], header: str | None = None
    ) -> tuple[int | None, str | None]:
        """POST a signed body; the status, or what went wrong."""
        if self._http is None:
            raise RuntimeError("the sender is not running")
        seconds = float(self._store.setting("webhook_timeout_seconds"))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header or signature(payload, secrets, int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with self._http.post(
                url,
                data=payload,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                await response.content.read(65_536)
                return response.status, None
        except TimeoutError:
            return None, "timeout"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"[:300]

    def _settle(self, number: int, state: str) -> None:
        self._store.db.execute("update deliveries set state = ? where id = ?", (state, number))

    def _after(self, number: int, attempts: int, status: int | None) -> None:
        delivered = status is not None and 200 <= status < 300
        last = attempts >= int(self._store.setting("webhook_attempts"))
        base = float(self._store.setting("webhook_retry_base_seconds"))
        cap = float(self._store.setting("webhook_retry_max_seconds"))
        wait = min(cap, base * 2 ** min(attempts - 1, 30))
        state = "delivered" if delivered else "failed" if last else "pending"
        self._store.db.execute(
            "update deliveries set attempts = ?, due = ?,"
            " state = case state when 'failed' then 'failed' else ? end where id = ?",
            (attempts, time.time() + wait, state, number),
        )

    async def send_in_order(self, numbers: list[int]) -> None:
        """Deliver what is held, one by one: each attempt ends before the next begins."""
        for number in numbers:
            if number not in self._busy:
                self._settle(number, "pending")
                self._start(number)
            await asyncio.gather(self._busy[number], return_exceptions=True)
