"""Reading a request's body: bounded, JSON only, of exactly the declared shape."""

import json
import re
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from webhooks.problems import ProblemError

MAX_DEPTH = 16
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """A request's body: an unknown member is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


def _check_depth(raw: bytes) -> None:
    depth = 0
    for byte in _STRING.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ProblemError("json_too_deep")
        elif byte in b"]}":
            depth -= 1


def _problem(error: ValidationError) -> ProblemError:
    found = [
        {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    if any(one["type"] == "json_invalid" for one in error.errors(include_url=False)):
        return ProblemError("invalid_json", found[0]["message"])
    first = found[0]
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return ProblemError("invalid_request", detail, errors=found[:20])


def read_json(model: type[Model], *, optional: bool = False) -> Model:
    """The body as `model`; with `optional` an empty one counts as `{}`.

    Raises ProblemError: unsupported_media_type, invalid_json, json_too_deep, invalid_request.
    """
    raw = request.get_data()
    if not raw and optional:
        raw = b"{}"
    elif request.mimetype != "application/json":
        raise ProblemError("unsupported_media_type")
    _check_depth(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _problem(error) from error


def read_form_or_json(model: type[Model]) -> Model:
    """The same for clients that also send forms, as pusher-js does."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return read_json(model)
    try:
        return model.model_validate_json(json.dumps(request.form.to_dict()))
    except ValidationError as error:
        raise _problem(error) from error
