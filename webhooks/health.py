"""Liveness, readiness, metrics: for load balancers and Prometheus."""

import hmac
from typing import Any, Literal

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from webhooks.describe import Answer, Operation, describe
from webhooks.metrics import render
from webhooks.problems import ProblemError
from webhooks.services import services

blueprint = Blueprint("health", __name__)


class Alive(BaseModel):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The database answers; per queue: jobs ready, held, and the oldest one's age in seconds."""

    status: Literal["ready"] = "ready"
    database: bool
    queues: dict[str, dict[str, int]]


@blueprint.get("/healthz")
@blueprint.get("/v1/healthz")
@describe(Operation("Does the process answer?", {200: Answer(Alive, "Yes.")}, bearer=False))
def healthz() -> dict[str, Any]:
    """Asks nobody else: a restart would not help against a database that is away."""
    return Alive().model_dump()


@blueprint.get("/readyz")
@blueprint.get("/v1/readyz")
@describe(
    Operation(
        "Can it do its work?",
        {200: Answer(Ready, "The database answers; how far the queues lag.")},
        bearer=False,
        errors=("database_unavailable",),
    )
)
def readyz() -> dict[str, Any]:
    """Lag alone is no reason to take the process out: it would not shrink by that."""
    state = services().database.value("readiness")
    return Ready(database=state["database"], queues=state["queues"] or {}).model_dump()


@blueprint.get("/metrics")
@blueprint.get("/v1/metrics")
@describe(
    Operation(
        "Prometheus metrics",
        {200: Answer(None, "Text format.", content_type="text/plain")},
        bearer=False,
        errors=("permission_denied",),
    )
)
def metrics() -> Response:
    """With METRICS_TOKEN set, only for whoever knows it."""
    wanted = services().settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    if wanted and not hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
        raise ProblemError("permission_denied")
    return Response(
        render(services().database),
        headers={"Cache-Control": "no-store"},
        content_type=CONTENT_TYPE_LATEST,
    )
