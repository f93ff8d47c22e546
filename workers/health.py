"""Heartbeats of the loops, metrics, and the small HTTP server that shows both."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

JOBS = Counter("agora_jobs_total", "Jobs by how they ended.", ["queue", "outcome"])
JOB_SECONDS = Histogram(
    "agora_job_seconds",
    "Time spent on a job, in seconds.",
    ["queue"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)
JOB_DELAY = Histogram(
    "agora_job_delay_seconds",
    "Time from a job's cause to its first attempt, in seconds.",
    ["queue"],
    buckets=(0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
)
IN_FLIGHT = Gauge("agora_jobs_in_flight", "Jobs leased to this process.", ["queue"])
LOOP_BEAT = Gauge("agora_worker_loop_beat_seconds", "Unix time of a loop's last beat.", ["loop"])
PERIODIC = Counter("agora_periodic_runs_total", "Periodic tasks run.", ["task", "outcome"])
REALTIME = Counter("agora_realtime_events_total", "Realtime events by what became of them.", ["to"])


class Heartbeats:
    """Each loop says until when it will be heard of again; one that is overdue is stuck."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}

    def beat(self, loop: str, seconds: float) -> None:
        """The loop lives, and beats again within `seconds`."""
        with self._lock:
            self._due[loop] = time.monotonic() + seconds
        LOOP_BEAT.labels(loop).set_to_current_time()

    def stuck(self) -> list[str]:
        """Names of the loops that are overdue."""
        now = time.monotonic()
        with self._lock:
            return sorted(loop for loop, due in self._due.items() if due < now)


def serve(host: str, port: int, beats: Heartbeats) -> ThreadingHTTPServer:
    """Answer GET /healthz (503 if a loop is stuck) and /metrics. Raises OSError: port is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            elif path == "/healthz":
                stuck = beats.stuck()
                body = {"status": "stuck" if stuck else "ok", "stuck": stuck}
                self._answer(503 if stuck else 200, "application/json", json.dumps(body).encode())
            else:
                self._answer(404, "application/json", b'{"code": "not_found"}')

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Probes are not worth a log line."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    return server
