"""One call of the API, from raw request to answer; synchronous, in one transaction."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from local.sandbox_kit.body import BadJsonError
from local.sandbox_kit.body import parse as parse_json
from local.stripe_sandbox import auth, forms
from local.stripe_sandbox.call import VERSION, Call
from local.stripe_sandbox.errors import Json, StripeError, unsupported
from local.stripe_sandbox.idempotency import Keys, Use, use_of
from local.stripe_sandbox.ids import random_text
from local.stripe_sandbox.params import check, schema
from local.stripe_sandbox.render import expanded
from local.stripe_sandbox.routes import Route, match
from local.stripe_sandbox.store import Store

logger = logging.getLogger(__name__)
PAGED = ("/v2/core/accounts", "/v2/core/events")
# What Stripe.js sends beside the parameters of the API.
BROWSER = frozenset(
    [
        "key",
        "client_secret",
        "expected_payment_method_type",
        "guid",
        "muid",
        "sid",
        "time_on_page",
        "payment_user_agent",
        "client_attribution_metadata",
        "pasted_fields",
        "referrer",
        "_stripe_version",
        "_stripe_account",
    ]
)


@dataclass
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Incoming:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    request_id: str = field(default_factory=lambda: f"req_{random_text(14)}")
    use: Use | None = None


def encode(body: Json) -> bytes:
    """JSON, indented as Stripe's is."""
    return json.dumps(body, indent=2).encode()


class Api:
    """The API over a store."""

    def __init__(self, store: Store, platform: str, keys: auth.Keys) -> None:
        self.store = store
        self.platform = platform
        self.idempotency = Keys(store)
        self._keys = keys

    def failed(self, incoming: Incoming, error: StripeError) -> Answer:
        """An error as an answer."""
        error.error["request_log_url"] = (
            f"https://dashboard.stripe.com/test/logs/{incoming.request_id}"
        )
        return self._answer(incoming, error.status, encode(error.body()), error.headers)

    def server_error(self) -> StripeError:
        """Something broke on Stripe's side."""
        message = "An unknown error occurred. (The sandbox was asked to fail, or has a fault.)"
        return StripeError(message, status=500, kind="api_error")

    def _answer(
        self, incoming: Incoming, status: int, body: bytes, more: Mapping[str, str]
    ) -> Answer:
        headers = {
            "Request-Id": incoming.request_id,
            "Stripe-Version": incoming.headers.get("Stripe-Version", VERSION),
            **more,
        }
        if incoming.use is not None and incoming.use.api == "v1" and status >= 500:
            # The stored answer would only be replayed.
            headers["Stripe-Should-Retry"] = "false"
        if key := incoming.headers.get("Idempotency-Key"):
            headers |= {"Idempotency-Key": key[:255]}
            headers.setdefault("Original-Request", incoming.request_id)
        return Answer(status, body, headers)

    def begin(self, incoming: Incoming) -> tuple["Prepared", Answer | None]:
        """Authenticate, and look the idempotency key up; the stored answer if there is one.

        Raises:
            StripeError: the call is refused before it begins.

        """
        prepared = self._prepare(incoming)
        if incoming.use is None:
            return prepared, None
        stored = self.idempotency.begin(incoming.use)
        if stored is None:
            return prepared, None
        more = {"Idempotent-Replayed": "true", "Original-Request": stored.request_id}
        answer = self._answer(incoming, stored.status, stored.body, more)
        incoming.use = None  # nothing to keep, nothing to end
        return prepared, answer

    def _prepare(self, incoming: Incoming) -> "Prepared":
        form = not incoming.path.startswith("/v2/") or incoming.method in ("GET", "DELETE")
        given = self._given(incoming, form=form)
        in_body = given.get("key") if isinstance(given.get("key"), str) else None
        publishable = auth.is_publishable(self._keys, incoming.headers, in_body)
        found = match(incoming.method, incoming.path)
        if found is None:
            raise StripeError(
                f"Unrecognized request URL ({incoming.method}: {incoming.path}). Please see "
                "https://stripe.com/docs or we can help at https://support.stripe.com/.",
                status=404,
                stored=False,
            )
        route, ids = found
        if publishable and not route.publishable:
            raise StripeError(
                "This API call cannot be made with a publishable API key. Please use a secret API "
                "key. You can find a list of your API keys at "
                "https://dashboard.stripe.com/account/apikeys.",
                status=403,
                code="secret_key_required",
                stored=False,
            )
        account = auth.account_for(self.store, self.platform, incoming.headers)
        key = incoming.headers.get("Idempotency-Key")
        incoming.use = use_of(account, key, incoming.method, incoming.path, given)
        call = Call(
            self.store,
            self.platform,
            account,
            incoming.base_url,
            {},
            incoming.request_id,
            incoming.use.key if incoming.use else None,
            incoming.headers.get("Stripe-Version", VERSION),
            publishable,
        )
        return Prepared(route, ids, call, given, form)

    def _given(self, incoming: Incoming, *, form: bool) -> Json:
        query = forms.parse(incoming.query)
        if incoming.method in ("GET", "DELETE"):
            return query
        try:
            text = incoming.body.decode()
            if form:
                return {**query, **forms.parse(text)}
            body = parse_json(text or "{}")
        except (ValueError, BadJsonError) as error:
            message = "Invalid request: the body could not be read."
            raise StripeError(message, stored=False) from error
        if not isinstance(body, dict):
            raise StripeError("Invalid request: the body must be a JSON object.", stored=False)
        return body

    def execute(self, incoming: Incoming, prepared: "Prepared") -> Answer:
        """Do the work, and keep the answer under the idempotency key, in one transaction."""
        try:
            with self.store.transaction():
                try:
                    answer = self._answer(incoming, 200, encode(prepared.run()), {})
                except StripeError as error:
                    if not error.commit:
                        raise
                    answer = self.failed(incoming, error)
                self._keep(incoming, answer)
        except StripeError as error:
            answer = self.failed(incoming, error)
            if error.stored:
                self.keep_failure(incoming, answer)
        except Exception:
            logger.exception("%s %s failed", incoming.method, incoming.path)
            answer = self.failed(incoming, self.server_error())
            self.keep_failure(incoming, answer)
        return answer

    def _keep(self, incoming: Incoming, answer: Answer) -> None:
        if incoming.use is not None:
            self.idempotency.keep(incoming.use, answer.status, answer.body, incoming.request_id)

    def keep_failure(self, incoming: Incoming, answer: Answer) -> None:
        """Store an injected failure as the answer to the key."""
        with self.store.transaction():
            self._keep(incoming, answer)

    def end(self, incoming: Incoming) -> None:
        """The call is over; its key may be used again."""
        if incoming.use is not None:
            self.idempotency.end(incoming.use)


@dataclass
class Prepared:
    """A call that may begin."""

    route: Route
    ids: tuple[str, ...]
    call: Call
    given: Json
    form: bool

    def run(self) -> Json:
        """Check the parameters, answer, expand."""
        extra: Json = {}
        given = dict(self.given)
        if self.call.publishable:
            extra = {name: given.pop(name) for name in BROWSER & set(given)}
        if self.route.path in PAGED:
            # The address of a next page carries a cursor that the SDK's parameters do not name.
            extra |= {"page": given.pop("page")} if "page" in given else {}
        params = check(schema(self.route.params), given, form=self.form)
        supported = self.route.supported
        if supported is not None:
            for name in params:
                if name not in supported:
                    raise unsupported(name)
        params |= {name: extra[name] for name in ("client_secret", "page") if name in extra}
        self.call.params = params
        body = self.route.handler(self.call, *self.ids)
        return expanded(self.call, body, params.get("expand") or [])
