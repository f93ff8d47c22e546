"""Idempotency keys, as Stripe treats them.

Kept per account; API v1 replays whatever the first call answered, even a 500, for 24 hours; v2
replays successes for 30 days and tries again what failed.
"""

import json
from dataclasses import dataclass

from local.stripe_sandbox.errors import Json, StripeError
from local.stripe_sandbox.store import Store

MAX_LENGTH = 255
DAY = 86_400
LIFETIME = {"v1": DAY, "v2": 30 * DAY}


@dataclass(frozen=True)
class Use:
    """One use of a key."""

    account: str
    key: str
    api: str
    method: str
    path: str
    params: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two uses the same key."""
        return self.account, self.key, self.api


@dataclass(frozen=True)
class Stored:
    """The answer of the first use."""

    status: int
    body: bytes
    request_id: str


def use_of(account: str, key: str | None, method: str, path: str, given: Json) -> Use | None:
    """The use of a key by a call; GET ignores keys, DELETE does so in v1.

    Raises:
        StripeError: the key is longer than 255 characters.

    """
    api = "v2" if path.startswith("/v2/") else "v1"
    if not key or method == "GET" or (method == "DELETE" and api == "v1"):
        return None
    if not key.isprintable() or not key.isascii():
        raise StripeError("Idempotency keys must be printable ASCII.", stored=False)
    if len(key) > MAX_LENGTH:
        raise StripeError(
            f"Idempotency keys can only be up to {MAX_LENGTH} characters long.", stored=False
        )
    return Use(account, key, api, method, path, json.dumps(given, sort_keys=True))


class Keys:
    """The keys that were used, and those in use."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._busy: set[tuple[str, str, str]] = set()

    def begin(self, use: Use) -> Stored | None:
        """The stored answer; without one, the key is in use until `end`.

        Raises:
            StripeError: 409 while the first call is still running, 400 for another call.

        """
        if use.identity in self._busy:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {use.key}. Please try again in a bit.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
                stored=False,
            )
        found = self._find(use)
        if found is None:
            self._busy.add(use.identity)
        return found

    def end(self, use: Use) -> None:
        """The call is over."""
        self._busy.discard(use.identity)

    def _find(self, use: Use) -> Stored | None:
        oldest = self._store.time() - LIFETIME[use.api]
        row = self._store.db.execute(
            "select * from idempotency where account = ? and key = ? and api = ? and created > ?",
            (*use.identity, oldest),
        ).fetchone()
        if row is None:
            return None
        if (row["method"], row["path"]) != (use.method, use.path):
            raise _reused(
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{use.path}' vs '{row['path']}'). Try using a key other than "
                f"'{use.key}' if you meant to execute a different request."
            )
        if row["params"] != use.params:
            raise _reused(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{use.key}' if you meant to execute "
                "a different request."
            )
        return Stored(int(row["status"]), str(row["body"]).encode(), str(row["request"]))

    def keep(self, use: Use, status: int, body: bytes, request_id: str) -> None:
        """Store an answer, in the transaction of what the call changed; forget the old ones."""
        if use.api == "v2" and status >= 400:
            return
        now = self._store.time()
        for api, lifetime in LIFETIME.items():
            self._store.db.execute(
                "delete from idempotency where api = ? and created <= ?", (api, now - lifetime)
            )
        self._store.db.execute(
            "replace into idempotency values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *use.identity,
                use.method,
                use.path,
                use.params,
                request_id,
                status,
                body.decode(),
                now,
            ),
        )


def _reused(message: str) -> StripeError:
    return StripeError(message, kind="idempotency_error", stored=False)
