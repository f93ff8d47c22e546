"""What happens to an accepted message: written as `.eml`, sent now or later, its events told."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from local.resend_sandbox.addresses import outcome, split
from local.resend_sandbox.mime import compose, readable
from local.resend_sandbox.schema import Email
from local.resend_sandbox.store import Store
from local.resend_sandbox.webhooks import Webhooks

OUTCOME_DELAY_SECONDS = 0.05
_DETAILS: dict[str, dict[str, Any]] = {
    "email.bounced": {
        "bounce": {
            "type": "Permanent",
            "subType": "General",
            "message": "The recipient's email provider sent a hard bounce message.",
            "diagnosticCode": ["smtp; 550 5.1.1 user unknown"],
        }
    }
}


@dataclass(frozen=True)
class KeyUse:
    """The idempotency key that a request came with."""

    key: str
    request_hash: str


def bare(address: str) -> str:
    """The address without its display name."""
    parts = split(address)
    return parts[1] if parts else address


class Mailer:
    """Accepts messages and carries them out."""

    def __init__(self, store: Store, webhooks: Webhooks) -> None:
        self._store = store
        self._webhooks = webhooks
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def resume(self) -> None:
        """After a start: set the timers of what was scheduled before it."""
        for email_id, due_at in self._store.due_emails():
            self._set_timer(email_id, due_at)

    def stop(self) -> None:
        """Cancel the timers; the next start sets them again."""
        for timer in self._timers.values():
            timer.cancel()

    def accept(
        self,
        emails: list[Email],
        key: KeyUse | None,
        *,
        batch: bool,
        extra: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Keep messages, their events and the idempotency key in one transaction.

        Args:
            emails: checked requests; more than one only in a batch.
            key: the idempotency key, whose stored answer is this one.
            batch: is the answer a batch's?
            extra: more members of the answer.

        Returns:
            Resend's answer: `{"id"}`, or `{"data": [{"id"}, …]}` for a batch.

        """
        ids = [str(uuid.uuid4()) for _ in emails]
        answer: dict[str, Any] = {"data": [{"id": one} for one in ids]} if batch else {"id": ids[0]}
        answer |= extra or {}
        now = datetime.now(UTC)
        # Files first: a row never points to a file that is not there.
        for email_id, email in zip(ids, emails, strict=True):
            folder = self._store.scheduled if _is_later(email, now) else self._store.outbox
            raw = compose(email, _message_id(email_id), email.scheduled_at or now)
            write_whole(folder / f"{email_id}.eml", raw)
        with self._store.transaction():
            for email_id, email in zip(ids, emails, strict=True):
                self._insert(email_id, email, now, key)
            if key is not None:
                self._store.add_key(key.key, key.request_hash, answer)
        for email_id, due_at in self._store.due_emails():
            if email_id not in self._timers:
                self._set_timer(email_id, due_at)
        self._webhooks.wake()
        return answer

    def _insert(self, email_id: str, email: Email, now: datetime, key: KeyUse | None) -> None:
        later = _is_later(email, now)
        self._store.add_email(
            {
                "id": email_id,
                "created_at": now.isoformat(),
                "message_id": _message_id(email_id),
                "state": "scheduled" if later else "sent",
                "due_at": email.scheduled_at.timestamp() if later and email.scheduled_at else None,
                "last_event": "scheduled" if later else "sent",
                "events": [],
                "idempotency_key": key.key if key else None,
            },
            {**email.index(), "text": readable(email)},
            [bare(address) for address in email.recipients],
        )
        if later:
            self.emit(email_id, "email.scheduled", email.to)
        else:
            self._emit_sending(email_id)

    def _emit_sending(self, email_id: str) -> None:
        """`email.sent` for the message, then what becomes of it for each recipient."""
        message = self._store.email(email_id)
        if message is None:
            return
        self.emit(email_id, "email.sent", message["to"])
        for address in [*message["to"], *message["cc"], *message["bcc"]]:
            result = outcome(address)
            names = ["delivered", "complained"] if result == "complained" else [result]
            for position, name in enumerate(names, start=1):
                delay = OUTCOME_DELAY_SECONDS * position
                self.emit(email_id, f"email.{name}", [address], delay=delay)

    def emit(self, email_id: str, kind: str, to: list[str], *, delay: float = 0.0) -> None:
        """Record an event of a message and queue its webhooks; inside a transaction."""
        message = self._store.email(email_id)
        if message is None:
            raise KeyError(email_id)
        now = datetime.now(UTC).isoformat()
        data = {
            "email_id": email_id,
            "message_id": message["message_id"],
            "created_at": message["created_at"],
            "from": message["from"],
            "to": [bare(address) for address in to],
            "subject": message["subject"],
            "tags": message["tags"],
            **_DETAILS.get(kind, {}),
        }
        payload = {"type": kind, "created_at": now, "data": data}
        self._store.update_email(
            email_id,
            events=[*message["events"], {"type": kind, "created_at": now, "to": data["to"]}],
            last_event=kind.removeprefix("email."),
        )
        self._webhooks.queue(json.dumps(payload), kind, time.time() + delay)

    def emit_now(self, email_id: str, kind: str, to: list[str]) -> None:
        """Record an event on its own, and deliver it."""
        with self._store.transaction():
            self.emit(email_id, kind, to)
        self._webhooks.wake()

    def reschedule(self, message: dict[str, Any], moment: datetime) -> None:
        """Move a scheduled message to another moment."""
        body = {name: message[name] for name in _body_fields(message)}
        body = {**body, "sender": message["from"], "scheduled_at": moment.isoformat()}
        with self._store.transaction():
            self._store.update_email(message["id"], due_at=moment.timestamp(), body=body)
        self._set_timer(message["id"], moment.timestamp())

    def cancel(self, email_id: str) -> None:
        """Never send a scheduled message."""
        with self._store.transaction():
            self._store.update_email(email_id, state="canceled", last_event="canceled", due_at=None)
        (self._store.scheduled / f"{email_id}.eml").unlink(missing_ok=True)
        if timer := self._timers.pop(email_id, None):
            timer.cancel()

    def _set_timer(self, email_id: str, due_at: float) -> None:
        if old := self._timers.pop(email_id, None):
            old.cancel()
        delay = max(0.0, due_at - time.time())
        self._timers[email_id] = asyncio.get_running_loop().call_later(
            delay, self._send_scheduled, email_id
        )

    def _send_scheduled(self, email_id: str) -> None:
        self._timers.pop(email_id, None)
        waiting = self._store.scheduled / f"{email_id}.eml"
        message = message_from_bytes(waiting.read_bytes(), policy=SMTP)
        del message["Date"]
        message["Date"] = format_datetime(datetime.now(UTC))
        write_whole(self._store.outbox / waiting.name, message.as_bytes())
        with self._store.transaction():
            self._store.update_email(email_id, state="sent", due_at=None)
            self._emit_sending(email_id)
        waiting.unlink()
        self._webhooks.wake()


def _message_id(email_id: str) -> str:
    return f"<{email_id}@resend-sandbox.local>"


def _is_later(email: Email, now: datetime) -> bool:
    return email.scheduled_at is not None and email.scheduled_at > now


def _body_fields(message: dict[str, Any]) -> list[str]:
    columns = {"id", "position", "created_at", "message_id", "state", "due_at", "last_event"}
    return [name for name in message if name not in columns | {"events", "idempotency_key", "from"}]


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file that is never seen half-written."""
    partial = path.with_suffix(".part")
    partial.write_bytes(raw)
    partial.replace(path)
