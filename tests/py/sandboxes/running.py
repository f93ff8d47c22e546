"""A sandbox as a process on a free port, and an endpoint that receives its webhooks."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 20


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(found: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@dataclass
class Sandbox:
    """A running sandbox."""

    module: str
    port: int
    data: Path
    environment: dict[str, str]
    arguments: list[str]
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", self.module, *self._options()],
            cwd=ROOT,
            env={**os.environ, **self.environment},
        )
        wait_until(self._answers, START_SECONDS)

    def _options(self) -> list[str]:
        return ["--port", str(self.port), "--data", str(self.data), *self.arguments]

    def _answers(self) -> bool:
        assert self.child is not None
        assert self.child.poll() is None, "the sandbox has died"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        assert self.child is not None
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(10)

    def kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child.wait(10)


@contextlib.contextmanager
def running(
    module: str, data: Path, environment: dict[str, str], *arguments: str
) -> Iterator[Sandbox]:
    """Start it, and stop it whatever happens."""
    sandbox = Sandbox(module, free_port(), data, environment, list(arguments))
    sandbox.start()
    try:
        yield sandbox
    finally:
        if sandbox.child is not None and sandbox.child.poll() is None:
            sandbox.stop()


@dataclass
class Receiver:
    """Keeps the requests that it was sent; answers `statuses` first, then 200."""

    url: str
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """An HTTP endpoint on loopback."""
    state = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): text for name, text in self.headers.items()}
            state.requests.append((headers, body))
            self.send_response(state.statuses.pop(0) if state.statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
