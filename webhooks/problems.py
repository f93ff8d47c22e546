"""RFC 9457 problem documents: the one shape of every error."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, json

from webhooks.codes import OWN, REJECTIONS
from webhooks.request_id import request_id

CONTENT_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A refusal with a stable code. `retry_after` in seconds; `members` go into the document."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        status: int | None = None,
        retry_after: int | str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        known = OWN.get(code)
        self.code = code
        self.status = status or (known.status if known else 422)
        self.detail = detail or (known.detail if known else REJECTIONS.get(code))
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)
        self.members = {"hint": known.hint if known else None}
        self.members |= {name: value for name, value in members.items() if value is not None}

    def document(self) -> dict[str, Any]:
        """The problem document. `type` leads to the code's entry in docs/errors.md."""
        site = str(current_app.extensions["agora"].settings.site_url).rstrip("/")
        return {
            "type": f"{site}/docs/errors#{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id(),
            **self.members,
        }

    def response(self) -> Response:
        """The HTTP answer."""
        return Response(
            json.dumps(self.document()),
            self.status,
            {"Cache-Control": "no-store", **self.headers},
            content_type=CONTENT_TYPE,
        )
