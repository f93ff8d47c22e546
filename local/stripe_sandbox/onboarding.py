"""The hosted pages of Connect: the onboarding form, and the Express dashboard."""

from html import escape

from local.stripe_sandbox import ledger, pages, tasks
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.events import emit_thin
from local.stripe_sandbox.ids import random_text
from local.stripe_sandbox.money import written
from local.stripe_sandbox.resources.account_events import changed

OUTCOMES = {
    "complete": "Provide everything: the account becomes active",
    "requirements_due": "Leave some requirements due",
    "pending_verification": "Provide everything, verification takes a moment",
    "rejected": "Provide everything, and be rejected",
}
LEFT_DUE = ["individual.dob.day", "individual.dob.month", "individual.dob.year"]

Page = tuple[int, str]
"""A status with HTML (200, 404 …) or with the address to go to (303)."""


def _usable(call: Call, link: Json) -> bool:
    return not link["done"] and call.now < link["expires_at"]


def open_link(call: Call, identifier: str) -> Page:
    """GET: the form. A link opens once, within its time; otherwise back to `refresh_url`."""
    link = call.store.find("sandbox.link", identifier)
    if link is None:
        return 404, pages.page("Unknown link", "<p>There is no such account link.</p>")
    if link["session"] or not _usable(call, link):
        return 303, str(link["refresh_url"])
    link["session"] = random_text(24)
    call.store.save(link)
    record = call.store.find("account", link["account"]) or {}
    due = "".join(f"<li>{escape(name)}</li>" for name in record.get("due", []))
    content = f"<p>Account {escape(link['account'])}. Still needed:</p><ul>{due}</ul>" + pages.form(
        f"/setup/{identifier}?session={link['session']}",
        pages.choices("outcome", "What happens", OUTCOMES),
        "Submit",
    )
    return 200, pages.page("Get paid: your details", content)


def submit(call: Call, identifier: str, session: str, outcome: str) -> Page:
    """POST: the account changes as chosen, then back to `return_url`.

    A script may post to the link itself, without the session of the form that it was shown.
    """
    link = call.store.find("sandbox.link", identifier)
    if link is None:
        return 404, pages.page("Unknown link", "<p>There is no such account link.</p>")
    if outcome not in OUTCOMES:
        names = escape(", ".join(OUTCOMES))
        return 400, pages.page("Choose an outcome", f"<p>outcome must be one of {names}.</p>")
    if session not in ("", link["session"]) or not _usable(call, link):
        return 303, str(link["refresh_url"])
    link["done"] = True
    call.store.save(link)
    _apply(call, link, outcome)
    if link["return_url"] is None:
        return 200, pages.page("Done", "<p>You may close this page.</p>")
    return 303, str(link["return_url"])


def _apply(call: Call, link: Json, outcome: str) -> None:
    record = call.store.find("account", link["account"])
    if record is None or record["closed"]:
        return
    before = dict(record)
    record["business_type"] = record["business_type"] or "individual"
    record["bank"] = record["bank"] or f"ba_1{random_text(23)}"
    record |= {"submitted": True, "due": [], "pending": outcome == "pending_verification"}
    if outcome == "requirements_due":
        record |= {"due": LEFT_DUE}
    if outcome == "rejected":
        record["rejected"] = "rejected.other"
    if outcome == "pending_verification":
        delay = float(call.store.setting("verification_seconds"))
        tasks.plan(call.store, "verify", record["id"], delay)
    changed(call, before, record)
    if record["generation"] == 2:
        emit_thin(
            call.of(record["id"]),
            "v2.core.account_link.returned",
            record["id"],
            data={
                "account_id": record["id"],
                "configurations": ["recipient"],
                "use_case": "account_onboarding",
            },
            link=True,
        )


def verify(call: Call, account: str) -> None:
    """The task that ends a verification, with success."""
    record = call.store.find("account", account)
    if record is not None and record["pending"]:
        changed(call, dict(record), {**record, "pending": False})


def dashboard(call: Call, account: str, token: str) -> Page:
    """GET: the Express dashboard, by a login link that works once."""
    link = call.store.find("sandbox.login", token)
    if link is None or link["account"] != account or link["done"]:
        return 404, pages.page("Link used", "<p>This login link has been used already.</p>")
    call.store.save({**link, "done": True})
    sums = ledger.sums(call.of(account))
    rows = "".join(
        f"<li>{escape(written(available, currency))} available, "
        f"{escape(written(pending, currency))} on the way</li>"
        for currency, (available, pending) in sums.items()
    )
    return 200, pages.page(f"Dashboard of {account}", f"<ul>{rows or '<li>No money yet</li>'}</ul>")
