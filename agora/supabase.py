"""Supabase: PostgREST and Storage as the caller, Storage as the machine user."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from postgrest import APIError, SyncPostgrestClient
from storage3 import SyncStorageClient
from storage3.exceptions import StorageApiError

from agora.settings import Settings
from supabase import ClientOptions, create_client

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
PAUSE_SECONDS = 1.0
EXPIRED = {"400", "401", "403"}


class RefusedError(APIError):
    """PostgREST's refusal with what its body does not carry: the HTTP status and Retry-After."""

    def __init__(self, error: APIError, status: int, retry_after: str | None) -> None:
        super().__init__(error.json())
        self.status = status
        self.retry_after = retry_after


class ObjectMissingError(LookupError):
    """Storage has no such object, or does not show it to this account."""


class ObjectTooLargeError(ValueError):
    """The object has more bytes than the caller takes."""


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
        self._last: httpx.Response | None = None

    def _remember(self, response: httpx.Response) -> None:
        self._last = response

    def postgrest(self) -> SyncPostgrestClient:
        """postgrest-py for this caller. Nothing is retried: the caller may, with its key."""
        client = httpx.Client(
            base_url=self._settings.rest_url,
            headers=self._headers,
            timeout=TIMEOUT,
            transport=_Shared(self._http),
            event_hooks={"response": [self._remember]},
        )
        return SyncPostgrestClient(
            self._settings.rest_url,
            headers=dict(self._headers),
            http_client=client,
            retry_enabled=False,
        )

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """postgrest-py drops status and headers of an error: put them back."""
        self._last = None
        try:
            yield
        except APIError as error:
            last = self._last
            if last is None:
                raise
            raise RefusedError(error, last.status_code, last.headers.get("Retry-After")) from error

    def rpc(self, function: str, args: Mapping[str, object]) -> Any:
        """Call an RPC as the caller. Raises RefusedError with the database's own code."""
        with self._refusals():
            arguments: Any = dict(args)
            return self.postgrest().rpc(function, arguments).execute().data

    def row(self, table: str, columns: str, row_id: str) -> dict[str, Any] | None:
        """The row with this id, if the policies show it to the caller. Raises RefusedError."""
        with self._refusals():
            found = self.postgrest().table(table).select(columns).eq("id", row_id).execute().data
        if not isinstance(found, list) or not found:
            return None
        row: Any = found[0]
        return dict(row)

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
        return self._http._transport.handle_request(request)


class StorageMachine:
    """Storage as the machine user: an ordinary account that the policies admit to its buckets.

    Besides what each method names, all of them raise storage3's, supabase_auth's and httpx's own
    errors when Storage or Auth do not answer: trying again later is right for every one of those.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Any = None
        self._expires_at = 0.0
        self._failed: tuple[float, Exception] | None = None

    def _signed_in(self) -> Any:
        with self._lock:
            if self._client is None or time.time() > self._expires_at - 60:
                # Those who waited for a sign-in that failed do not each try once more.
                if self._failed and time.monotonic() - self._failed[0] < PAUSE_SECONDS:
                    raise self._failed[1]
                try:
                    self._sign_in()
                except Exception as error:
                    self._failed = (time.monotonic(), error)
                    raise
            return self._client

    def _sign_in(self) -> None:
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
            raise httpx.RequestError("the storage account could not sign in")
        self._client = client
        self._expires_at = float(session.expires_at or time.time() + 3600)

    def _sign_out(self) -> None:
        with self._lock:
            self._client = None

    def bucket(self, name: str) -> Any:
        """storage3's file API of a bucket."""
        return self._signed_in().storage.from_(name)

    def sign(self, bucket: str, path: str, seconds: int, file_name: str = "") -> str:
        """A download address that ends after `seconds`; saves under `file_name` if one is given.

        Raises ObjectMissingError.
        """
        options = {"download": file_name} if file_name else {}
        try:
            made = self.bucket(bucket).create_signed_url(path, seconds, options)
        except StorageApiError as error:
            if str(error.status) not in EXPIRED:
                raise _named(error, path) from error
            # A token that the project no longer accepts (a rotated key): sign in once more.
            self._sign_out()
            try:
                made = self.bucket(bucket).create_signed_url(path, seconds, options)
            except StorageApiError as again:
                raise _named(again, path) from again
        return str(made["signedURL"])

    @contextmanager
    def _stream(self, bucket: str, path: str) -> Iterator[httpx.Response]:
        url = self.sign(bucket, path, 300)
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
            response.raise_for_status()
            yield response

    def download(self, bucket: str, path: str, target: Path, *, limit: int) -> None:
        """Stream an object into a file of at most `limit` bytes.

        Raises ObjectMissingError, ObjectTooLargeError.
        """
        size = 0
        with self._stream(bucket, path) as response, target.open("wb") as file:
            for chunk in response.iter_bytes(1 << 20):
                size += len(chunk)
                if size > limit:
                    raise ObjectTooLargeError(f"{path} is larger than {limit} bytes")
                file.write(chunk)

    def upload(self, bucket: str, path: str, source: Path, mime: str) -> None:
        """Put a file in place, replacing an earlier attempt's."""
        with source.open("rb") as file:
            self.bucket(bucket).upload(
                path, file, {"content-type": mime, "upsert": "true", "cache-control": "0"}
            )

    def remove_folder(self, bucket: str, folder: str) -> int:
        """Remove the objects in a folder; how many there were. An empty one is no fault."""
        files, removed = self.bucket(bucket), 0
        while found := [item["name"] for item in files.list(folder, {"limit": 100})]:
            gone = files.remove([f"{folder}/{name}" for name in found])
            if not gone:
                raise ObjectMissingError(f"{folder} lists objects that cannot be removed")
            removed += len(gone)
        return removed


def _named(error: StorageApiError, path: str) -> Exception:
    return ObjectMissingError(path) if str(error.status) == "404" else error
