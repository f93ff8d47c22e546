"""Who sends the current request: user, address, device; and how often they may."""

import hashlib
import ipaddress

from flask import g, request

from agora.supabase import UserContext
from webhooks.problems import ProblemError
from webhooks.request_id import request_id
from webhooks.services import services
from webhooks.tokens import Caller, challenge

MAX_TOKEN = 6000


def signed_in(route: str) -> Caller:
    """The caller, counted against `route`'s rate.

    Raises ProblemError: sign_in_required, invalid_token, auth_unavailable, rate_limited.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token:
        raise ProblemError("sign_in_required", headers=challenge())
    if len(token) > MAX_TOKEN:
        raise ProblemError("invalid_token", headers=challenge("invalid_token"))
    caller = services().tokens.verify(token)
    g.user_id = caller.id
    limit(route, caller.id)
    return caller


def as_caller(caller: Caller) -> UserContext:
    """PostgREST and Storage as this caller."""
    return services().as_caller(caller.token, request_id())


def limit(route: str, subject: str) -> None:
    """Count this request. Raises ProblemError: rate_limited."""
    verdict = services().database.value("rate_check", {"p_route": route, "p_subject": subject})
    if not verdict["allowed"]:
        raise ProblemError("rate_limited", retry_after=verdict["retry_after"])


def client_address() -> str | None:
    """The client's IP address, as far as the trusted proxies vouch for it."""
    chain = [
        part.strip()
        for value in request.headers.getlist("X-Forwarded-For")
        for part in value.split(",")
    ]
    chain.append(request.remote_addr or "")
    claimed = chain[max(0, len(chain) - 1 - services().settings.trusted_proxies)]
    for address in (claimed, request.remote_addr or ""):
        try:
            return str(ipaddress.ip_address(address))
        except ValueError:
            continue
    return None


def device() -> str:
    """A hash of what the client tells about itself: the same for one browser on one machine."""
    names = ("User-Agent", "Accept-Language", "Sec-CH-UA", "Sec-CH-UA-Platform", "Sec-CH-UA-Mobile")
    told = "\n".join(request.headers.get(name, "")[:500] for name in names)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
