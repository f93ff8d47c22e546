"""Email templates: `<name>.subject.txt`, `<name>.txt` and `<name>.html` under templates/."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)

TEMPLATES = Path(__file__).parent / "templates"


class UnknownTemplateError(LookupError):
    """There is no such template."""


@dataclass(frozen=True)
class Rendered:
    """One message."""

    subject: str
    text: str
    html: str


def money(amount: int, currency: str, minor_units: int) -> str:
    """An amount in minor units, for people: `1,234.50 EUR`, `500 JPY`."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(int(amount)), 10**minor_units)
    decimals = f".{part:0{minor_units}d}" if minor_units else ""
    return f"{sign}{whole:,}{decimals} {currency.upper()}"


def day(moment: str | None) -> str:
    """The date of an ISO 8601 time: `24 November 2026`."""
    if not moment:
        return ""
    value = datetime.fromisoformat(moment)
    return f"{value.day} {value:%B %Y}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = day
    environment.globals["money"] = money
    return environment


_ENVIRONMENT = _environment()


def render(template: str, data: Mapping[str, Any], *, site_url: str) -> Rendered:
    """Render a message. The same data give the same text, so that a repeat is a true repeat.

    Raises UnknownTemplateError; jinja2.UndefinedError when `data` lacks what the template shows.
    """
    values = {**data, "site_url": site_url.rstrip("/")}
    try:
        subject = _ENVIRONMENT.get_template(f"{template}.subject.txt").render(values)
        text = _ENVIRONMENT.get_template(f"{template}.txt").render(values)
        html = _ENVIRONMENT.get_template(f"{template}.html").render(values)
    except TemplateNotFound as error:
        raise UnknownTemplateError(f"no email template '{template}'") from error
    # A title with a line break must not add a header.
    return Rendered(subject=" ".join(subject.split()), text=text, html=html)
