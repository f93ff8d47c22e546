"""One queue: a thread that leases jobs in batches, and threads that work on them."""

import queue
import threading
import time
from datetime import UTC, datetime

import psycopg
import structlog

from agora.logs import get_logger, redact
from agora.retry import retry
from workers.backoff import Backoff
from workers.context import Context
from workers.health import JOB_DELAY, JOB_SECONDS, JOBS, Heartbeats
from workers.job import Job, RetryLaterError, is_hopeless
from workers.leases import Leases
from workers.queues import POLL_SECONDS, QueueSpec
from workers.threads import spawn

logger = get_logger(__name__)


class Consumer:
    """Works on one queue until `context.stopping` is set."""

    def __init__(
        self, name: str, spec: QueueSpec, context: Context, leases: Leases, beats: Heartbeats
    ) -> None:
        self.name = name
        self.wake = threading.Event()
        self._spec = spec
        self._context = context
        self._leases = leases
        self._beats = beats
        self._inbox: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._free = threading.Semaphore(spec.concurrency + spec.prefetch)

    def start(self) -> list[threading.Thread]:
        """Start the threads; they end soon after `context.stopping` is set."""
        return [
            spawn(f"{self.name}-fetch", self._fetch),
            *(
                spawn(f"{self.name}-{n}", self._work, n)
                for n in range(1, self._spec.concurrency + 1)
            ),
        ]

    # --- leasing ----------------------------------------------------------------------------

    def _fetch(self) -> None:
        backoff = Backoff()
        while not self._context.stopping.is_set():
            self._beats.beat(f"{self.name}-fetch", 60)
            self.wake.clear()  # before reading: a hint that comes meanwhile is not lost
            room = self._room()
            if room == 0:
                continue
            found = 0
            try:
                found = self._lease(room)
                backoff.reset()
            except psycopg.Error as error:
                pause = backoff.next()
                logger.warning("queue_unreadable", queue=self.name, error=str(error), wait=pause)
                self._context.pause(pause)
            finally:
                for _ in range(room - found):
                    self._free.release()
            if found == 0:
                self.wake.wait(POLL_SECONDS)

    def _room(self) -> int:
        """Take all free places, or wait up to a second for one."""
        room = 0
        if self._free.acquire(timeout=1):
            room = 1
            while self._free.acquire(blocking=False):
                room += 1
        return room

    def _lease(self, room: int) -> int:
        rows = self._context.db.rows(
            "jobs_read",
            {"p_queue": self.name, "p_lease_seconds": self._leases.seconds, "p_batch": room},
        )
        for row in rows:
            job = Job(
                self.name, row["msg_id"], row["read_ct"], row["enqueued_at"], row["message"] or {}
            )
            self._leases.take(job)
            self._inbox.put(job)
        return len(rows)

    def give_back_waiting(self) -> int:
        """Give back what was leased but not begun; returns how many."""
        count = 0
        while True:
            try:
                job = self._inbox.get_nowait()
            except queue.Empty:
                return count
            self._leases.give_back(job)
            count += 1

    # --- working ----------------------------------------------------------------------------

    def _work(self, number: int) -> None:
        beat = f"{self.name}-{number}"
        while not self._context.stopping.is_set():
            self._beats.beat(beat, 30)
            try:
                job = self._inbox.get(timeout=1)
            except queue.Empty:
                continue
            self._beats.beat(beat, self._spec.max_seconds + 30)
            try:
                with structlog.contextvars.bound_contextvars(
                    request_id=job.request_id, queue=job.queue, msg_id=job.msg_id
                ):
                    self._run(job)
            finally:
                self._leases.drop(job)
                self._free.release()

    def _run(self, job: Job) -> None:
        began = time.monotonic()
        self._leases.started(job)
        if job.attempt == 1:
            waited = (datetime.now(UTC) - job.enqueued_at).total_seconds()
            JOB_DELAY.labels(job.queue).observe(max(0.0, waited))
        try:
            result = self._spec.handler(self._context, job)
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the queue goes on
            self._failed(job, error)
        else:
            self._done(job, result)
        JOB_SECONDS.labels(job.queue).observe(time.monotonic() - began)

    def _done(self, job: Job, result: str) -> None:
        try:
            mine = self._settle(
                "jobs_done",
                {"p_queue": job.queue, "p_msg_id": job.msg_id, "p_attempt": job.attempt},
            )
        except psycopg.Error as error:
            # Seen again after its lease; handlers are idempotent.
            logger.warning("job_not_archived", error=str(error))
            return
        if not mine:
            # Too late: another attempt is at it, and finds it done.
            logger.warning("job_lost", result=result, attempt=job.attempt)
            return
        JOBS.labels(job.queue, "done").inc()
        logger.info("job_done", result=result, attempt=job.attempt)

    def _failed(self, job: Job, error: Exception) -> None:
        text = redact(f"{type(error).__name__}: {error}")
        try:
            outcome = self._settle(
                "jobs_fail",
                {
                    "p_queue": job.queue,
                    "p_msg_id": job.msg_id,
                    "p_error": text,
                    "p_permanent": is_hopeless(error),
                    "p_attempt": job.attempt,
                },
            )
            if outcome == "retry" and isinstance(error, RetryLaterError):
                self._leases.extend(job, max(1, round(error.seconds)))
        except psycopg.Error as away:
            logger.warning("job_not_failed", error=text, database=str(away))
            return
        JOBS.labels(job.queue, "failed" if outcome == "retry" else str(outcome)).inc()
        expected = isinstance(error, psycopg.OperationalError | RetryLaterError)
        log = logger.error if outcome == "held" else logger.warning
        log(
            "job_failed",
            error=text,
            outcome=outcome,
            attempt=job.attempt,
            exc_info=None if expected or is_hopeless(error) else error,
        )

    def _settle(self, function: str, args: dict[str, object]) -> object:
        """Tell the database what became of a job; a restarting server is waited for a while."""
        return retry(
            lambda: self._context.db.value(function, args),
            on=(psycopg.OperationalError,),
            attempts=4,
            base=0.5,
            cap=5,
        )
