"""Supabase as seen from Python: PostgREST and Storage as the caller, Storage as the machine user."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from postgrest import SyncPostgrestClient
from storage3 import SyncStorageClient
from supabase import ClientOptions, create_client

from agora.settings import Settings

TIMEOUT = httpx.Timeout(10.0, connect=3.0)


class UserContext:
    """One caller's view: PostgREST and Storage with the caller's own token, so policies decide."""

    def __init__(self, settings: Settings, http: httpx.Client, headers: Mapping[str, str]) -> None:
        self._settings = settings
        self._http = http
        self._headers = {
            "apikey": settings.supabase_publishable_key,
            "Accept": "application/json",
            "Content-Type": "application/json",
            **headers,
        }

    def postgrest(self) -> SyncPostgrestClient:
        """postgrest-py for this caller. Nothing is retried: the caller may, with its key."""
        client = httpx.Client(
            base_url=self._settings.rest_url,
            headers=self._headers,
            timeout=TIMEOUT,
            transport=_Shared(self._http),
        )
        return SyncPostgrestClient(
            self._settings.rest_url,
            headers=dict(self._headers),
            http_client=client,
            retry_enabled=False,
        )

    def rpc(self, function: str, args: Mapping[str, object]) -> Any:
        """Call an RPC as the caller. Raises postgrest.APIError with the database's own code."""
        return self.postgrest().rpc(function, dict(args)).execute().data

    def signed_upload(self, bucket: str, path: str) -> dict[str, str]:
        """A signed upload address for exactly this path, if Storage's policies allow it."""
        client = SyncStorageClient(
            f"{str(self._settings.supabase_url).rstrip('/')}/storage/v1",
            {name: value for name, value in self._headers.items() if name != "Content-Type"},
            http_client=httpx.Client(timeout=TIMEOUT, transport=_Shared(self._http)),
        )
        made = client.from_(bucket).create_signed_upload_url(path)
        return {"token": made["token"], "signed_url": made["signed_url"]}


class _Shared(httpx.BaseTransport):
    """Lets short-lived clients share one connection pool."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._http._transport.handle_request(request)  # noqa: SLF001 - the pool itself


class StorageMachine:
    """Storage as the machine user: an ordinary account that the policies admit to its buckets."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Any = None
        self._expires_at = 0.0

    def _signed_in(self) -> Any:
        with self._lock:
            if self._client is None or time.time() > self._expires_at - 60:
                client = create_client(
                    str(self._settings.supabase_url).rstrip("/"),
                    self._settings.supabase_publishable_key,
                    ClientOptions(
                        auto_refresh_token=False, persist_session=False, storage_client_timeout=60
                    ),
                )
                session = client.auth.sign_in_with_password(
                    {
                        "email": self._settings.storage_email,
                        "password": self._settings.storage_password.get_secret_value(),
                    }
                ).session
                if session is None:
                    raise RuntimeError("the storage account could not sign in")
                self._client = client
                self._expires_at = float(session.expires_at or time.time() + 3600)
            return self._client

    def bucket(self, name: str) -> Any:
        """storage3's file API of a bucket."""
        return self._signed_in().storage.from_(name)

    def sign(self, bucket: str, path: str, seconds: int, file_name: str) -> str:
        """A download address that saves under `file_name` and ends after `seconds`."""
        made = self.bucket(bucket).create_signed_url(path, seconds, {"download": file_name})
        return str(made["signedURL"])

    @contextmanager
    def _stream(self, bucket: str, path: str) -> Iterator[httpx.Response]:
        url = self.bucket(bucket).create_signed_url(path, 300)["signedURL"]
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
            response.raise_for_status()
            yield response

    def download(self, bucket: str, path: str, target: Path, *, limit: int) -> None:
        """Stream an object into a file. Raises ValueError when it is larger than `limit` bytes."""
        size = 0
        with self._stream(bucket, path) as response, target.open("wb") as file:
            for chunk in response.iter_bytes(1 << 20):
                size += len(chunk)
                if size > limit:
                    raise ValueError(f"{path} is larger than {limit} bytes")
                file.write(chunk)

    def upload(self, bucket: str, path: str, source: Path, mime: str) -> None:
        """Put a file in place, replacing an earlier attempt's."""
        with source.open("rb") as file:
            self.bucket(bucket).upload(
                path, file, {"content-type": mime, "upsert": "true", "cache-control": "0"}
            )
