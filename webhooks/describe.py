"""A route's description, beside the route; OpenAPI is generated from these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

View = TypeVar("View", bound=Callable[..., Any])

SIGNED_IN = ("sign_in_required", "invalid_token", "auth_unavailable", "rate_limited")
"""What every route for signed-in users may answer."""
CHANGES = ("origin_refused", "body_too_large")
"""What every route that changes something may answer."""
JSON_BODY = ("unsupported_media_type", "invalid_json", "json_too_deep", "invalid_request")


@dataclass(frozen=True)
class Header:
    """A request header."""

    name: str
    description: str
    required: bool = False
    pattern: str | None = None


@dataclass(frozen=True)
class Answer:
    """A success: its body's model (None: no JSON body), what it means, extra headers."""

    model: type[BaseModel] | None
    description: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(frozen=True)
class Operation:
    """One method of one route. `errors` are codes; their statuses come from webhooks/codes.py."""

    summary: str
    answers: Mapping[int, Answer]
    errors: Sequence[str] = ()
    body: type[BaseModel] | None = None
    body_required: bool = True
    body_types: Sequence[str] = ("application/json",)
    headers: Sequence[Header] = ()
    bearer: bool = True
    tag: str = ""


def describe(operation: Operation) -> Callable[[View], View]:
    """Attach the description to a view."""

    def attach(view: View) -> View:
        view.__dict__["operation"] = operation
        return view

    return attach
