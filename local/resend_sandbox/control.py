"""The sandbox's own pages: the outbox for people and tests, and what changes its behaviour."""

import html
from typing import Any

from aiohttp import web

from local.resend_sandbox.guards import RateLimit
from local.resend_sandbox.mailer import Mailer
from local.resend_sandbox.store import Store
from local.sandbox_kit.body import BadJsonError, read
from local.sandbox_kit.failures import CONTROL

EVENTS = ("email.delivered", "email.bounced", "email.complained", "email.delivery_delayed")
_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
_PAGE = """<!doctype html><meta charset="utf-8"><title>Outbox</title>
<style>body{{font:15px system-ui;max-width:60em;margin:2em auto}}pre{{white-space:pre-wrap}}
summary{{cursor:pointer}}details{{border-bottom:1px solid #ccc;padding:.5em}}</style>
<h1>Outbox</h1><p>{count} newest messages, newest first. Nothing here was really sent.</p>{rows}"""
_ROW = """<details><summary>{created_at} · <b>{subject}</b> → {to} ({last_event})</summary>
<p><a href="/_sandbox/messages/{id}.eml">{id}.eml</a></p><pre>{text}</pre></details>"""


def _refuse(text: str, status: int = 400) -> web.Response:
    return web.json_response({"error": text}, status=status)


class Control:
    """Handlers under `/_sandbox/`, and `GET /`."""

    def __init__(self, store: Store, mailer: Mailer, limit: RateLimit) -> None:
        self._store = store
        self._mailer = mailer
        self._limit = limit

    def routes(self) -> list[web.RouteDef]:
        """The routes of the control API."""
        return [
            web.get("/", self.page),
            web.get(f"{CONTROL}messages", self.messages),
            web.get(f"{CONTROL}messages/{{id:[0-9a-f-]{{36}}}}.eml", self.raw),
            web.get(f"{CONTROL}deliveries", self.deliveries),
            web.post(f"{CONTROL}events", self.event),
            web.put(f"{CONTROL}rate-limit", self.rate_limit),
        ]

    async def page(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's shape
        """GET /: the newest messages for a person."""
        found = self._store.emails(limit=100)
        rows = "".join(_row(one) for one in reversed(found))
        text = _PAGE.format(count=len(found), rows=rows)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def messages(self, request: web.Request) -> web.Response:
        """GET /_sandbox/messages?to=address&limit=n: oldest first."""
        text = request.query.get("limit", "1000")
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 10_000:
            return _refuse("limit must be a number from 1 to 10000")
        found = self._store.emails(request.query.get("to"), int(text))
        for one in found:
            folder = "scheduled" if one["state"] == "scheduled" else "outbox"
            one["file"] = f"{folder}/{one['id']}.eml"
        return web.json_response({"messages": found})

    async def raw(self, request: web.Request) -> web.Response:
        """GET /_sandbox/messages/{id}.eml: the message as a mail server would get it."""
        path = self._store.outbox / f"{request.match_info['id']}.eml"
        if not path.is_file():
            return _refuse("no such message was sent", 404)
        return web.Response(body=path.read_bytes(), content_type="message/rfc822")

    async def deliveries(self, request: web.Request) -> web.Response:
        """GET /_sandbox/deliveries?state=pending: webhooks and what became of them."""
        found = self._store.deliveries(request.query.get("state"))
        return web.json_response({"deliveries": found})

    async def event(self, request: web.Request) -> web.Response:
        """POST /_sandbox/events `{"email_id", "type"}`: let something happen to a message."""
        try:
            body = await read(request)
        except BadJsonError as error:
            return _refuse(str(error))
        if not isinstance(body, dict) or set(body) != {"email_id", "type"}:
            return _refuse("email_id and type are needed, nothing else")
        if body["type"] not in EVENTS:
            return _refuse(f"type must be one of {', '.join(EVENTS)}")
        message = self._store.email(str(body["email_id"]))
        if message is None or message["state"] != "sent":
            return _refuse("no such message was sent", 404)
        self._mailer.emit_now(message["id"], body["type"], message["to"])
        return web.Response(status=204)

    async def rate_limit(self, request: web.Request) -> web.Response:
        """PUT /_sandbox/rate-limit `{"per_second": n}`; 0 turns it off."""
        try:
            body = await read(request)
        except BadJsonError as error:
            return _refuse(str(error))
        value = body.get("per_second") if isinstance(body, dict) else None
        if type(value) is not int or not 0 <= value <= 1_000_000:
            return _refuse("per_second must be a whole number from 0 to 1000000")
        self._limit.per_second = value
        return web.json_response({"per_second": value})


def _row(message: dict[str, Any]) -> str:
    shown = {
        **{name: message[name] for name in ("id", "created_at", "subject", "last_event")},
        "to": ", ".join(message["to"]),
        "text": message["text"] or message["html"] or "",
    }
    return _ROW.format(**{name: html.escape(value) for name, value in shown.items()})
