"""Webhook endpoints: those of the configuration, and those made through the API."""

import hashlib
import time
from typing import Any
from urllib.parse import urlsplit

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, invalid, no_such
from local.stripe_sandbox.ids import new_id, random_text
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.metadata import merged
from local.stripe_sandbox.store import Store


def _body(identifier: str, url: str, created: int) -> Json:
    return {
        "id": identifier,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": created,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }


def configure(store: Store, platform: str, endpoints: list[Json]) -> None:
    """Make the configured endpoints what the configuration says; the others stay."""
    wanted = set()
    for given in endpoints:
        connect = bool(given.get("connect"))
        digest = hashlib.sha256(f"{given['url']} {connect}".encode()).hexdigest()[:24]
        identifier = f"we_1{digest}"
        wanted.add(identifier)
        private = {
            "connect": connect,
            "configured": True,
            "thin": connect,
            "secrets": [{"secret": given["secret"], "until": None}],
        }
        if store.find("webhook_endpoint", identifier):
            store.set_private(identifier, private)
        else:
            body = _body(identifier, given["url"], store.now())
            store.add(platform, body, private=private)
    for endpoint in store.every("webhook_endpoint"):
        if store.private(endpoint["id"]).get("configured") and endpoint["id"] not in wanted:
            forget(store, endpoint["id"])


def forget(store: Store, identifier: str) -> None:
    """Remove an endpoint; what was still to be delivered to it is given up."""
    store.remove(identifier)
    store.db.execute(
        "update deliveries set state = 'failed'"
        " where endpoint = ? and state in ('pending', 'held')",
        (identifier,),
    )


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url",
            "url_invalid",
        )
    return url


def create(call: Call) -> Json:
    """POST /v1/webhook_endpoints; the only answer that shows the secret."""
    body = _body(new_id("we"), _checked_url(call.params["url"]), call.now)
    body |= {
        "api_version": call.get("api_version"),
        "description": call.get("description") or None,
        "enabled_events": call.params["enabled_events"],
        "metadata": merged({}, call.get("metadata")),
    }
    secret = f"whsec_{random_text(32)}"
    private = {
        "connect": bool(call.get("connect")),
        "configured": False,
        "secrets": [{"secret": secret, "until": None}],
    }
    call.store.add(call.account, body, private=private)
    return {**body, "secret": secret}


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/webhook_endpoints/{id}."""
    found = call.store.find("webhook_endpoint", identifier, call.account)
    if found is None:
        raise no_such("webhook endpoint", identifier)
    return found


def update(call: Call, identifier: str) -> Json:
    """POST /v1/webhook_endpoints/{id}."""
    body = retrieve(call, identifier)
    if "url" in call.params:
        body["url"] = _checked_url(call.params["url"])
    if "enabled_events" in call.params:
        body["enabled_events"] = call.params["enabled_events"]
    if "description" in call.params:
        body["description"] = call.params["description"] or None
    if "disabled" in call.params:
        body["status"] = "disabled" if call.params["disabled"] else "enabled"
    body["metadata"] = merged(body["metadata"], call.get("metadata"))
    return call.store.save(body)


def delete(call: Call, identifier: str) -> Json:
    """DELETE /v1/webhook_endpoints/{id}."""
    retrieve(call, identifier)
    forget(call.store, identifier)
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}


def list_all(call: Call) -> Json:
    """GET /v1/webhook_endpoints."""
    return page(call, "webhook_endpoint", "/v1/webhook_endpoints")


def roll(store: Store, identifier: str, secret: str | None, seconds: float) -> str:
    """A new secret; the old ones sign as well for `seconds` more. Returns the new one."""
    private = store.private(identifier)
    until = time.time() + seconds
    fresh = secret or f"whsec_{random_text(32)}"
    old: list[Any] = [{"secret": each["secret"], "until": until} for each in private["secrets"]]
    private["secrets"] = [{"secret": fresh, "until": None}, *old]
    store.set_private(identifier, private)
    return fresh
