"""One worker process: starts the chosen queues and loops, stops them gracefully."""

import os
import socket
import threading
import time
import uuid
from dataclasses import replace

from agora.logs import get_logger
from workers.consumer import Consumer
from workers.context import Context
from workers.health import Heartbeats, serve
from workers.leases import Leases
from workers.options import Options
from workers.periodic import run_periodic
from workers.queues import QUEUES
from workers.realtime import Fanout
from workers.threads import spawn
from workers.wakeup import listen

logger = get_logger(__name__)


class Runner:
    """Everything that one process does, until `context.stopping` is set."""

    def __init__(self, context: Context, options: Options) -> None:
        self._context = context
        self._options = options
        self._beats = Heartbeats()
        self._leases = Leases(context.db, self._beats, options.lease_seconds)
        self._worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._fanout = Fanout(context, self._worker, self._beats, options.lease_seconds)
        self._consumers = {
            name: Consumer(
                name,
                replace(QUEUES[name], concurrency=options.concurrency[name]),
                context,
                self._leases,
                self._beats,
            )
            for name in options.queues
        }

    def run(self) -> None:
        """Work until told to stop, then finish or give back. Raises OSError: port is taken."""
        server = serve(self._options.metrics_host, self._options.metrics_port, self._beats)
        threads: list[threading.Thread] = []
        for consumer in self._consumers.values():
            threads += consumer.start()
        if "realtime" in self._options.loops:
            threads.append(spawn("realtime", self._fanout.run))
        if "periodic" in self._options.loops:
            threads.append(
                spawn("periodic", run_periodic, self._context, self._worker, self._beats)
            )
        # These two go on while jobs are being finished.
        finished = threading.Event()
        spawn("leases", self._leases.run, finished)
        if self._options.listen_url:
            spawn(
                "listen",
                listen,
                self._options.listen_url,
                self._wake,
                self._context.stopping,
                self._beats,
            )
        logger.info("workers_started", queues=self._options.queues, loops=self._options.loops)
        self._context.stopping.wait()
        self._stop(threads)
        finished.set()
        server.shutdown()
        server.server_close()

    def _wake(self, queue: str) -> None:
        if queue in self._consumers:
            self._consumers[queue].wake.set()
        # A commit that queues a job has mostly something to tell the clients too.
        self._fanout.wake.set()

    def _stop(self, threads: list[threading.Thread]) -> None:
        deadline = time.monotonic() + self._options.stop_seconds
        for consumer in self._consumers.values():
            consumer.wake.set()
        self._fanout.wake.set()
        given_back = sum(consumer.give_back_waiting() for consumer in self._consumers.values())
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        # A fetch that was under way when the stop came may have leased more.
        given_back += sum(consumer.give_back_waiting() for consumer in self._consumers.values())
        unfinished = self._leases.held()
        for job in unfinished:
            self._leases.give_back(job)
        logger.info("workers_stopped", given_back=given_back, unfinished=len(unfinished))
