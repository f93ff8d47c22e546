from datetime import UTC, datetime
from typing import Any

import pytest
from jinja2 import UndefinedError

from workers.rendering import UnknownTemplateError, day, money, render

ITEM = {
    "title": "Bread, slowly",
    "variant": "",
    "shop": "Ines Backt",
    "quantity": 1,
    "unit_amount": 1999,
    "subtotal_amount": 1999,
    "discount_amount": 0,
    "total_amount": 1999,
    "digital": True,
}
RECEIPT = {
    "order_id": "01a2107f-f53c-71c9-baea-63fd10bc311c",
    "order_number": "FD10BC311C",
    "paid_at": datetime(2026, 11, 24, 10, tzinfo=UTC).isoformat(),
    "currency": "usd",
    "minor_units": 2,
    "subtotal_amount": 123456,
    "discount_amount": 0,
    "discount_codes": [],
    "tax_amount": 0,
    "shipping_amount": 0,
    "total_amount": 123456,
    "buyer_name": "Bruno",
    "library_url_path": "/library",
    "items": [ITEM],
}


def receipt(**changed: Any) -> tuple[str, str, str]:
    made = render("receipt", {**RECEIPT, **changed}, site_url="https://shop.example/")
    return made.subject, made.text, made.html


@pytest.mark.parametrize(
    ("amount", "currency", "units", "shown"),
    [
        (0, "usd", 2, "0.00 USD"),
        (5, "eur", 2, "0.05 EUR"),
        (123456789, "usd", 2, "1,234,567.89 USD"),
        (-1999, "usd", 2, "-19.99 USD"),
        (-5, "usd", 2, "-0.05 USD"),
        (500, "jpy", 0, "500 JPY"),
        (1234567, "kwd", 3, "1,234.567 KWD"),
    ],
)
def test_money(amount: int, currency: str, units: int, shown: str) -> None:
    assert money(amount, currency, units) == shown


def test_day() -> None:
    assert day("2026-11-04T23:59:00+00:00") == "4 November 2026"
    assert day(None) == ""


def test_both_forms_show_the_same_facts() -> None:
    subject, text, html = receipt(tax_amount=1900, discount_amount=200, shipping_amount=490)
    assert subject == "Your receipt for order FD10BC311C"
    for fact in (
        "FD10BC311C",
        "24 November 2026",
        "Bruno",
        "Bread, slowly",
        "Ines Backt",
        "19.99 USD",
        "1,234.56 USD",
        "19.00 USD",
        "-2.00 USD",
        "4.90 USD",
        "https://shop.example/library",
    ):
        assert fact in text, fact
        assert fact in html, fact


def test_a_discount_names_its_code_and_its_items() -> None:
    item = {**ITEM, "discount_amount": 200, "total_amount": 1799}
    _, text, html = receipt(items=[item], discount_amount=200, discount_codes=["SPRING", "X-2"])
    assert "1 x 19.99 USD = 19.99 USD, discount -2.00 USD\n" in text
    assert "Discount (SPRING, X-2): -2.00 USD\n" in text
    assert "Discount (SPRING, X-2)" in html
    assert html.count("-2.00 USD") == 2


def test_lines_without_an_amount_are_left_out() -> None:
    _, text, html = receipt()
    for word in ("Tax", "Shipping", "Discount"):
        assert word not in text
        assert word not in html


def test_no_library_link_without_digital_goods() -> None:
    _, text, html = receipt(items=[{**ITEM, "digital": False}])
    assert "/library" not in text + html


def test_titles_are_text_and_not_markup() -> None:
    evil = '<script>alert(1)</script> & "co"'
    _, text, html = receipt(items=[{**ITEM, "title": evil, "shop": evil}], buyer_name=evil)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html
    assert evil in text


def test_the_subject_is_one_line() -> None:
    subject, _, _ = receipt(order_number="A\r\nBcc: everybody@example.com")
    assert "\n" not in subject
    assert "\r" not in subject


def test_the_same_data_give_the_same_message() -> None:
    """Resend compares a repeat with the first attempt."""
    assert receipt() == receipt()


def test_missing_data_are_an_error_not_a_gap() -> None:
    lacking = {name: value for name, value in RECEIPT.items() if name != "total_amount"}
    with pytest.raises(UndefinedError):
        render("receipt", lacking, site_url="https://shop.example")


@pytest.mark.parametrize("name", ["nothing", "../rendering", "base"])
def test_unknown_templates(name: str) -> None:
    with pytest.raises(UnknownTemplateError, match="no email template"):
        render(name, RECEIPT, site_url="https://shop.example")


INVITATION = {
    "shop_name": "Ines Backt",
    "role": "staff",
    "inviter_name": "Ines",
    "expires_at": datetime(2026, 12, 1, 10, tzinfo=UTC).isoformat(),
    "accept_url_path": "/invitations#a-token-of-the-test",
}
NOTICE = {
    "shop_name": "Ines Backt",
    "reason": "It asks for: <papers>.",
    "recipient_name": "Ines",
    "shop_url_path": "/seller/shops/01a2107f-f53c-71c9-baea-63fd10bc311c",
}


def test_an_invitation() -> None:
    made = render("shop_invitation", INVITATION, site_url="https://shop.example/")
    assert made.subject == "Ines invites you to work in Ines Backt"
    for body in (made.text, made.html):
        assert "https://shop.example/invitations#a-token-of-the-test" in body
        assert "staff" in body
        assert "1 December 2026" in body


def test_an_invitation_of_an_evil_name() -> None:
    evil = "<img src=x>\r\nBcc: all@example.com"
    made = render(
        "shop_invitation",
        {**INVITATION, "inviter_name": evil, "shop_name": evil},
        site_url="https://shop.example",
    )
    assert "<img" not in made.html
    assert "\n" not in made.subject


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("shop_payment_attention", "Ines Backt cannot receive money at the moment"),
        ("shop_suspended", "Ines Backt is suspended"),
    ],
)
def test_notices_say_why_and_where(template: str, subject: str) -> None:
    made = render(template, NOTICE, site_url="https://shop.example/")
    assert made.subject == subject
    assert "It asks for: <papers>." in made.text
    assert "It asks for: &lt;papers&gt;." in made.html
    for body in (made.text, made.html):
        assert f"https://shop.example{NOTICE['shop_url_path']}" in body
        assert "Hello Ines," in body


def test_new_version() -> None:
    data = {
        "buyer_name": "Bo",
        "product": "Knots & <ropes>",
        "shop": "Knotwork",
        "file_name": "knots.pdf",
        "version": 3,
        "release_notes": "Page 4:\n<b>mended</b>",
        "library_url_path": "/library",
    }
    made = render("new_version", data, site_url="https://shop.example/")
    assert made.subject == "Knots & <ropes>: version 3 of knots.pdf"
    assert "Page 4:\n<b>mended</b>" in made.text
    assert "https://shop.example/library" in made.text
    assert "&lt;b&gt;mended&lt;/b&gt;" in made.html
    assert "<ropes>" not in made.html
    quiet = render("new_version", {**data, "release_notes": ""}, site_url="https://shop.example")
    assert "mended" not in quiet.text + quiet.html
