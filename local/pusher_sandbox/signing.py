"""Pusher's signatures: hexadecimal HMAC-SHA256 with the app's secret."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE_SECONDS = 600


class BadSignatureError(Exception):
    """The text says what is wrong."""


@dataclass(frozen=True)
class Credentials:
    """The one app of this sandbox."""

    app_id: str
    key: str
    secret: str

    def sign(self, text: str | bytes) -> str:
        """The signature of a text."""
        raw = text.encode() if isinstance(text, str) else text
        return hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()

    def check_token(self, token: object, text: str) -> bool:
        """Is `key:signature` ours, for this text? For subscriptions and sign-in."""
        if not isinstance(token, str):
            return False
        expected = f"{self.key}:{self.sign(text)}"
        return hmac.compare_digest(token.encode(errors="replace"), expected.encode())

    def check_request(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> None:
        """Check a call of the HTTP API.

        Args:
            method: upper case.
            path: decoded, without query.
            query: decoded parameters.
            body: raw.

        Raises:
            BadSignatureError: 401.

        """
        if query.get("auth_key") != self.key:
            raise BadSignatureError("Unknown auth_key")
        if query.get("auth_version") != "1.0":
            raise BadSignatureError("Unsupported auth_version, 1.0 is needed")
        _check_time(query.get("auth_timestamp", ""))
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if query.get("body_md5", digest if not body else "") != digest:
            raise BadSignatureError("Invalid body MD5")
        pairs = sorted((name.lower(), text) for name, text in query.items())
        signed = "&".join(f"{name}={text}" for name, text in pairs if name != "auth_signature")
        expected = self.sign(f"{method}\n{path}\n{signed}")
        given = query.get("auth_signature", "")
        if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
            raise BadSignatureError("Invalid signature")


def _check_time(text: str) -> None:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadSignatureError("Invalid auth_timestamp")
    if abs(int(text) - time.time()) > TOLERANCE_SECONDS:
        raise BadSignatureError(
            f"Timestamp expired: Given timestamp not within {TOLERANCE_SECONDS}s of server time"
        )
