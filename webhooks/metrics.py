"""Prometheus metrics of all gunicorn workers together, and what only the database knows."""

import os
import time
from collections.abc import Iterator

import psycopg
from flask import Response, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import REGISTRY, Collector

from agora.db import Database

REQUESTS = Counter("agora_http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "agora_http_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STRIPE_EVENTS = Counter("agora_stripe_webhooks", "Stripe deliveries", ["endpoint", "result"])
DOWNLOADS = Counter("agora_downloads", "Redemptions", ["outcome"])
UPLOADS = Counter("agora_uploads_checked", "Checked files; result: ready or why not", ["result"])


def begin() -> None:
    """Note when the request came."""
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    """Count the answer, under its route and never its path."""
    route = request.url_rule.rule if request.url_rule else "none"
    SECONDS.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
    REQUESTS.labels(request.method, route, str(response.status_code)).inc()
    return response


class _DatabaseCollector(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("agora_database_up", "Does the database answer?")
        families: dict[str, GaugeMetricFamily] = {}
        try:
            for row in self._database.rows("metrics"):
                labels: dict[str, str] = row["labels"]
                family = families.setdefault(
                    row["name"],
                    GaugeMetricFamily(row["name"], row["help"], labels=sorted(labels)),
                )
                family.add_metric([str(labels[key]) for key in sorted(labels)], row["value"])
            up.add_metric([], 1)
        except psycopg.Error:
            families.clear()
            up.add_metric([], 0)
        yield up
        yield from families.values()


def render(database: Database) -> bytes:
    """Everything in Prometheus' text format."""
    ours = CollectorRegistry()
    ours.register(_DatabaseCollector(database))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        merged = CollectorRegistry()
        multiprocess.MultiProcessCollector(merged)  # type: ignore[no-untyped-call]
        return generate_latest(merged) + generate_latest(ours)
    return generate_latest(REGISTRY) + generate_latest(ours)
