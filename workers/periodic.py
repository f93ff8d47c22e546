"""Periodic tasks: declared and run in SQL; any worker may call."""

import psycopg

from agora.logs import get_logger
from workers.backoff import Backoff
from workers.context import Context
from workers.health import PERIODIC, Heartbeats

logger = get_logger(__name__)
EVERY_SECONDS = 1.0


def run_periodic(context: Context, worker: str, beats: Heartbeats) -> None:
    """Run what is due, about every second, until the process stops."""
    backoff = Backoff()
    while not context.stopping.is_set():
        beats.beat("periodic", 60)
        pause = EVERY_SECONDS
        try:
            for row in context.db.rows("run_periodic", {"p_worker": worker}):
                failed = row["error"] is not None
                PERIODIC.labels(row["name"], "failed" if failed else "done").inc()
                if failed:
                    logger.error("periodic_task_failed", task=row["name"], error=row["error"])
            backoff.reset()
        except psycopg.Error as error:
            pause = backoff.next()
            logger.warning("periodic_tasks_not_run", error=str(error), wait=pause)
        context.pause(pause)
