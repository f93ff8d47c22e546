"""The control API under /_sandbox: what tests ask of the sandbox and Stripe has no call for.

Here: settings, clock, accounts, failures. Events and deliveries are in `control_webhooks.py`.
"""

from aiohttp import web

from local.stripe_sandbox import ledger
from local.stripe_sandbox.app import Server
from local.stripe_sandbox.control_kit import number, route
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.failures import parse
from local.stripe_sandbox.resources.account_events import changed
from local.stripe_sandbox.resources.account_view import shown
from local.stripe_sandbox.settings import DEFAULTS


class Control:
    """The handlers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.store = server.store

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
                number(body, name, 0)
        with self.store.transaction():
            for name, value in body.items():
                self.store.set(name, DEFAULTS[name] if value is None else value)
        self.server.wake()
        return await self.read_settings(request, body)

    async def advance(self, _: web.Request, body: Json) -> Json:
        """Move the clock."""
        seconds = number(body, "seconds", 0)
        with self.store.transaction():
            self.store.set("clock_offset", self.store.setting("clock_offset") + seconds)
        return {"now": self.store.now()}

    async def run_tasks(self, _: web.Request, __: Json) -> Json:
        """Run everything that was to happen later, now."""
        ran = 0
        while self.server.run_task(everything=True):
            ran += 1
        return {"ran": ran}

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
            changed(self.server.call(self.server.api.platform), dict(record), {**record, **body})
        # Else its events would wait for the next call of the API to be delivered.
        self.server.wake()
        return shown({**record, **body})

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

    def routes(self) -> list[web.RouteDef]:
        """This part of the control API."""
        return [
            route("GET", "/health", self.health),
            route("GET", "/settings", self.read_settings),
            route("POST", "/settings", self.write_settings),
            route("POST", "/clock", self.advance),
            route("POST", "/tasks/run", self.run_tasks),
            route("POST", "/settle", self.settle),
            route("POST", "/accounts/{id}", self.change_account),
            route("POST", "/failures", self.add_failure),
            route("GET", "/failures", self.list_failures),
            route("DELETE", "/failures", self.clear_failures),
        ]
