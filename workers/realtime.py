"""Realtime: numbers committed events and sends them to Pusher, in order, at least once."""

import threading
import time

import psycopg

from agora.logs import get_logger
from workers.backoff import Backoff
from workers.batches import Event, batches, encode
from workers.context import Context
from workers.health import REALTIME, Heartbeats
from workers.pusher_api import PusherApi, RefusedError, UnreachableError

logger = get_logger(__name__)
SEQUENCE_LIMIT = 1000
CLAIM_LIMIT = 200
POLL_SECONDS = 0.25


class Fanout:
    """The loop; any number of workers may run it, one at a time sends."""

    def __init__(
        self, context: Context, worker: str, beats: Heartbeats, lease_seconds: int
    ) -> None:
        self.wake = threading.Event()
        self._context = context
        self._worker = worker
        self._beats = beats
        self._pusher = PusherApi.of(context.settings)
        # No heartbeat renews this one. It is given back well before it ends, after half of the
        # jobs' lease: a slow Pusher must not make two workers send at once.
        self._lease_seconds = round(1.5 * lease_seconds)
        self._budget_seconds = lease_seconds / 2

    def run(self) -> None:
        """Until the process stops."""
        if self._pusher is None:
            logger.warning("pusher_not_configured")
        backoff = Backoff()
        while not self._context.stopping.is_set():
            self._beats.beat("realtime", 90)
            self.wake.clear()
            try:
                busy = self.step()
                backoff.reset()
            except (psycopg.Error, UnreachableError) as error:
                pause = backoff.next()
                logger.warning("realtime_waits", error=str(error), wait=pause)
                self._context.pause(pause)
                continue
            if not busy:
                self.wake.wait(POLL_SECONDS)

    def step(self) -> bool:
        """Number what is new and send what is next; True if there may be more.

        Raises psycopg.Error, UnreachableError; what was sent before is remembered.
        """
        moved = self._context.db.value("realtime_sequence", {"p_limit": SEQUENCE_LIMIT})
        sent = self._send_next() if self._pusher is not None else 0
        return moved == SEQUENCE_LIMIT or sent > 0

    def _send_next(self) -> int:
        began = time.monotonic()
        rows = self._context.db.rows(
            "realtime_claim",
            {
                "p_consumer": "pusher",
                "p_worker": self._worker,
                "p_lease_seconds": self._lease_seconds,
                "p_batch": CLAIM_LIMIT,
            },
        )
        if not rows:
            return 0
        events = [encode(row["id"], row["channel"], row["event"], row["data"]) for row in rows]
        last = 0
        try:
            for batch in batches(events):
                self._deliver(batch)
                last = batch[-1].id
                if (
                    self._context.stopping.is_set()
                    or time.monotonic() - began > self._budget_seconds
                ):
                    break
        finally:
            self._context.db.value(
                "realtime_advance",
                {"p_consumer": "pusher", "p_worker": self._worker, "p_last_id": last},
            )
        return len(rows)

    def _deliver(self, batch: list[Event]) -> None:
        """Send a batch; if Pusher refuses it, one by one, leaving out what it will never take."""
        if self._pusher is None:
            return
        try:
            self._pusher.send(batch)
            REALTIME.labels("pusher").inc(len(batch))
        except RefusedError as error:
            if len(batch) > 1:
                for event in batch:
                    self._deliver([event])
                return
            REALTIME.labels("refused").inc()
            logger.error(
                "realtime_event_refused", event_id=batch[0].id, name=batch[0].name, error=str(error)
            )
