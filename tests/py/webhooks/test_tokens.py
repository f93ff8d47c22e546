"""Access tokens: HS256 by secret, ES256 and RS256 by published keys, rotation, confusion."""

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.py.webhooks.conftest import NOWHERE, outcome, running, settings_without_stack
from webhooks.problems import ProblemError
from webhooks.tokens import TokenVerifier

SECRET = "a secret of thirty-two characters"
USER = str(uuid.uuid4())


def _claims(**changed: Any) -> dict[str, Any]:
    """A token's claims; times are seconds from now, so that a parameter does not grow old."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "sub": USER,
        "role": "authenticated",
        "aud": "authenticated",
        "exp": 600,
    } | changed
    return {
        name: now + value if name in {"exp", "nbf"} else value
        for name, value in claims.items()
        if value is not None
    }


class Keys:
    """A project's key endpoint."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.reads = 0
        keys = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys.reads += 1
                body = json.dumps({"keys": keys.published}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def publish(self, key: Any, kid: str) -> None:
        kind = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
        alg = "ES256" if kind is ECAlgorithm else "RS256"
        public = json.loads(kind.to_jwk(key.public_key()))
        self.published.append(public | {"kid": kid, "use": "sig", "alg": alg})

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def keys() -> Iterator[Keys]:
    made = Keys()
    yield made
    made.close()


def _verifier(keys: Keys, cooldown: float = 0) -> TokenVerifier:
    settings = settings_without_stack(supabase_jwt_secret="", supabase_jwks_url=keys.url)
    return TokenVerifier(settings, cooldown=cooldown)


def _code(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(ProblemError) as refused:
        verifier.verify(token)
    assert refused.value.status in (401, 503)
    return refused.value.code


def test_hs256() -> None:
    verifier = TokenVerifier(settings_without_stack())
    assert verifier.verify(jwt.encode(_claims(), SECRET, "HS256")).id == USER


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": -60},
        {"exp": None},
        {"aud": "anon"},
        {"aud": None},
        {"sub": None},
        {"sub": "not-a-uuid"},
        {"role": "postgres"},
        {"role": "service_role"},
        {"role": None},
        {"nbf": 600},
    ],
)
def test_claims_that_do_not_do(changed: dict[str, Any]) -> None:
    verifier = TokenVerifier(settings_without_stack())
    token = jwt.encode(_claims(**changed), SECRET, "HS256")
    assert _code(verifier, token) == "invalid_token"


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "[" * 2000, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token(token: str) -> None:
    assert _code(TokenVerifier(settings_without_stack()), token) == "invalid_token"


def test_wrong_secret_and_no_signature() -> None:
    verifier = TokenVerifier(settings_without_stack())
    forged = jwt.encode(_claims(), "another secret of thirty-two chars", "HS256")
    assert _code(verifier, forged) == "invalid_token"
    assert _code(verifier, jwt.encode(_claims(), "", "none")) == "invalid_token"


def test_published_keys_of_both_kinds_and_rotation(keys: Keys) -> None:
    first = ec.generate_private_key(ec.SECP256R1())
    second = rsa.generate_private_key(65537, 2048)
    keys.publish(first, "one")
    verifier = _verifier(keys)
    es256 = jwt.encode(_claims(), first, "ES256", headers={"kid": "one"})
    rs256 = jwt.encode(_claims(), second, "RS256", headers={"kid": "two"})
    for _ in range(5):
        assert verifier.verify(es256).id == USER
    assert keys.reads == 1
    assert _code(verifier, rs256) == "invalid_token"
    keys.publish(second, "two")
    assert verifier.verify(rs256).id == USER
    assert verifier.verify(es256).id == USER


def test_made_up_key_ids_do_not_flood_the_endpoint(keys: Keys) -> None:
    real = ec.generate_private_key(ec.SECP256R1())
    keys.publish(real, "one")
    verifier = _verifier(keys, cooldown=60)
    verifier.verify(jwt.encode(_claims(), real, "ES256", headers={"kid": "one"}))
    for number in range(20):
        forged = jwt.encode(_claims(), real, "ES256", headers={"kid": f"made-up-{number}"})
        assert _code(verifier, forged) == "invalid_token"
    assert keys.reads == 1


def test_a_public_key_is_no_secret(keys: Keys) -> None:
    """The classic confusion: HS256 with the published key as the secret."""
    real = rsa.generate_private_key(65537, 2048)
    keys.publish(real, "one")
    verifier = _verifier(keys)
    public = real.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = jwt.encode(_claims(), "x" * 32, "HS256", headers={"kid": "one"}).rpartition(".")[0]
    forged = f"{body}.{_hs256(body.encode(), public)}"
    assert _code(verifier, forged) == "invalid_token"
    other = rsa.generate_private_key(65537, 2048)
    impostor = jwt.encode(_claims(), other, "RS256", headers={"kid": "one"})
    assert _code(verifier, impostor) == "invalid_token"


def _hs256(body: bytes, secret: bytes) -> str:

    mac = hmac.new(secret, body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def test_keys_that_cannot_be_read() -> None:
    settings = settings_without_stack(supabase_jwt_secret="", supabase_jwks_url=f"{NOWHERE}/k")
    real = ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(_claims(), real, "ES256", headers={"kid": "one"})
    assert _code(TokenVerifier(settings), token) == "auth_unavailable"


def test_401_says_how_to_sign_in() -> None:
    with running(settings_without_stack()) as app:
        answer = app.test_client().post("/v1/checkout")
        forged = app.test_client().post("/v1/checkout", headers={"Authorization": "Bearer x.y.z"})
    assert outcome(answer) == (401, "sign_in_required")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="agora"'
    assert outcome(forged) == (401, "invalid_token")
    assert "invalid_token" in forged.headers["WWW-Authenticate"]
