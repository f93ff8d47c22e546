"""The jobs that this process holds, and the heartbeat that keeps them from being seen elsewhere."""

import threading
import time

import psycopg

from agora.db import Database
from agora.logs import get_logger
from workers.health import IN_FLIGHT, Heartbeats
from workers.job import Job
from workers.queues import QUEUES

logger = get_logger(__name__)


def _key(job: Job) -> tuple[str, int, int]:
    return job.queue, job.msg_id, job.attempt


class Leases:
    """Leased jobs by queue, message id and attempt: a stuck one may come back to its process."""

    def __init__(self, db: Database, beats: Heartbeats, seconds: int) -> None:
        self.seconds = seconds
        self._db = db
        self._beats = beats
        self._lock = threading.Lock()
        self._held: dict[tuple[str, int, int], tuple[Job, float]] = {}

    def take(self, job: Job) -> None:
        """A job was read."""
        with self._lock:
            self._held[_key(job)] = (job, time.monotonic())
        IN_FLIGHT.labels(job.queue).inc()

    def started(self, job: Job) -> None:
        """The job's own time begins."""
        with self._lock:
            if _key(job) in self._held:
                self._held[_key(job)] = (job, time.monotonic())

    def drop(self, job: Job) -> None:
        """The job is settled, or somebody else's."""
        with self._lock:
            known = self._held.pop(_key(job), None)
        if known is not None:
            IN_FLIGHT.labels(job.queue).dec()

    def held(self) -> list[Job]:
        """The jobs held now."""
        with self._lock:
            return [job for job, _ in self._held.values()]

    def renew(self) -> None:
        """Extend every lease, except those of stuck jobs: these may be tried elsewhere."""
        now = time.monotonic()
        with self._lock:
            held = list(self._held.values())
        for job, since in held:
            if now - since > QUEUES[job.queue].max_seconds:
                logger.error("job_stuck", queue=job.queue, msg_id=job.msg_id)
                continue
            if not self.extend(job, self.seconds) and self._holds(job):
                logger.warning("job_lost", queue=job.queue, msg_id=job.msg_id)
                self.drop(job)

    def _holds(self, job: Job) -> bool:
        with self._lock:
            return _key(job) in self._held

    def extend(self, job: Job, seconds: int) -> bool:
        """Set when the job may be seen elsewhere; 0 gives it back now. Raises psycopg.Error.

        False: its lease had run out and another attempt has begun, or it is settled.
        """
        extended: bool = self._db.value(
            "jobs_extend",
            {
                "p_queue": job.queue,
                "p_msg_id": job.msg_id,
                "p_lease_seconds": seconds,
                "p_attempt": job.attempt,
            },
        )
        return extended

    def give_back(self, job: Job) -> None:
        """Let another worker have the job now; if that fails, its lease runs out by itself."""
        try:
            self.extend(job, 0)
        except psycopg.Error as error:
            logger.warning("job_not_given_back", queue=job.queue, error=str(error))
        self.drop(job)

    def run(self, stop: threading.Event) -> None:
        """Renew until told to stop."""
        while not stop.is_set():
            self._beats.beat("leases", 60)
            try:
                self.renew()
            except psycopg.Error as error:
                logger.warning("leases_not_renewed", error=str(error))
            stop.wait(self.seconds / 4)
