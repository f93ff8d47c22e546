"""What the Connect endpoints are told when an account changes."""

from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.events import changes, emit, emit_thin
from local.stripe_sandbox.resources.account_record import CAPABILITIES, capability_status
from local.stripe_sandbox.resources.account_view import capability_shown, shown


def changed(call: Call, before: Json, record: Json) -> None:
    """Save an account and tell the Connect endpoints, in the words of the API that made it."""
    if before == record:
        return
    call.store.save(record)
    if record["id"] == call.platform:
        return
    theirs = call.of(record["id"])
    moved = [
        name
        for name in CAPABILITIES
        if capability_status(before, name) != capability_status(record, name)
    ]
    if record["generation"] == 1 or call.store.setting("v1_events_of_v2_accounts"):
        after = shown(record)
        emit(theirs, "account.updated", after, previous=changes(shown(before), after))
        for name in moved:
            if record["requested"].get(name):
                emit(theirs, "capability.updated", capability_shown(record, name))
    if record["generation"] == 2:
        _tell_thin(theirs, before, record, moved)


def _tell_thin(call: Call, before: Json, record: Json, moved: list[str]) -> None:
    prefix, account = "v2.core.account", record["id"]
    if any(before[name] != record[name] for name in ("due", "pending", "rejected")):
        emit_thin(call, f"{prefix}[requirements].updated", account)
    if "transfers" in moved:
        kind = f"{prefix}[configuration.recipient].capability_status_updated"
        for capability_name in ("stripe_transfers", "payouts"):
            data = {"updated_capability": f"stripe_balance.{capability_name}"}
            emit_thin(call, kind, account, data=data)
    if before["requested"] != record["requested"]:
        emit_thin(call, f"{prefix}[configuration.recipient].updated", account)
    if before["identity"] != record["identity"]:
        emit_thin(call, f"{prefix}[identity].updated", account)
    if before["closed"] != record["closed"]:
        emit_thin(call, f"{prefix}.closed", account)
    names = ("metadata", "email", "display_name", "dashboard")
    if any(before[name] != record[name] for name in names):
        emit_thin(call, f"{prefix}.updated", account)
