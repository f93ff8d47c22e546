"""What a handler works with: one call of the API, or one scheduled task."""

from dataclasses import dataclass, field
from typing import Any

from local.stripe_sandbox.errors import Json, no_such
from local.stripe_sandbox.store import Store

VERSION = "2026-10-28.endive"


@dataclass
class Call:
    """One request; `account` is whose data it sees (`Stripe-Account`, else the platform's)."""

    store: Store
    platform: str
    account: str
    base_url: str
    params: Json = field(default_factory=dict)
    request_id: str | None = None
    idempotency_key: str | None = None
    version: str = VERSION
    publishable: bool = False

    @property
    def now(self) -> int:
        """The sandbox's clock in whole seconds."""
        return self.store.now()

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, with `default` when it is absent."""
        return self.params.get(name, default)

    def fetch(self, kind: str, identifier: str, *, param: str = "id", status: int = 404) -> Json:
        """An object of this account; 404, or 400 where its id came in the body."""
        found = self.store.find(kind, identifier, self.account)
        if found is None:
            error = no_such(kind, identifier, param)
            error.status = status
            raise error
        return found

    def of(self, account: str) -> "Call":
        """The same call, acting in another account."""
        return Call(
            self.store,
            self.platform,
            account,
            self.base_url,
            {},
            self.request_id,
            self.idempotency_key,
            self.version,
        )
