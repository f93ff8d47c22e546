"""A PDF with all that must survive marking, and a look at what a page shows."""

import re
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from seeds.files import make_pdf

PAGES = 8


def rich_pdf(path: Path) -> None:
    """Outline, docinfo, XMP, page labels, a link, a form field, odd pages and unbalanced state."""
    path.write_bytes(make_pdf("Bread, slowly", "Ines Backt", PAGES))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        del pdf.docinfo["/Trapped"]  # XMP has no such field
        with pdf.open_metadata() as metadata:
            metadata.load_from_docinfo(pdf.docinfo)
            metadata["dc:rights"] = "© Ines Backt"
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r, St=3)]))
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([10, 10, 60, 30]),
            A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.com/")),
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=pikepdf.String("name"),
                V=pikepdf.String("kept"),
                Rect=Array([10, 40, 90, 60]),
            )
        )
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        first = pdf.pages[0].obj
        first.Annots = Array([pdf.make_indirect(link), field])
        for number, turn in enumerate((0, 90, 180, 270)):
            pdf.pages[number].obj.Rotate = turn
        pdf.pages[4].obj.MediaBox = Array([400, 600, -20, -10])  # corners the wrong way round
        pdf.pages[4].obj.CropBox = Array([20, 20, 380, 560])
        pdf.pages[5].obj.MediaBox = Array([0, 0, 120, 80])
        pdf.pages[6].contents_add(b"q 0.5 0 0 0.5 100 100 cm q", prepend=True)  # left open
        pdf.pages[7].contents_add(b"Q Q", prepend=False)  # closed too often
        pdf.save(path)


def stamp_on(page: pikepdf.Page) -> tuple[str, list[float], tuple[float, float]]:
    """The stamp's text, the matrix it is drawn with, and its size, as a viewer comes to it.

    Follows the page's content: what is left on the graphics stack counts.
    """
    identity = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    stack, matrix = [], identity
    found: list[tuple[str, list[float], tuple[float, float]]] = []
    for instruction in pikepdf.parse_content_stream(page, operators="q Q cm Do"):
        operator = str(instruction.operator)
        if operator == "q":
            stack.append(matrix)
        elif operator == "Q":
            matrix = stack.pop() if stack else matrix
        elif operator == "cm":
            matrix = _times([float(value) for value in instruction.operands], matrix)
        else:
            form = page.obj.Resources.XObject[str(instruction.operands[0])]
            text = b"".join(re.findall(rb"\((.*?)\) Tj", form.read_bytes(), re.DOTALL))
            box = [float(value) for value in form.BBox.as_list()]
            if b"Licensed" in text:
                shown = re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1], 8)]), text)
                found.append((shown.decode("cp1252"), matrix, (box[2], box[3])))
    assert len(found) == 1
    return found[0]


def _times(a: list[float], b: list[float]) -> list[float]:
    return [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]


def displayed(
    page: pikepdf.Page, matrix: list[float], point: tuple[float, float]
) -> tuple[float, float]:
    """Where a point of the stamp is on the screen: fractions of the visible page, from its foot."""
    x = matrix[0] * point[0] + matrix[2] * point[1] + matrix[4]
    y = matrix[1] * point[0] + matrix[3] * point[1] + matrix[5]
    box = [float(value) for value in page.cropbox.as_list()]
    across = (x - min(box[0], box[2])) / abs(box[2] - box[0])
    along = (y - min(box[1], box[3])) / abs(box[3] - box[1])
    # /Rotate turns clockwise: at 90 the page's left edge is shown on top.
    turns = {0: (across, along), 90: (along, 1 - across), 180: (1 - across, 1 - along)}
    turns[270] = (1 - along, across)
    return turns[int(page.obj.get("/Rotate", 0)) % 360]
