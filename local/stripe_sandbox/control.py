"""The control API under /_sandbox: what tests ask of the sandbox and Stripe has no call for."""

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.sandbox_kit.body import BadJsonError, read
from local.stripe_sandbox import events, ledger
from local.stripe_sandbox.app import Server
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.failures import parse
from local.stripe_sandbox.resources import accounts, webhook_endpoints
from local.stripe_sandbox.settings import DEFAULTS
from local.stripe_sandbox.webhooks import find_event, signature

PREFIX = "/_sandbox"
MAX_COPIES = 1000
Work = Callable[["Control", web.Request, Json], Awaitable[Json]]


def _pattern(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("types must be a regular expression")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"types is no regular expression: {error}") from error
    return value


def _number(body: Json, name: str, default: float) -> float:
    value = body.get(name, default)
    if type(value) not in (int, float) or not -1e10 < value < 1e10:
        raise ValueError(f"{name} must be a number")
    return float(value)


def _count(body: Json, name: str, default: int, least: int = 0) -> int:
    value = body.get(name, default)
    if type(value) is not int or not least <= value <= MAX_COPIES:
        raise ValueError(f"{name} must be a whole number from {least} to {MAX_COPIES}")
    return int(value)


class Control:
    """The handlers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.store = server.store

    # --- state ----------------------------------------------------------------------------------

    async def health(self, _: web.Request, __: Json) -> Json:
        """Is it up?"""
        return {"status": "ok", "platform": self.server.api.platform}

    async def read_settings(self, _: web.Request, __: Json) -> Json:
        """All settings."""
        return {name: self.store.setting(name) for name in DEFAULTS}

    async def write_settings(self, request: web.Request, body: Json) -> Json:
        """Change some; null sets the default again."""
        for name, value in body.items():
            default = DEFAULTS.get(name)
            if name not in DEFAULTS or name in ("webhook_rules", "webhook_hold"):
                raise ValueError(f"unknown setting: {name}")
            if isinstance(default, bool) and value is not None and type(value) is not bool:
                raise ValueError(f"{name} must be true or false")
            if not isinstance(default, bool) and value is not None:
                _number(body, name, 0)
        with self.store.transaction():
            for name, value in body.items():
                self.store.set(name, DEFAULTS[name] if value is None else value)
        self.server.wake()
        return await self.read_settings(request, body)

    async def advance(self, _: web.Request, body: Json) -> Json:
        """Move the clock."""
        seconds = _number(body, "seconds", 0)
        with self.store.transaction():
            self.store.set("clock_offset", self.store.setting("clock_offset") + seconds)
        return {"now": self.store.now()}

    async def run_tasks(self, _: web.Request, __: Json) -> Json:
        """Run everything that was to happen later, now."""
        count = 0
        while self.server.run_task(everything=True):
            count += 1
        return {"ran": count}

    async def settle(self, _: web.Request, __: Json) -> Json:
        """Make pending money available."""
        with self.store.transaction():
            return {"settled": ledger.settle(self.server.call(self.server.api.platform))}

    async def change_account(self, request: web.Request, body: Json) -> Json:
        """What Stripe decides about an account: requirements, verification, rejection."""
        if unknown := set(body) - {"due", "pending", "rejected", "submitted"}:
            raise ValueError(f"unknown field: {min(unknown)}")
        due = body.get("due", [])
        if not isinstance(due, list) or not all(isinstance(name, str) for name in due):
            raise ValueError("due must be a list of names")
        record = self.store.find("account", request.match_info["id"])
        if record is None:
            raise LookupError("no such account")
        with self.store.transaction():
            accounts.changed(
                self.server.call(self.server.api.platform), dict(record), {**record, **body}
            )
        return accounts.shown({**record, **body})

    # --- failures -------------------------------------------------------------------------------

    async def add_failure(self, _: web.Request, body: Json) -> Json:
        """Plan a failure of the API."""
        self.server.failures.planned.append(parse(body))
        return await self.list_failures(_, body)

    async def list_failures(self, _: web.Request, __: Json) -> Json:
        """Failures that are left."""
        return {"failures": self.server.failures.listed()}

    async def clear_failures(self, request: web.Request, body: Json) -> Json:
        """None any more."""
        self.server.failures.planned.clear()
        return await self.list_failures(request, body)

    # --- events and deliveries ------------------------------------------------------------------

    async def list_events(self, request: web.Request, _: Json) -> Json:
        """All events, oldest first; `type` filters."""
        wanted = _pattern(request.query.get("type", ""))
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
            self.store.set("webhook_hold", _pattern(body.get("types", ".")))
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
            random.Random(_number(body, "seed", 0)).shuffle(numbers)  # noqa: S311 - no secret
        with self.store.transaction():
            if wanted is None:
                self.store.set("webhook_hold", None)
        await self.server.sender.send_in_order(numbers)
        return {"released": len(numbers)}

    async def add_rule(self, _: web.Request, body: Json) -> Json:
        """Duplicate or delay the deliveries of the next events whose type matches `types`."""
        rule = {
            "types": _pattern(body.get("types", ".")),
            "duplicate": _count(body, "duplicate", 0),
            "delay": _number(body, "delay", 0),
            "times": _count(body, "times", 1, 1),
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
        times, endpoint = _count(body, "times", 1, 1), body.get("endpoint")
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
        deadline = time.monotonic() + _number(body, "seconds", 10)
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
        stamp = int(time.time() + _number(body, "age", 0) * -1)
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
            seconds = _number(body, "seconds", 86_400)
            return {"secret": webhook_endpoints.roll(self.store, identifier, secret, seconds)}

    # --- wiring ---------------------------------------------------------------------------------

    def _json(self, work: Work) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await read(request) if request.can_read_body else {}
                if not isinstance(body, dict):
                    raise ValueError("a JSON object is needed")
                return web.json_response(await work(self, request, body))
            except (ValueError, BadJsonError) as error:
                return web.json_response({"error": str(error)}, status=400)
            except LookupError as error:
                return web.json_response({"error": str(error)}, status=404)

        return handle

    def routes(self) -> list[web.RouteDef]:
        """All of the control API."""
        hooks = f"{PREFIX}/webhooks"
        table: list[tuple[str, str, Work]] = [
            ("GET", f"{PREFIX}/health", Control.health),
            ("GET", f"{PREFIX}/settings", Control.read_settings),
            ("POST", f"{PREFIX}/settings", Control.write_settings),
            ("POST", f"{PREFIX}/clock", Control.advance),
            ("POST", f"{PREFIX}/tasks/run", Control.run_tasks),
            ("POST", f"{PREFIX}/settle", Control.settle),
            ("POST", f"{PREFIX}/accounts/{{id}}", Control.change_account),
            ("POST", f"{PREFIX}/failures", Control.add_failure),
            ("GET", f"{PREFIX}/failures", Control.list_failures),
            ("DELETE", f"{PREFIX}/failures", Control.clear_failures),
            ("GET", f"{PREFIX}/events", Control.list_events),
            ("GET", f"{hooks}/deliveries", Control.list_deliveries),
            ("POST", f"{hooks}/hold", Control.hold),
            ("POST", f"{hooks}/release", Control.release),
            ("POST", f"{hooks}/rules", Control.add_rule),
            ("DELETE", f"{hooks}/rules", Control.clear_rules),
            ("POST", f"{hooks}/redeliver", Control.redeliver),
            ("POST", f"{hooks}/drain", Control.drain),
            ("POST", f"{hooks}/raw", Control.raw),
            ("POST", f"{hooks}/endpoints/{{id}}/roll", Control.roll),
        ]
        return [web.route(method, path, self._json(work)) for method, path, work in table]
