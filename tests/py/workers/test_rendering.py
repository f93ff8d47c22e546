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
