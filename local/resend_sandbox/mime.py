"""The RFC 5322 message of an e-mail, as a mail server would receive it."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html.parser import HTMLParser

from local.resend_sandbox.addresses import split
from local.resend_sandbox.schema import Email

_SILENT = {"style", "script", "head", "title"}
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol"}


class _Text(HTMLParser):
    """The readable text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count what is not shown, break lines at blocks, keep links."""
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.pieces.append("\n")
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.pieces.append(f"{href} ")

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not shown."""
        if tag in _SILENT and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._silent:
            self.pieces.append(data)


def plain_text(html: str) -> str:
    """Text for readers without HTML; Resend makes it too when only `html` is given."""
    parser = _Text()
    parser.feed(html)
    lines = (" ".join(line.split()) for line in "".join(parser.pieces).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def readable(email: Email) -> str:
    """The text as given (an empty one asks for HTML alone), else made from the HTML."""
    return plain_text(email.html or "") if email.text is None else email.text


def _addresses(values: list[str]) -> list[Address]:
    found = []
    for value in values:
        parts = split(value)
        if parts is not None:
            found.append(Address(display_name=parts[0], addr_spec=parts[1]))
    return found


def compose(email: Email, message_id: str, moment: datetime) -> bytes:
    """The message as bytes with CRLF line ends; `Bcc` is left out, as on the wire.

    Args:
        email: the request.
        message_id: with its angle brackets.
        moment: aware; becomes `Date`.

    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _addresses([email.sender])
    message["To"] = _addresses(email.to)
    for header, values in (("Cc", email.cc), ("Reply-To", email.reply_to)):
        if values:
            message[header] = _addresses(values)
    message["Subject"] = email.subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = message_id
    for name, text in email.headers.items():
        message[name] = text
    _fill(message, email)
    return message.as_bytes()


def _fill(message: EmailMessage, email: Email) -> None:
    text = readable(email)
    if email.html is None:
        message.set_content(text)
    elif text == "":
        message.set_content(email.html, subtype="html")
    else:
        message.set_content(text)
        message.add_alternative(email.html, subtype="html")
    for one in email.attachments:
        kind, _, subtype = one.content_type.partition("/")
        message.add_attachment(
            one.content,
            maintype=kind,
            subtype=subtype,
            filename=one.filename,
            disposition="inline" if one.content_id else "attachment",
            cid=f"<{one.content_id}>" if one.content_id else None,
        )
