"""GET /v1/openapi.json: generated from the routes, their descriptions and pydantic's models."""

import re
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from webhooks.codes import OWN, REJECTIONS, status_of
from webhooks.describe import Answer, Operation, describe
from webhooks.problems import CONTENT_TYPE

blueprint = Blueprint("openapi", __name__)
ANY_ROUTE = ("internal_error",)


class Problem(BaseModel):
    """RFC 9457, with a stable code."""

    type: str
    title: str
    status: int
    detail: str | None
    code: str = Field(description="Stable; see docs/errors.md")
    hint: str | None = Field(description="What to do")
    request_id: str


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _success(answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.description}
    if answer.model:
        made["content"] = {answer.content_type: {"schema": _ref(answer.model)}}
    elif answer.content_type != "application/json":
        made["content"] = {answer.content_type: {"schema": {"type": "string"}}}
    if answer.headers:
        made["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return made


def _meaning(code: str) -> str:
    text = OWN[code].detail if code in OWN else REJECTIONS.get(code, "")
    return f"`{code}`: {text}" if text else f"`{code}`"


def _failures(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys((*operation.errors, *ANY_ROUTE)):
        by_status.setdefault(status_of(code), []).append(code)
    made: dict[str, Any] = {}
    for status, codes in sorted(by_status.items()):
        schema = {"allOf": [_ref(Problem), {"properties": {"code": {"enum": codes}}}]}
        made[str(status)] = {
            "description": "\n".join(f"- {_meaning(code)}" for code in codes),
            "content": {CONTENT_TYPE: {"schema": schema}},
        }
        if status in (429, 503):
            made[str(status)]["headers"] = {
                "Retry-After": {"description": "Seconds", "schema": {"type": "string"}}
            }
    return made


def _parameters(rule: Rule, operation: Operation) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if kind == "uuid" else {})},
        }
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule)
    ]
    for header in operation.headers:
        schema = {"type": "string", **({"pattern": header.pattern} if header.pattern else {})}
        made.append(
            {
                "name": header.name,
                "in": "header",
                "required": header.required,
                "description": header.description,
                "schema": schema,
            }
        )
    return made


def _operation(rule: Rule, operation: Operation) -> dict[str, Any]:
    responses = {str(status): _success(answer) for status, answer in operation.answers.items()}
    made: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", rule.endpoint),
        "summary": operation.summary,
        "tags": [rule.endpoint.split(".")[0]],
        "security": [{"bearer": []}] if operation.bearer else [],
        "parameters": _parameters(rule, operation),
        "responses": responses | _failures(operation),
    }
    if operation.body:
        made["requestBody"] = {
            "required": operation.body_required,
            "content": {kind: {"schema": _ref(operation.body)} for kind in operation.body_types},
        }
    return made


def described(app: Flask) -> list[tuple[Rule, str, Operation]]:
    """Every route under /v1 that has a description: rule, method, description."""
    found = []
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation and rule.rule.startswith("/v1/"):
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((rule, method, operation))
    return found


def build(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    routes = described(app)
    models: dict[str, type[BaseModel]] = {"Problem": Problem}
    for _rule, _method, operation in routes:
        for model in [operation.body, *(answer.model for answer in operation.answers.values())]:
            if model:
                models[model.__name__] = model
    _map, schemas = models_json_schema(
        [(model, "validation") for model in models.values()],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, Any] = {}
    for rule, method, operation in sorted(routes, key=lambda route: (route[0].rule, route[1])):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(rule, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Agora webhook service",
            "version": "1",
            "description": "Everything that needs a secret, a raw body, a file or a third party. "
            "All else is PostgREST's: /rest/v1. Errors are RFC 9457 problem documents.",
        },
        "servers": [{"url": str(app.extensions["agora"].settings.public_url).rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A Supabase access token",
                }
            },
        },
    }


@lru_cache(maxsize=4)
def _text(app: Flask) -> str:
    return json.dumps(build(app))


@blueprint.get("/v1/openapi.json")
@describe(
    Operation(
        "This document",
        {200: Answer(None, "OpenAPI 3.1", content_type="application/json")},
        bearer=False,
    )
)
def document() -> Response:
    """The same for everyone."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return Response(
        _text(app),
        headers={"Cache-Control": "public, max-age=300"},
        content_type="application/json",
    )
