"""Attachments of a send request."""

import base64
import binascii
import mimetypes
import re
from dataclasses import dataclass
from typing import Any

from local.resend_sandbox.errors import ApiError

MAX_BYTES = 40 * 1024 * 1024
_FIELDS = {"content", "filename", "path", "content_type", "content_id", "inline_content_id"}
_MIME = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,255}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,128}")


@dataclass
class Attachment:
    """One file; an inline one has the Content-ID that the HTML refers to."""

    filename: str
    content: bytes
    content_type: str
    content_id: str | None


def _refuse(message: str) -> ApiError:
    return ApiError(422, "invalid_attachment", message)


def read_attachments(value: Any) -> list[Attachment]:
    """Check and decode them.

    Raises:
        ApiError: 422 invalid_attachment.

    """
    if not isinstance(value, list):
        raise _refuse("Invalid `attachments` field. It must be a list.")
    found = [_read(one) for one in value]
    if sum(len(one.content) for one in found) > MAX_BYTES:
        raise _refuse("The attachments are larger than 40 MB together.")
    return found


def _read(value: Any) -> Attachment:
    if not isinstance(value, dict) or (unknown := set(value) - _FIELDS):
        detail = f"Unknown field `{min(unknown)}`." if isinstance(value, dict) else "Not an object."
        raise _refuse(f"Invalid attachment. {detail}")
    if "path" in value:
        raise _refuse("Invalid attachment. The sandbox fetches no remote `path`; send `content`.")
    filename = value.get("filename")
    if not isinstance(filename, str) or not _NAME.fullmatch(filename):
        raise _refuse("Attachment must have a `filename`.")
    guessed = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    content_type = value.get("content_type", guessed)
    if not isinstance(content_type, str) or not _MIME.fullmatch(content_type):
        raise _refuse("Invalid attachment. `content_type` is no media type.")
    content_id = value.get("content_id", value.get("inline_content_id"))
    if content_id is not None and not (
        isinstance(content_id, str) and _CONTENT_ID.fullmatch(content_id)
    ):
        raise _refuse("Invalid attachment. `content_id` is not valid.")
    return Attachment(filename, _bytes(value.get("content")), content_type, content_id)


def _bytes(value: Any) -> bytes:
    """Base64 text or a list of byte values, the two forms that the SDKs send."""
    try:
        if isinstance(value, list):
            return bytes(value)
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise _refuse("Attachment `content` is neither base64 nor a list of bytes.") from error
    raise _refuse("Attachment must have either a `content` or a `path`.")
