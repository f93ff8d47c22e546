"""LISTEN agora_jobs: a hint that saves waiting for the next poll, and nothing more."""

import threading
from collections.abc import Callable

import psycopg

from agora.logs import get_logger
from workers.backoff import Backoff
from workers.health import Heartbeats

logger = get_logger(__name__)


def listen(url: str, wake: Callable[[str], None], stop: threading.Event, beats: Heartbeats) -> None:
    """Call `wake` with the queue's name for each notification, until `stop`.

    `url` is a direct connection. Where listening is impossible (a transaction pooler, a server that
    is away) the queues are polled all the same.
    """
    backoff = Backoff(base=1, cap=30)
    while not stop.is_set():
        beats.beat("listen", 60)
        try:
            with psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=5,
                prepare_threshold=None,
                application_name="agora-workers-listen",
            ) as connection:
                connection.execute("listen agora_jobs")
                backoff.reset()
                while not stop.is_set():
                    beats.beat("listen", 60)
                    for notification in connection.notifies(timeout=1):
                        wake(notification.payload)
                        if stop.is_set():
                            return
        except psycopg.Error as error:
            pause = backoff.next()
            logger.warning("not_listening", error=str(error), wait=pause)
            stop.wait(pause)
