"""Strict reading of a send request: an unknown or ill-typed field is refused, never ignored."""

import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.resend_sandbox.addresses import check, check_list
from local.resend_sandbox.attachments import Attachment, read_attachments
from local.resend_sandbox.errors import invalid, missing, not_found

FIELDS = {
    "from",
    "to",
    "cc",
    "bcc",
    "reply_to",
    "subject",
    "html",
    "text",
    "headers",
    "tags",
    "attachments",
    "scheduled_at",
    "template",
}
MAX_SUBJECT = 998
MAX_SCHEDULE = timedelta(days=30)
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HEADER = re.compile(r"[!-9;-~]{1,126}")
_LINE_BREAK = re.compile(r"[\r\n\x00]")
# Written by the message itself; a second one would contradict it.
_OWN_HEADERS = {
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


@dataclass
class Email:
    """A send request that was found good."""

    sender: str
    to: list[str]
    subject: str
    html: str | None
    text: str | None
    cc: list[str] = field(default_factory=list)
    bcc: list[str] = field(default_factory=list)
    reply_to: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    scheduled_at: datetime | None = None

    @property
    def recipients(self) -> list[str]:
        """Everyone it is sent to, in order."""
        return [*self.to, *self.cc, *self.bcc]

    def index(self) -> dict[str, Any]:
        """What the index keeps: all but the attachments' bytes, which are in the `.eml`."""
        kept = asdict(self)
        kept["attachments"] = [one.filename for one in self.attachments]
        kept["scheduled_at"] = self.scheduled_at.isoformat() if self.scheduled_at else None
        return kept


def read_email(body: Any, *, batch: bool = False) -> Email:
    """Check one send request.

    Args:
        body: the decoded JSON.
        batch: is it part of a batch, where attachments and scheduling are not allowed?

    Raises:
        ApiError: 422, 404 for a template (a sandbox has none).

    """
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object.")
    # An absent field and null are the same, as in every JSON API of this kind.
    body = {name: value for name, value in body.items() if value is not None}
    if unknown := sorted(set(body) - FIELDS):
        raise invalid(f"Unknown field `{unknown[0]}`.")
    for name in ("from", "to"):
        if name not in body:
            raise missing(name)
    if "template" in body:
        raise not_found("Template")
    if batch and (refused := {"attachments", "scheduled_at"} & set(body)):
        raise invalid(f"The `{min(refused)}` field is not supported in a batch.")
    html, text = _bodies(body)
    return Email(
        sender=check("from", body["from"]),
        to=check_list("to", body["to"]),
        subject=_subject(body),
        html=html,
        text=text,
        cc=check_list("cc", body["cc"]) if body.get("cc") else [],
        bcc=check_list("bcc", body["bcc"]) if body.get("bcc") else [],
        reply_to=check_list("reply_to", body["reply_to"]) if body.get("reply_to") else [],
        headers=_headers(body.get("headers", {})),
        tags=_tags(body.get("tags", [])),
        attachments=read_attachments(body.get("attachments", [])),
        scheduled_at=read_schedule(body["scheduled_at"]) if "scheduled_at" in body else None,
    )


def _subject(body: dict[str, Any]) -> str:
    if "subject" not in body:
        raise missing("subject")
    subject = body["subject"]
    if not isinstance(subject, str) or len(subject) > MAX_SUBJECT or _LINE_BREAK.search(subject):
        raise invalid(f"Invalid `subject` field. One line of at most {MAX_SUBJECT} characters.")
    return subject


def _bodies(body: dict[str, Any]) -> tuple[str | None, str | None]:
    for name in ("html", "text"):
        if name in body and not isinstance(body[name], str):
            raise invalid(f"Invalid `{name}` field. It must be a string.")
    if not body.get("html") and not body.get("text"):
        raise missing("html` or `text")
    return body.get("html") or None, body.get("text")


def _headers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise invalid("Invalid `headers` field. It must be an object of strings.")
    for name, text in value.items():
        if not _HEADER.fullmatch(name) or not isinstance(text, str) or _LINE_BREAK.search(text):
            raise invalid(f"Invalid `headers` field. The header `{name[:50]}` is not allowed.")
        if name.lower() in _OWN_HEADERS:
            raise invalid(f"Invalid `headers` field. `{name}` has a field of its own.")
    return value


def _tags(value: Any) -> dict[str, str]:
    if not isinstance(value, list):
        raise invalid("Invalid `tags` field. It must be a list.")
    tags: dict[str, str] = {}
    for tag in value:
        if not isinstance(tag, dict) or set(tag) - {"name", "value"} or "name" not in tag:
            raise invalid("Invalid `tags` field. Each tag has a `name` and a `value`.")
        pair = (tag["name"], tag.get("value", ""))
        if not all(isinstance(text, str) for text in pair) or not _TAG.fullmatch(pair[0]):
            raise invalid(_TAG_RULE)
        if pair[1] and not _TAG.fullmatch(pair[1]):
            raise invalid(_TAG_RULE)
        tags[pair[0]] = pair[1]
    return tags


_TAG_RULE = "Tags should only contain ASCII letters, numbers, underscores, or dashes."


def read_schedule(value: Any) -> datetime:
    """A moment in the next 30 days, ISO 8601 with a zone.

    Raises:
        ApiError: 422. Resend also reads English ("in 1 hour"); the sandbox does not, and says so.

    """
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise invalid("Invalid `scheduled_at` field. The sandbox reads ISO 8601 only.") from error
    if moment.tzinfo is None:
        raise invalid("Invalid `scheduled_at` field. The time zone is missing.")
    if moment > datetime.now(UTC) + MAX_SCHEDULE:
        raise invalid("Invalid `scheduled_at` field. At most 30 days ahead.")
    return moment.astimezone(UTC)
