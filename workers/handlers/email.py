"""Emails: rendered now, sent once."""

import resend
from resend.exceptions import RateLimitError, ResendError

from agora.settings import Settings
from workers.context import Context
from workers.job import Job, PermanentError, RetryLaterError
from workers.rendering import UnknownTemplateError, render

TIMEOUT_SECONDS = 10
SHORT_WAIT_SECONDS = 5.0
ATTEMPTS = 4


def configure_resend(settings: Settings) -> None:
    """Point the SDK, whose configuration is global, to the configured address and key."""
    resend.api_key = settings.resend_api_key.get_secret_value()
    resend.api_url = settings.resend_api_url.rstrip("/")
    resend.default_http_client = resend.RequestsClient(timeout=TIMEOUT_SECONDS)


def retry_after(error: ResendError) -> float:
    """Seconds that a 429 asks to wait, by its headers (one if it does not say)."""
    headers = {str(name).lower(): str(value) for name, value in error.headers.items()}
    for name in ("retry-after", "ratelimit-reset"):
        try:
            return min(3600.0, max(0.1, float(headers[name])))
        except (KeyError, ValueError):
            continue
    return 1.0


def _send(context: Context, message: resend.Emails.SendParams, key: str) -> str | None:
    """Hand a message over; its id at Resend, None if an earlier attempt was taken already."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _once(message, key)
        except RetryLaterError as error:
            if error.seconds > SHORT_WAIT_SECONDS or context.pause(error.seconds):
                raise
    return _once(message, key)


def _once(message: resend.Emails.SendParams, key: str) -> str | None:
    # Refusals are reported without Resend's text: it may repeat the address.
    try:
        return str(resend.Emails.send(message, {"idempotency_key": key})["id"])
    except RateLimitError as error:
        raise RetryLaterError(f"Resend: {error.error_type}", retry_after(error)) from None
    except ResendError as error:
        name = f"Resend: {error.code} {error.error_type}"
        if error.error_type == "invalid_idempotent_request":
            # This key was used for other text: the message was taken before, then the buyer's
            # name or address changed.
            return None
        if str(error.code) in ("400", "422"):
            raise PermanentError(name) from None
        raise RuntimeError(name) from None


def handle(context: Context, job: Job) -> str:
    """Send the message unless it was sent. Its own id is the idempotency key at Resend."""
    message_id = job.text("id")
    task = context.db.value("email_task", {"p_id": message_id})
    if task is None:
        raise PermanentError(f"no email {message_id}")
    if task["state"] != "queued":
        return f"already {task['state']}"
    if not task["to"]:
        raise PermanentError(f"email {message_id} has no recipient")
    try:
        rendered = render(
            task["template"], task["data"] or {}, site_url=str(context.settings.site_url)
        )
    except UnknownTemplateError as error:
        raise PermanentError(str(error)) from error
    sent = _send(
        context,
        {
            "from": context.settings.email_from,
            "to": [task["to"]],
            "subject": rendered.subject,
            "html": rendered.html,
            "text": rendered.text,
            "tags": [
                {"name": "template", "value": task["template"]},
                {"name": "message_id", "value": message_id},
            ],
        },
        str(task["idempotency_key"]),
    )
    context.db.value("email_sent", {"p_id": message_id, "p_provider_id": sent})
    return "sent"
