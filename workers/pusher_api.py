"""Pusher's HTTP API: one time limit, bounded retries, and two kinds of failure."""

import re

import pusher
import requests
from pusher.errors import PusherBadRequest, PusherBadStatus, PusherError

from agora.retry import retry
from agora.settings import Settings
from workers.batches import Event

TIMEOUT_SECONDS = 5


class RefusedError(Exception):
    """Pusher will never take this batch as it is."""


class UnreachableError(Exception):
    """Pusher cannot be reached, is overloaded or does not accept our credentials now."""


class PusherApi:
    """Sends batches. Used by one thread."""

    def __init__(self, client: pusher.Pusher) -> None:
        self._client = client

    @classmethod
    def of(cls, settings: Settings) -> "PusherApi | None":
        """The configured client; None without an app id."""
        if not settings.pusher_app_id:
            return None
        return cls(
            pusher.Pusher(
                app_id=settings.pusher_app_id,
                key=settings.pusher_key,
                secret=settings.pusher_secret.get_secret_value(),
                host=settings.pusher_host,
                port=settings.pusher_port,
                ssl=settings.pusher_tls,
                timeout=TIMEOUT_SECONDS,
            )
        )

    def send(self, batch: list[Event]) -> None:
        """Send at most 10 events and 10 KB. Raises RefusedError, UnreachableError."""
        retry(lambda: self._once(batch), on=(UnreachableError,), attempts=3)

    def _once(self, batch: list[Event]) -> None:
        # The data are text already and checked: the SDK's own check counts wrongly.
        body = [{"channel": e.channel, "name": e.name, "data": e.data} for e in batch]
        try:
            self._client.trigger_batch(body, already_encoded=True)
        except PusherBadRequest as error:
            raise RefusedError(str(error)) from error
        except PusherBadStatus as error:
            if re.match(r"4(13|22)\b", str(error)):
                raise RefusedError(str(error)) from error
            raise UnreachableError(str(error)) from error
        except (PusherError, requests.RequestException, ValueError) as error:
            raise UnreachableError(f"{type(error).__name__}: {error}") from error
