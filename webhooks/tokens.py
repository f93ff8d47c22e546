"""Supabase access tokens: who calls. What they may do, the database decides with the same token."""

import uuid
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWKClient
from jwt.exceptions import PyJWKClientConnectionError, PyJWKSetError

from agora.settings import Settings
from webhooks.problems import ProblemError

LEEWAY_SECONDS = 5
ASYMMETRIC = ["ES256", "RS256"]


@dataclass(frozen=True)
class Caller:
    """A signed-in user and their token."""

    id: str
    token: str


class TokenVerifier:
    """Verifies by the project's HS256 secret if there is one, else by its published keys.

    Published keys are kept for five minutes; an unknown key id makes them be read again, so that
    a rotated key works within `cooldown` seconds, and made-up ids cannot flood the endpoint.
    """

    def __init__(self, settings: Settings, *, cooldown: float = 10) -> None:
        self._secret = settings.supabase_jwt_secret.get_secret_value()
        self._keys = PyJWKClient(
            settings.jwks_url,
            cache_jwk_set=True,
            lifespan=300,
            timeout=5,
            cooldown_duration=cooldown,
            headers={"apikey": settings.supabase_publishable_key},
        )

    def _decode(self, token: str) -> dict[str, Any]:
        options: Any = {"require": ["exp", "sub", "aud"]}
        if self._secret:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience="authenticated",
                leeway=LEEWAY_SECONDS,
                options=options,
            )
            return claims
        if jwt.get_unverified_header(token).get("alg") not in ASYMMETRIC:
            raise jwt.InvalidAlgorithmError("not one of the published kinds")
        key = self._keys.get_signing_key_from_jwt(token)
        return jwt.decode(
            token,
            key,
            algorithms=ASYMMETRIC,
            audience="authenticated",
            leeway=LEEWAY_SECONDS,
            options=options,
        )

    def verify(self, token: str) -> Caller:
        """The caller of a valid token. Raises ProblemError: invalid_token, auth_unavailable."""
        try:
            claims = self._decode(token)
            user = uuid.UUID(str(claims["sub"]))
        except (PyJWKClientConnectionError, PyJWKSetError) as error:
            raise ProblemError("auth_unavailable", retry_after=5) from error
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise ProblemError("invalid_token", headers=challenge("invalid_token")) from error
        if claims.get("role") != "authenticated":
            raise ProblemError("invalid_token", headers=challenge("invalid_token"))
        return Caller(str(user), token)


def challenge(error: str = "") -> dict[str, str]:
    """The header that a 401 has to have (RFC 6750)."""
    value = 'Bearer realm="agora"'
    return {"WWW-Authenticate": f'{value}, error="{error}"' if error else value}
