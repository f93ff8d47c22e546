"""What the stamp shows, and its drawing: one line of small type over a fine dotted rule.

The rule is the first hidden place: the widths of its dots spell a code.
"""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from agora.marks.codec import CODE_BITS, bits_of

FONT, FONT_SIZE = "Helvetica", 6.5
HEIGHT = 11.0
PITCH = 2.0
DOT_WIDTHS = (1.0, 1.3)
DOT_HEIGHT = 0.3
RULE_WIDTH = CODE_BITS * PITCH
LABEL_LENGTH = 60
GREY = 0.42
# Behind the text, so that it can be read on a dark page.
BACKING_ALPHA = 0.6
# Letters that Unicode does not decompose.
_PLAIN = str.maketrans("ŁłĐđĦħıĿŀŦŧ", "LlDdHhiLlTt")


@dataclass(frozen=True)
class Stamp:
    """What a buyer reads at the foot of every page. `sold_at`: ISO 8601."""

    buyer: str
    order_number: str
    sold_at: str | None

    def line(self) -> str:
        """The text, in the letters that the standard fonts have."""
        date = f"{datetime.fromisoformat(self.sold_at):%Y-%m-%d}" if self.sold_at else ""
        label = _printable(self.buyer)[:LABEL_LENGTH].strip()
        parts = [f"Licensed to {label}" if label else "Licensed copy"]
        parts.append(f"Order {_printable(self.order_number)}")
        return " · ".join([*parts, *([date] if date else [])])

    def as_dict(self) -> dict[str, Any]:
        """For the marking process."""
        return asdict(self)


def _printable(text: str) -> str:
    """Letters outside of the standard fonts' set lose their accents or are left out.

    The order number, always plain, names the sale in any case.
    """
    kept = []
    for character in text.translate(_PLAIN):
        for form in (character, *unicodedata.normalize("NFKD", character)):
            encoded = form.encode("cp1252", "ignore")
            if encoded and form.isprintable():
                kept.append(form)
                break
    return " ".join("".join(kept).split())


def draw(stamp: Stamp, rule: bytes) -> tuple[bytes, float]:
    """A one-page PDF with the stamp and its rule (a code), and its width in points."""
    text = stamp.line()
    width = max(RULE_WIDTH, stringWidth(text, FONT, FONT_SIZE))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width, HEIGHT), invariant=True, pageCompression=1)
    text_width = stringWidth(text, FONT, FONT_SIZE)
    canvas.setFillGray(1, alpha=BACKING_ALPHA)
    canvas.rect((width - text_width) / 2 - 3, 1.4, text_width + 6, HEIGHT - 1.8, stroke=0, fill=1)
    canvas.setFillGray(GREY, alpha=1)
    canvas.setFont(FONT, FONT_SIZE)
    canvas.drawCentredString(width / 2, 3.2, text)
    dots = canvas.beginPath()
    left = (width - RULE_WIDTH) / 2
    for x, dot in zip(_grid(left), _widths(bits_of(rule)), strict=True):
        dots.rect(x, 0.6, dot, DOT_HEIGHT)
    canvas.drawPath(dots, fill=1, stroke=0)
    canvas.showPage()
    canvas.save()
    return target.getvalue(), width


def _grid(left: float) -> list[float]:
    return [left + PITCH * i for i in range(CODE_BITS)]


def _widths(bits: Sequence[int]) -> list[float]:
    return [DOT_WIDTHS[bit] for bit in bits]
