"""The control API for events and their deliveries: hold, release, duplicate, delay, repeat."""

import asyncio
import json
import random
import re
import time

from aiohttp import web

from local.stripe_sandbox import events
from local.stripe_sandbox.app import Server
from local.stripe_sandbox.control_kit import count, number, pattern, route
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.resources import webhook_endpoints
from local.stripe_sandbox.webhooks import find_event, signature


class WebhookControl:
    """The handlers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.store = server.store

    async def list_events(self, request: web.Request, _: Json) -> Json:
        """All events, oldest first; `type` filters."""
        wanted = pattern(request.query.get("type", ""))
        rows = self.store.db.execute(
            "select body from objects where type in ('event', 'v2.core.event') order by seq"
        )
        found = [json.loads(row["body"]) for row in rows]
        return {"events": [event for event in found if re.search(wanted, event["type"])]}

    async def list_deliveries(self, request: web.Request, _: Json) -> Json:
        """Deliveries with every attempt; `event` and `state` filter."""
        event, state = request.query.get("event"), request.query.get("state")
        rows = self.store.db.execute(
            "select * from deliveries where event = coalesce(?, event)"
            " and state = coalesce(?, state) order by id",
            (event, state),
        ).fetchall()
        return {"deliveries": [self._delivery(dict(row)) for row in rows]}

    def _delivery(self, row: Json) -> Json:
        endpoint = self.store.find("webhook_endpoint", row["endpoint"]) or {}
        event = find_event(self.store, row["event"]) or {}
        rows = self.store.db.execute(
            "select at, status, error, seconds from attempts where delivery = ? order by at",
            (row["id"],),
        )
        tried = [dict(each) for each in rows]
        return {**row, "type": event.get("type"), "url": endpoint.get("url"), "attempts": tried}

    async def hold(self, _: web.Request, body: Json) -> Json:
        """Keep back the deliveries of coming events whose type matches `types`."""
        with self.store.transaction():
            self.store.set("webhook_hold", pattern(body.get("types", ".")))
        return {"hold": self.store.setting("webhook_hold")}

    async def release(self, _: web.Request, body: Json) -> Json:
        """Deliver what is held: in the order of `events`, or all of it in an `order`."""
        wanted, order = body.get("events"), body.get("order", "oldest")
        if order not in ("oldest", "newest", "shuffle"):
            raise ValueError("order must be oldest, newest or shuffle")
        rows = self.store.db.execute(
            "select id, event from deliveries where state = 'held' order by id"
        ).fetchall()
        numbers = [int(row["id"]) for row in rows]
        if wanted is not None:
            if not isinstance(wanted, list):
                raise ValueError("events must be a list of event ids")
            numbers = [int(r["id"]) for event in wanted for r in rows if r["event"] == event]
        elif order == "newest":
            numbers.reverse()
        elif order == "shuffle":
            random.Random(number(body, "seed", 0)).shuffle(numbers)  # noqa: S311 - no secret
        with self.store.transaction():
            if wanted is None:
                self.store.set("webhook_hold", None)
        await self.server.sender.send_in_order(numbers)
        return {"released": len(numbers)}

    async def add_rule(self, _: web.Request, body: Json) -> Json:
        """Duplicate or delay the deliveries of the next events whose type matches `types`."""
        rule = {
            "types": pattern(body.get("types", ".")),
            "duplicate": count(body, "duplicate", 0),
            "delay": number(body, "delay", 0),
            "times": count(body, "times", 1, 1),
        }
        with self.store.transaction():
            self.store.set("webhook_rules", [*self.store.setting("webhook_rules"), rule])
        return {"rules": self.store.setting("webhook_rules")}

    async def clear_rules(self, _: web.Request, __: Json) -> Json:
        """No rules, and nothing held back from now on."""
        with self.store.transaction():
            self.store.set("webhook_rules", [])
            self.store.set("webhook_hold", None)
        return {"rules": []}

    async def redeliver(self, _: web.Request, body: Json) -> Json:
        """Send an event again, `times` times at once, to its endpoints or to one of them."""
        event = find_event(self.store, str(body.get("event")))
        if event is None:
            raise LookupError("no such event")
        times, endpoint = count(body, "times", 1, 1), body.get("endpoint")
        rows = self.store.db.execute(
            "select distinct endpoint from deliveries where event = ?", (event["id"],)
        ).fetchall()
        targets = [endpoint] if endpoint else [row["endpoint"] for row in rows]
        with self.store.transaction():
            numbers = [
                events.queue(self.store, event["id"], target, "pending")
                for target in targets
                for _ in range(times)
            ]
        self.server.wake()
        return {"deliveries": numbers}

    async def drain(self, _: web.Request, body: Json) -> Json:
        """Wait until no delivery and no task is pending, at most `seconds`."""
        deadline = time.monotonic() + number(body, "seconds", 10)
        while True:
            row = self.store.db.execute(
                "select (select count(*) from deliveries where state = 'pending')"
                " + (select count(*) from tasks) as n"
            ).fetchone()
            if not row["n"] or time.monotonic() > deadline:
                return {"pending": int(row["n"])}
            await asyncio.sleep(0.05)

    async def raw(self, _: web.Request, body: Json) -> Json:
        """POST any payload, signed as asked, to any of this machine's addresses."""
        url, payload = body.get("url"), body.get("payload")
        if not isinstance(url, str) or not url.startswith(("http://127.0.0.1", "http://localhost")):
            raise ValueError("url must be an http address on this machine")
        data = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
        secrets = [str(each) for each in body.get("secrets", [body.get("secret")]) if each]
        stamp = int(time.time() + number(body, "age", 0) * -1)
        header = body.get("signature")
        header = header if isinstance(header, str) else signature(data, secrets, stamp)
        status, error = await self.server.sender.post(url, data, secrets, header)
        return {"status": status, "error": error, "signature": header}

    async def roll(self, request: web.Request, body: Json) -> Json:
        """A new secret for an endpoint; the old one signs too for `seconds`."""
        identifier = request.match_info["id"]
        if self.store.find("webhook_endpoint", identifier) is None:
            raise LookupError("no such endpoint")
        secret = body.get("secret")
        if secret is not None and not isinstance(secret, str):
            raise ValueError("secret must be a string")
        with self.store.transaction():
            seconds = number(body, "seconds", 86_400)
            return {"secret": webhook_endpoints.roll(self.store, identifier, secret, seconds)}

    def routes(self) -> list[web.RouteDef]:
        """This part of the control API."""
        return [
            route("GET", "/events", self.list_events),
            route("GET", "/webhooks/deliveries", self.list_deliveries),
            route("POST", "/webhooks/hold", self.hold),
            route("POST", "/webhooks/release", self.release),
            route("POST", "/webhooks/rules", self.add_rule),
            route("DELETE", "/webhooks/rules", self.clear_rules),
            route("POST", "/webhooks/redeliver", self.redeliver),
            route("POST", "/webhooks/drain", self.drain),
            route("POST", "/webhooks/raw", self.raw),
            route("POST", "/webhooks/endpoints/{id}/roll", self.roll),
        ]
