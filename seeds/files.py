"""Files to sell: real PDFs and pictures, made here."""

import io

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A5, landscape
from reportlab.pdfgen.canvas import Canvas

_LOREM = (
    "Knead until the dough no longer sticks, then let it rest under a cloth. "
    "What looks like waiting is most of the work."
)


def make_pdf(title: str, author: str, pages: int, *, chapters: int = 3) -> bytes:
    """A PDF with text on every page, an outline, metadata, and one page turned sideways."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A5, invariant=True)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject("Sold on Agora")
    canvas.setKeywords("agora, demo")
    per_chapter = max(1, pages // chapters)
    for number in range(1, pages + 1):
        width, height = landscape(A5) if number == 2 else A5
        canvas.setPageSize((width, height))
        if (number - 1) % per_chapter == 0:
            chapter = (number - 1) // per_chapter + 1
            key = f"chapter-{chapter}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(f"Chapter {chapter}", key, level=0)
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(40, height - 60, title)
        canvas.setFont("Helvetica", 10)
        for line in range(8):
            canvas.drawString(40, height - 100 - 16 * line, _LOREM[line : line + 60])
        canvas.drawRightString(width - 40, 30, str(number))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def make_cover(title: str, colour: tuple[int, int, int]) -> bytes:
    """A PNG cover with the title on a plain ground."""
    image = Image.new("RGB", (640, 800), colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 600, 760), outline=(255, 255, 255), width=4)
    lighter = tuple(min(255, part + 60) for part in colour)
    draw.ellipse((180, 300, 460, 580), fill=lighter)
    draw.text((70, 80), title, fill=(255, 255, 255), font_size=36)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
