"""Plans as PostgREST gives them: of its own SQL, under the caller's role."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from benchmarks.catalogue_requests import Request


@dataclass(frozen=True)
class Plan:
    """What a request cost: pages touched, milliseconds, tables read from end to end."""

    buffers: int
    ms: float
    sequential: frozenset[str]


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(n for child in node.get("Plans", []) for n in _nodes(child))]


def token(secret: str, user: str) -> str:
    """An access token as Auth signs it."""
    now = int(time.time())
    claims = {"sub": user, "role": "authenticated", "iat": now, "exp": now + 3600}
    return jwt.encode(claims, secret, algorithm="HS256")


def plan_of(url: str, request: Request, secret: str, user: str) -> Plan:
    """Run a request with `explain (analyze, buffers)`. Raises httpx.HTTPStatusError."""
    headers = {"Accept": "application/vnd.pgrst.plan+json; options=analyze|buffers"}
    if request.signed_in:
        headers["Authorization"] = f"Bearer {token(secret, user)}"
    answer = httpx.get(url + request.path, headers=headers, timeout=120)
    if answer.is_error:
        raise RuntimeError(f"{request.name}: {answer.status_code} {answer.text}")
    top = answer.json()[0]
    nodes = _nodes(top["Plan"])
    return Plan(
        buffers=top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"],
        ms=top["Execution Time"],
        sequential=frozenset(n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"),
    )
