"""A worker process of the test's own, on a database of the test's own."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local.runtime import ROOT
from seeds.actors import wait_for
from tests.support.stack import Stack


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """`python -m workers`, seen from a test."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    def health(self) -> httpx.Response | None:
        """The answer of /healthz; None while nothing listens."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5)
        except httpx.TransportError:
            return None

    def metric(self, line: str) -> float:
        """The value of a metric with its labels; 0 if it is not there yet."""
        for row in httpx.get(f"{self.url}/metrics", timeout=5).text.splitlines():
            if row.startswith(f"{line} "):
                return float(row.rsplit(" ", 1)[1])
        return 0.0

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Its log lines of this event."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line[:1] == "{"]
        return [line for line in lines if line["event"] == event]

    def terminate(self, seconds: float = 30) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def running(stack: Stack, database: str, *arguments: str, **environment: str) -> Iterator[Worker]:
    """Start a worker on this database, wait until it answers, end it afterwards."""
    port = free_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", *arguments],
            cwd=ROOT,
            env={
                **stack.environment("agora_workers"),
                "DATABASE_URL": stack.layout.dsn("agora_workers", database),
                "WORKERS_METRICS_PORT": str(port),
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        worker = Worker(process, port, Path(log.name))
        try:
            wait_for("the worker", worker.health)
            yield worker
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)
