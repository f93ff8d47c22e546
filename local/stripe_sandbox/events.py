"""Events: a snapshot taken in the transaction of the change, and a delivery for each endpoint."""

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

from local.stripe_sandbox.call import VERSION, Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.ids import new_id
from local.stripe_sandbox.store import Store


def changes(before: Json, after: Json) -> Json:
    """`previous_attributes`: the fields that changed, as they were."""
    return {name: before.get(name) for name in after if before.get(name) != after[name]}


def iso(seconds: float) -> str:
    """A time as API v2 writes it."""
    stamp = datetime.fromtimestamp(seconds, UTC)
    return stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def emit(call: Call, kind: str, body: Json, *, previous: Json | None = None) -> Json:
    """An event of API v1 about an object of the account that the call acts in."""
    data: Json = {"object": json.loads(json.dumps(body))}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": VERSION,
        "created": call.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": kind,
    }
    if call.account != call.platform:
        event["account"] = call.account
    call.store.add(call.account, event)
    _deliver(call, event, connect=call.account != call.platform)
    return event


def emit_thin(
    call: Call, kind: str, account: str, *, data: Json | None = None, link: bool = False
) -> Json:
    """A thin event of API v2 about a connected account (or, `link`, about its account link)."""
    event: Json = {
        "id": new_id("evt_test"),
        "object": "v2.core.event",
        "changes": None,
        "context": account,
        "created": iso(call.store.time()),
        "livemode": False,
        "reason": {
            "type": "request",
            "request": {
                "id": call.request_id,
                "idempotency_key": call.idempotency_key or "",
            },
        }
        if call.request_id
        else None,
        "snapshot_event": None,
        "type": kind,
    }
    if not link:
        event["related_object"] = {
            "id": account,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account}",
        }
    if data is not None:
        event["data"] = data
    call.store.add(account, event)
    _deliver(call, event, connect=True)
    return event


def _wants(endpoint: Json, private: Json, event: Json, *, connect: bool) -> bool:
    if endpoint["status"] != "enabled" or bool(private["connect"]) != connect:
        return False
    if event["object"] != "event":
        return bool(private.get("thin"))
    chosen = endpoint["enabled_events"]
    return "*" in chosen or event["type"] in chosen


def _rule(store: Store, kind: str) -> Json:
    """The first rule for this type of event, counted down."""
    rules: list[Json] = store.setting("webhook_rules")
    for position, rule in enumerate(rules):
        if re.search(rule["types"], kind):
            left = rule["times"] - 1
            kept = [*rules[:position], {**rule, "times": left}, *rules[position + 1 :]]
            store.set("webhook_rules", [each for each in kept if each["times"] > 0])
            return rule
    return {}


def _deliver(call: Call, event: Json, *, connect: bool) -> None:
    store = call.store
    endpoints = [
        endpoint
        for endpoint in store.every("webhook_endpoint")
        if _wants(endpoint, store.private(endpoint["id"]), event, connect=connect)
    ]
    if not endpoints:
        return
    rule = _rule(store, event["type"])
    hold: Any = store.setting("webhook_hold")
    state = "held" if hold and re.search(hold, event["type"]) else "pending"
    for endpoint in endpoints:
        for _ in range(1 + int(rule.get("duplicate", 0))):
            queue(store, event["id"], endpoint["id"], state, float(rule.get("delay", 0)))


def queue(store: Store, event: str, endpoint: str, state: str, delay: float = 0.0) -> int:
    """Plan a delivery; its number."""
    now = time.time()
    cursor = store.db.execute(
        "insert into deliveries (event, endpoint, state, due, created) values (?, ?, ?, ?, ?)",
        (event, endpoint, state, now + delay, now),
    )
    return int(cursor.lastrowid or 0)


def pending_webhooks(store: Store, event: str) -> int:
    """Endpoints that have not yet acknowledged the event."""
    row = store.db.execute(
        "select count(distinct endpoint) as n from deliveries"
        " where event = ? and state in ('pending', 'held')",
        (event,),
    ).fetchone()
    return int(row["n"])
