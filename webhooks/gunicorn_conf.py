"""gunicorn's configuration. Everything can be set by environment variables."""

import os
import shutil
import tempfile
from typing import Any

import gunicorn.http.wsgi  # type: ignore[import-untyped]

bind = os.environ.get("WEBHOOKS_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEBHOOKS_WORKERS", "2"))
threads = int(os.environ.get("WEBHOOKS_THREADS", "16"))
worker_class = "gthread"
# Longer than an upload's check takes; threads that wait do not count as hung.
timeout = 90
graceful_timeout = 15
# Longer than a proxy keeps an idle connection, so that it never sends into a closing one.
keepalive = 120
limit_request_line = 8190
limit_request_field_size = 8190
limit_request_fields = 64
# The app writes its own access log: the path of a download is its token.
accesslog = None
# No second way in.
control_socket_disable = True
logger_class = "webhooks.gunicorn_logs.JsonLogger"

# Nobody needs to know what serves them.
vars(gunicorn.http.wsgi)["SERVER"] = "agora"

# Before anything imports prometheus_client: it decides then how it counts.
_made = ""
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _made = tempfile.mkdtemp(prefix="agora-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _made


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Forget a dead worker's gauges."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - see above

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Take the metrics' files away."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
