"""The server: the API with its planned failures, the hosted pages, and what runs in background."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from local.stripe_sandbox import onboarding, tasks, three_d_secure
from local.stripe_sandbox.api import Answer, Api, Incoming
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import StripeError
from local.stripe_sandbox.failures import Failure, Failures
from local.stripe_sandbox.onboarding import Page
from local.stripe_sandbox.resources import bank_debits, charges, refunds
from local.stripe_sandbox.webhooks import Sender

MAX_BODY = 1_048_576
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, "
    "Stripe-Account, Stripe-Version, Stripe-Context",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Version, Idempotent-Replayed",
    "Access-Control-Max-Age": "300",
}
TASKS: dict[str, Callable[[Call, str], None]] = {
    "fund": charges.book_late,
    "process": bank_debits.finish_processing,
    "refund": refunds.finish,
    "verify": onboarding.verify,
}
logger = logging.getLogger(__name__)


class Server:
    """Everything that one sandbox is, apart from the control API."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.store = api.store
        self.failures = Failures()
        self.sender = Sender(api.store)
        self._tasks_wake = asyncio.Event()

    def call(self, account: str, base_url: str = "") -> Call:
        """A call that nobody made: a page, or a task."""
        return Call(self.store, self.api.platform, account, base_url)

    def wake(self) -> None:
        """Something changed: deliveries or tasks may be due."""
        self.sender.wake()
        self._tasks_wake.set()

    # --- the API --------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any call of /v1 and /v2."""
        incoming = Incoming(
            request.method,
            request.path,
            request.rel_url.raw_query_string,
            request.headers,
            await request.read(),
            f"{request.scheme}://{request.host}",
        )
        failure = self.failures.take(request.method, request.path)
        answer = await self._answer(incoming, failure)
        self.wake()
        if failure and failure.kind == "timeout_after_commit":
            await asyncio.sleep(failure.seconds)
            if request.transport is not None:
                request.transport.abort()
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type="application/json",
            headers={**CORS, **answer.headers},
        )

    async def _answer(self, incoming: Incoming, failure: Failure | None) -> Answer:
        try:
            if failure and failure.kind == "rate_limit":
                raise _rate_limited(failure)
            prepared, stored = self.api.begin(incoming)
        except StripeError as error:
            return self.api.failed(incoming, error)
        if stored is not None:
            return stored
        try:
            if failure and failure.kind == "delay":
                await asyncio.sleep(failure.seconds)
            if failure is None or failure.kind != "server_error":
                return self.api.execute(incoming, prepared)
            if failure.commit:
                self.api.execute(incoming, prepared)
            answer = self.api.failed(incoming, self.api.server_error())
            if failure.store:
                self.api.keep_failure(incoming, answer)
            else:
                answer.headers.pop("Stripe-Should-Retry", None)
            return answer
        finally:
            self.api.end(incoming)

    async def preflight(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's shape
        """A browser asks whether it may call: it may, as with Stripe."""
        return web.Response(status=204, headers=CORS)

    # --- hosted pages ---------------------------------------------------------------------------

    def _page(self, work: Callable[[Call], Page]) -> web.Response:
        with self.store.transaction():
            status, text = work(self.call(self.api.platform))
        self.wake()
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if status == 303:
            return web.Response(status=303, headers={**headers, "Location": text})
        return web.Response(status=status, text=text, content_type="text/html", headers=headers)

    async def setup_form(self, request: web.Request) -> web.Response:
        """GET of an account link."""
        link = request.match_info["link"]
        return self._page(lambda call: onboarding.open_link(call, link))

    async def setup_submit(self, request: web.Request) -> web.Response:
        """POST of the onboarding form."""
        link, session = request.match_info["link"], request.query.get("session", "")
        outcome = str((await request.post()).get("outcome", "complete"))
        return self._page(lambda call: onboarding.submit(call, link, session, outcome))

    async def express(self, request: web.Request) -> web.Response:
        """GET of a login link."""
        account, token = request.match_info["account"], request.match_info["token"]
        return self._page(lambda call: onboarding.dashboard(call, account, token))

    async def secure_form(self, request: web.Request) -> web.Response:
        """GET of the bank's page."""
        intent, token = request.match_info["intent"], request.match_info["token"]
        return self._page(lambda call: three_d_secure.show(call, intent, token))

    async def secure_submit(self, request: web.Request) -> web.Response:
        """POST of the bank's page."""
        intent, token = request.match_info["intent"], request.match_info["token"]
        outcome = str((await request.post()).get("outcome", "complete"))
        return self._page(lambda call: three_d_secure.submit(call, intent, token, outcome))

    # --- tasks ----------------------------------------------------------------------------------

    def run_task(self, *, everything: bool = False) -> bool:
        """Run one task that is due; false if there is none."""
        try:
            with self.store.transaction():
                task = tasks.take(self.store, everything=everything)
                if task is None:
                    return False
                kind, subject = task
                account = self.store.account_of(subject) or self.api.platform
                TASKS[kind](self.call(account), subject)
        except Exception:
            logger.exception("a task failed and is given up")
            with self.store.transaction():
                tasks.take(self.store, everything=everything)
        self.sender.wake()
        return True

    async def run_tasks(self) -> None:
        """Run tasks as they fall due, until cancelled."""
        while True:
            # Other work gets its turn between two tasks.
            await asyncio.sleep(0)
            self._tasks_wake.clear()
            if self.run_task():
                continue
            due = tasks.next_due(self.store)
            wait = None if due is None else max(0.0, due - time.time())
            try:
                await asyncio.wait_for(self._tasks_wake.wait(), wait)
            except TimeoutError:
                continue

    async def background(self, app: web.Application) -> AsyncIterator[None]:  # noqa: ARG002 - aiohttp's shape
        """Deliveries and tasks, from start to stop."""
        running = [
            asyncio.create_task(self.sender.run()),
            asyncio.create_task(self.run_tasks()),
        ]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self.store.close()


def _rate_limited(failure: Failure) -> StripeError:
    error = StripeError(
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
        stored=False,
    )
    error.headers["Retry-After"] = str(max(1, round(failure.seconds)))
    return error


def build(server: Server, control: list[web.RouteDef]) -> web.Application:
    """The application with all of its routes."""
    app = web.Application(client_max_size=MAX_BODY)
    app.add_routes(
        [
            *control,
            web.get("/setup/{link}", server.setup_form),
            web.post("/setup/{link}", server.setup_submit),
            web.get("/express/{account}/{token}", server.express),
            web.get("/3ds/{intent}/{token}", server.secure_form),
            web.post("/3ds/{intent}/{token}", server.secure_submit),
            web.options("/{tail:v[12]/.*}", server.preflight),
            web.route("*", "/{tail:.*}", server.handle),
        ]
    )
    app.cleanup_ctx.append(server.background)
    return app
