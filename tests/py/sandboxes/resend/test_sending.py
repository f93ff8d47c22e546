"""What is sent is kept as a real message and can be read back."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import requests
import resend

from tests.py.sandboxes.resend.conftest import Outbox, letter
from tests.py.sandboxes.running import Sandbox


def read_eml(sandbox: Sandbox, email_id: str) -> EmailMessage:
    raw = (sandbox.data / "outbox" / f"{email_id}.eml").read_bytes()
    served = requests.get(f"{sandbox.url}/_sandbox/messages/{email_id}.eml", timeout=5)
    assert served.content == raw
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_every_field_reaches_the_message(sandbox: Sandbox, outbox: Outbox) -> None:
    sent = resend.Emails.send(
        {
            "from": "Agora Bücher <orders@agora.test>",
            "to": ["Zoë, the buyer <zoe@buyers.test>", "second@buyers.test"],
            "cc": "copy@buyers.test",
            "bcc": ["hidden@buyers.test"],
            "reply_to": "help@agora.test",
            "subject": "Quittung für №1: 5 €",
            "html": "<p>Danke <b>schön</b></p>",
            "text": "Danke schön",
            "headers": {"X-Order": "1", "List-Unsubscribe": "<https://agora.test/u>"},
            "tags": [{"name": "template", "value": "receipt"}],
            "attachments": [
                {"filename": "a.pdf", "content": list(b"%PDF-1.7")},
                {"filename": "b.txt", "content": "aGVsbG8=", "content_type": "text/plain"},
                {"filename": "c.png", "content": list(b"\x89PNG"), "content_id": "logo"},
            ],
        }
    )
    message = read_eml(sandbox, sent["id"])
    assert str(message["From"]) == "Agora Bücher <orders@agora.test>"
    assert [one.addr_spec for one in message["To"].addresses] == [
        "zoe@buyers.test",
        "second@buyers.test",
    ]
    assert message["To"].addresses[0].display_name == "Zoë, the buyer"
    assert message["Cc"] == "copy@buyers.test"
    assert message["Reply-To"] == "help@agora.test"
    assert "Bcc" not in message
    assert message["Subject"] == "Quittung für №1: 5 €"
    assert message["X-Order"] == "1"
    assert message["List-Unsubscribe"] == "<https://agora.test/u>"
    assert sent["id"] in message["Message-ID"]
    assert message["Date"].datetime is not None
    assert content(message, "plain").strip() == "Danke schön"
    assert content(message, "html").strip() == "<p>Danke <b>schön</b></p>"
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert files["a.pdf"].get_content() == b"%PDF-1.7"
    assert files["b.txt"].get_payload(decode=True) == b"hello"
    assert files["c.png"]["Content-ID"] == "<logo>"

    for address in ("zoe@buyers.test", "COPY@buyers.test", "hidden@buyers.test"):
        (kept,) = outbox(address)
        assert kept["id"] == sent["id"]
        assert kept["text"] == "Danke schön"
        assert kept["html"] == "<p>Danke <b>schön</b></p>"
        assert kept["tags"] == {"template": "receipt"}
        assert kept["last_event"] == "delivered"
    assert outbox("stranger@buyers.test") == []


def test_html_alone_gets_a_text_alternative(sandbox: Sandbox, outbox: Outbox) -> None:
    html = "<style>p{}</style><h1>Paid</h1><p>See <a href='https://a.test/o'>order</a></p>"
    body = letter("html@buyers.test", html=html, text=None)
    message = read_eml(sandbox, resend.Emails.send(body)["id"])
    assert message.get_content_type() == "multipart/alternative"
    assert content(message, "plain").split() == ["Paid", "See", "https://a.test/o", "order"]
    assert outbox("html@buyers.test")[0]["text"].startswith("Paid")


def test_the_sdk_reads_back_one_and_lists_all(sandbox: Sandbox) -> None:
    ids = [resend.Emails.send(letter("list@buyers.test"))["id"] for _ in range(3)]
    got = resend.Emails.get(ids[0])
    assert (got["id"], got["to"], got["subject"]) == (ids[0], ["list@buyers.test"], "Your receipt")
    assert got["last_event"] == "delivered"
    assert got["message_id"] == read_eml(sandbox, ids[0])["Message-ID"]
    first = resend.Emails.list({"limit": 2})
    assert [one["id"] for one in first["data"]] == [ids[2], ids[1]]
    assert first["has_more"]
    older = resend.Emails.list({"limit": 1, "after": ids[1]})
    assert [one["id"] for one in older["data"]] == [ids[0]]
    newer = resend.Emails.list({"limit": 1, "before": ids[0]})
    assert [one["id"] for one in newer["data"]] == [ids[1]]
    assert newer["has_more"]


def test_a_batch_is_all_or_nothing(outbox: Outbox) -> None:
    good, bad = letter("batch@buyers.test"), letter("batch@buyers.test", subject=None)
    sent = resend.Batch.send([good, good])
    assert [one["id"] for one in outbox("batch@buyers.test")] == [one["id"] for one in sent["data"]]
    with pytest.raises(resend.exceptions.MissingRequiredFieldsError, match="`subject`"):
        resend.Batch.send([good, bad])
    assert len(outbox("batch@buyers.test")) == 2


def test_a_permissive_batch_tells_what_it_left_out(outbox: Outbox) -> None:
    good, bad = letter("some@buyers.test"), letter("nowhere")
    sent = resend.Batch.send([bad, good], {"batch_validation": "permissive"})
    assert len(sent["data"]) == len(outbox("some@buyers.test")) == 1
    (error,) = sent["errors"]
    assert error["index"] == 0
    assert "`to`" in error["message"]


def test_a_person_can_read_the_outbox(sandbox: Sandbox) -> None:
    resend.Emails.send(letter("page@buyers.test", subject="<script>alert(1)</script>"))
    page = requests.get(sandbox.url, timeout=5)
    assert "page@buyers.test" in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>" not in page.text
