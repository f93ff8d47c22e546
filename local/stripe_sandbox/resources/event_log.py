"""Events as the API reads them: snapshots of v1, thin events of v2."""

import fnmatch

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json, bad_param, no_such
from local.stripe_sandbox.lists import page
from local.stripe_sandbox.paging import page_v2


def retrieve(call: Call, identifier: str) -> Json:
    """GET /v1/events/{id}."""
    return call.fetch("event", identifier)


def list_all(call: Call) -> Json:
    """GET /v1/events."""
    one, several = call.get("type"), call.get("types")
    if one and several:
        raise bad_param("You may only specify one of these parameters: type, types.", "type")
    types: list[str] | None = several or ([one] if one else None)
    if types and any("*" in kind for kind in types):
        known = call.store.db.execute(
            "select distinct json_extract(body, '$.type') as type from objects where type = 'event'"
        ).fetchall()
        names = [str(row["type"]) for row in known]
        types = [name for name in names if any(fnmatch.fnmatch(name, kind) for kind in types)]
    return page(call, "event", "/v1/events", types=types)


def retrieve_v2(call: Call, identifier: str) -> Json:
    """GET /v2/core/events/{id}; the platform sees the events of its connected accounts."""
    scope = None if call.account == call.platform else call.account
    found = call.store.find("v2.core.event", identifier, scope)
    if found is None:
        raise no_such("event", identifier)
    return found


def list_v2(call: Call) -> Json:
    """GET /v2/core/events."""
    related = call.get("object_id")
    types: list[str] = call.get("types") or []

    def wanted(event: Json) -> bool:
        if types and event["type"] not in types:
            return False
        return related is None or (event.get("related_object") or {}).get("id") == related

    scope = None if call.account == call.platform else call.account
    found = [
        event
        for event in reversed(call.store.every("v2.core.event"))
        if (scope is None or event["context"] == scope) and wanted(event)
    ]
    return page_v2(call, found, "/v2/core/events")
