"""What the blueprints share: settings and clients, made once per process."""

from dataclasses import dataclass

import httpx
import pusher
from flask import current_app
from stripe import StripeClient

from agora.db import Database, open_pool
from agora.settings import Settings
from agora.stripe import stripe_client
from agora.supabase import StorageMachine, UserContext
from webhooks.cache import Cached
from webhooks.tokens import TokenVerifier

POOL_SIZE = 8
ORIGIN_SECONDS = 15.0


@dataclass(frozen=True)
class Services:
    """The clients of one process; all of them may be used by many threads."""

    settings: Settings
    database: Database
    http: httpx.Client
    stripe: StripeClient
    storage: StorageMachine
    pusher: pusher.Pusher
    tokens: TokenVerifier
    origins: Cached[frozenset[str]]

    def as_caller(self, token: str, request_id: str) -> UserContext:
        """PostgREST and Storage with the caller's own token."""
        return UserContext(
            self.settings,
            self.http,
            {"Authorization": f"Bearer {token}", "X-Request-Id": request_id},
        )


def make_services(settings: Settings) -> Services:
    """Build the clients. None of them connects yet, so the process starts while others are away."""
    database = Database(
        open_pool(
            settings.database_url.get_secret_value(), name="agora-webhooks", max_size=POOL_SIZE
        )
    )
    return Services(
        settings=settings,
        database=database,
        http=httpx.Client(limits=httpx.Limits(max_connections=64, max_keepalive_connections=32)),
        stripe=stripe_client(settings),
        storage=StorageMachine(settings),
        pusher=pusher.Pusher(
            app_id=settings.pusher_app_id or "0",
            key=settings.pusher_key,
            secret=settings.pusher_secret.get_secret_value(),
            host=settings.pusher_host,
            port=settings.pusher_port,
            ssl=settings.pusher_tls,
            encryption_master_key_base64=(
                settings.pusher_encryption_master_key.get_secret_value() or None
            ),
        ),
        tokens=TokenVerifier(settings),
        origins=Cached(
            lambda: frozenset(database.value("origins_allowed")), seconds=ORIGIN_SECONDS
        ),
    )


def services() -> Services:
    """The current app's services."""
    found: Services = current_app.extensions["agora"]
    return found
