"""The queues and what works on them; how often a job is tried is private.queues' to say."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.context import Context
from workers.handlers import (
    email,
    imports,
    payments,
    revalidate,
    storage,
    stripe_events,
    watermark,
)
from workers.job import Job

Handler = Callable[[Context, Job], str]


@dataclass(frozen=True)
class QueueSpec:
    """A queue's handler and pace.

    `prefetch`: jobs leased beyond those being worked on, so that short jobs come in batches.
    `max_seconds`: a job that takes longer is stuck: its lease is no longer renewed.
    """

    handler: Handler
    concurrency: int
    prefetch: int
    max_seconds: float


QUEUES: dict[str, QueueSpec] = {
    "stripe_events": QueueSpec(stripe_events.handle, concurrency=4, prefetch=8, max_seconds=180),
    "payments": QueueSpec(payments.handle, concurrency=2, prefetch=2, max_seconds=180),
    "watermark": QueueSpec(watermark.handle, concurrency=2, prefetch=0, max_seconds=600),
    "email": QueueSpec(email.handle, concurrency=2, prefetch=2, max_seconds=180),
    "storage": QueueSpec(storage.handle, concurrency=1, prefetch=0, max_seconds=180),
    "imports": QueueSpec(imports.handle, concurrency=1, prefetch=0, max_seconds=3600),
    "revalidate": QueueSpec(revalidate.handle, concurrency=2, prefetch=4, max_seconds=60),
}

# What is not a queue but can be chosen in the same way.
LOOPS = ("realtime", "periodic")

POLL_SECONDS = 1.0
