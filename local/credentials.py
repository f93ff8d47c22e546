"""Secrets of one installation: made once, kept in a file that only its owner can read."""

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import jwt


def _hex(length: int = 16) -> str:
    return secrets.token_hex(length)


@dataclass(frozen=True)
class Credentials:
    """Everything secret that the local stack makes up for itself."""

    jwt_secret: str = field(default_factory=lambda: _hex(32))
    publishable_key: str = field(default_factory=lambda: f"sb_publishable_{_hex()}")
    secret_key: str = field(default_factory=lambda: f"sb_secret_{_hex()}")
    superuser_password: str = field(default_factory=_hex)
    postgres_password: str = field(default_factory=_hex)
    authenticator_password: str = field(default_factory=_hex)
    auth_password: str = field(default_factory=_hex)
    webhooks_password: str = field(default_factory=_hex)
    workers_password: str = field(default_factory=_hex)
    operator_password: str = field(default_factory=_hex)
    storage_email: str = "storage@agora.internal"
    storage_password: str = field(default_factory=_hex)
    watermark_key: str = field(default_factory=lambda: _hex(32))
    stripe_key: str = field(default_factory=lambda: f"sk_test_{_hex()}")
    stripe_publishable: str = field(default_factory=lambda: f"pk_test_{_hex()}")
    stripe_webhook_secret: str = field(default_factory=lambda: f"whsec_{_hex()}")
    stripe_connect_secret: str = field(default_factory=lambda: f"whsec_{_hex()}")
    resend_key: str = field(default_factory=lambda: f"re_{_hex()}")
    pusher_app_id: str = field(default_factory=lambda: str(secrets.randbelow(900_000) + 100_000))
    pusher_key: str = field(default_factory=lambda: _hex(10))
    pusher_secret: str = field(default_factory=lambda: _hex(10))

    def role_jwt(self, role: str) -> str:
        """A long-lived token of a bare role, as Supabase's legacy anon and service keys are."""
        now = int(time.time())
        return jwt.encode(
            {"iss": "agora-local", "role": role, "iat": now, "exp": now + 10 * 365 * 86400},
            self.jwt_secret,
            algorithm="HS256",
        )


def load_credentials(path: Path) -> Credentials:
    """Read the file, or make it; keys that a newer version added are filled in."""
    known = json.loads(path.read_text()) if path.exists() else {}
    names = {item.name for item in fields(Credentials)}
    credentials = Credentials(**{key: value for key, value in known.items() if key in names})
    wanted = asdict(credentials)
    if wanted != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(wanted, file, indent=2)
    return credentials
