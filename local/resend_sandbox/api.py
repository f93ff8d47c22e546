"""Resend's REST API: `/emails` and `/emails/batch`."""

import uuid
from typing import Any

from aiohttp import web

from local.resend_sandbox.errors import ApiError, invalid, not_found
from local.resend_sandbox.guards import KEY_USE
from local.resend_sandbox.mailer import Mailer
from local.resend_sandbox.schema import Email, read_email, read_schedule
from local.resend_sandbox.store import Store
from local.sandbox_kit.body import read

MAX_BATCH = 100
MAX_PAGE = 100


class EmailsApi:
    """The handlers; all state is the store's."""

    def __init__(self, store: Store, mailer: Mailer) -> None:
        self._store = store
        self._mailer = mailer

    def routes(self) -> list[web.RouteDef]:
        """The routes of the API."""
        return [
            web.post("/emails", self.send),
            web.get("/emails", self.list),
            web.post("/emails/batch", self.send_batch),
            web.get("/emails/{id}", self.get),
            web.patch("/emails/{id}", self.update),
            web.post("/emails/{id}/cancel", self.cancel),
        ]

    async def send(self, request: web.Request) -> web.Response:
        """POST /emails."""
        email = read_email(await read(request))
        return web.json_response(self._mailer.accept([email], request.get(KEY_USE), batch=False))

    async def send_batch(self, request: web.Request) -> web.Response:
        """POST /emails/batch: all or nothing, unless `x-batch-validation: permissive`."""
        mode = request.headers.get("x-batch-validation", "strict")
        if mode not in ("strict", "permissive"):
            raise invalid("Invalid `x-batch-validation` header. It is `strict` or `permissive`.")
        body = await read(request)
        if not isinstance(body, list) or not 1 <= len(body) <= MAX_BATCH:
            raise invalid(f"The request body must be a list of 1 to {MAX_BATCH} emails.")
        emails: list[Email] = []
        problems: list[dict[str, Any]] = []
        for index, one in enumerate(body):
            try:
                emails.append(read_email(one, batch=True))
            except ApiError as error:
                if mode == "strict":
                    raise
                problems.append({"index": index, "message": error.message})
        answer = self._mailer.accept(
            emails,
            request.get(KEY_USE),
            batch=True,
            extra={"errors": problems} if mode == "permissive" else {},
        )
        return web.json_response(answer)

    async def get(self, request: web.Request) -> web.Response:
        """GET /emails/{id}."""
        return web.json_response(_public(self._find(request)))

    async def list(self, request: web.Request) -> web.Response:
        """GET /emails: newest first; `limit` 1 to 100, `after` or `before` an id."""
        limit = _limit(request.query.get("limit", "20"))
        rows = [_public(row) for row in reversed(self._store.emails(limit=-1))]
        ids = [row["id"] for row in rows]
        after, before = request.query.get("after"), request.query.get("before")
        if after is not None and before is not None:
            raise invalid("`after` and `before` cannot be used together.")
        for cursor in (after, before):
            if cursor is not None and cursor not in ids:
                raise not_found("Email")
        if before is not None:
            newer = rows[: ids.index(before)]
            page, has_more = newer[-limit:], len(newer) > limit
        else:
            older = rows[ids.index(after) + 1 :] if after is not None else rows
            page, has_more = older[:limit], len(older) > limit
        return web.json_response({"object": "list", "has_more": has_more, "data": page})

    async def update(self, request: web.Request) -> web.Response:
        """PATCH /emails/{id}: another `scheduled_at`."""
        message, body = self._find_scheduled(request), await read(request)
        # The SDK sends the id in the body too.
        if not isinstance(body, dict) or set(body) - {"id"} != {"scheduled_at"}:
            raise invalid("Only `scheduled_at` can be updated.")
        self._mailer.reschedule(message, read_schedule(body["scheduled_at"]))
        return web.json_response({"object": "email", "id": message["id"]})

    async def cancel(self, request: web.Request) -> web.Response:
        """POST /emails/{id}/cancel: a scheduled message is never sent."""
        message = self._find_scheduled(request)
        self._mailer.cancel(message["id"])
        return web.json_response({"object": "email", "id": message["id"]})

    def _find(self, request: web.Request) -> dict[str, Any]:
        try:
            email_id = str(uuid.UUID(request.match_info["id"]))
        except ValueError as error:
            text = "The parameter must be a valid UUID."
            raise ApiError(422, "invalid_parameter", text) from error
        message = self._store.email(email_id)
        if message is None:
            raise not_found("Email")
        return message

    def _find_scheduled(self, request: web.Request) -> dict[str, Any]:
        message = self._find(request)
        if message["state"] != "scheduled":
            raise invalid("Only a scheduled email can be changed.")
        return message


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_PAGE:
        raise invalid(f"`limit` must be a number from 1 to {MAX_PAGE}.")
    return int(text)


def _public(message: dict[str, Any]) -> dict[str, Any]:
    names = "id message_id to from created_at subject html text bcc cc reply_to last_event"
    return {
        "object": "email",
        **{name: message[name] for name in names.split()},
        "scheduled_at": message["scheduled_at"],
        "tags": [{"name": name, "value": value} for name, value in message["tags"].items()],
    }
