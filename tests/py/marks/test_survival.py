"""A copy that turns up again was saved, taken apart, cleaned. Each place alone must be enough."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from agora.marks.codec import Codec
from agora.marks.pdf_reader import read_pdf

Change = Callable[[Pdf], None]


def _stamps(page: pikepdf.Page) -> list[str]:
    objects = page.obj.Resources.get("/XObject", Dictionary())
    return [name for name, value in objects.items() if value.get("/Subtype") == "/Form"]


def forget(holder: Object, name: str) -> None:
    if name in holder:
        del holder[name]


def drop_rule(pdf: Pdf) -> None:
    for page in pdf.pages:
        for name in _stamps(page):
            del page.obj.Resources.XObject[name]


def drop_steps(pdf: Pdf) -> None:
    for page in pdf.pages:
        kept = [
            one
            for one in pikepdf.parse_content_stream(page)
            if not isinstance(one, pikepdf.ContentStreamInstruction) or str(one.operator) != "Td"
        ]
        page.obj.Contents = Stream(pdf, pikepdf.unparse_content_stream(kept))


def drop_pieces(pdf: Pdf) -> None:
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        forget(holder, "/PieceInfo")


def drop_id(pdf: Pdf) -> None:
    pdf.trailer["/ID"] = Array([pikepdf.String(secrets.token_bytes(16))] * 2)


DROPS: dict[str, Change] = {
    "rule": drop_rule,
    "steps": drop_steps,
    "piece": drop_pieces,
    "id": drop_id,
}


def places(path: Path, codec: Codec, payload: str) -> set[str]:
    marks = read_pdf(path, codec)
    assert {mark.payload for mark in marks} <= {payload}
    return {mark.place for mark in marks}


@pytest.mark.parametrize("alone", DROPS)
def test_each_place_alone_names_the_payload(
    tmp_path: Path, marked: Path, codec: Codec, payload: str, alone: str
) -> None:
    path = tmp_path / "stripped.pdf"
    with pikepdf.open(marked) as pdf:
        for place, drop in DROPS.items():
            if place != alone:
                drop(pdf)
        pdf.remove_unreferenced_resources()
        pdf.save(path)
    assert places(path, codec, payload) == {alone}


def test_without_any_place_nothing_is_found(tmp_path: Path, marked: Path, codec: Codec) -> None:
    """The positive control of the test above: the drops do drop."""
    path = tmp_path / "stripped.pdf"
    with pikepdf.open(marked) as pdf:
        for drop in DROPS.values():
            drop(pdf)
        pdf.save(path)
    assert read_pdf(path, codec) == []


SAVES = {
    "again": {},
    "linearized": {"linearize": True},
    "no object streams": {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
    "decompressed": {
        "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.generalized,
    },
    "recompressed": {"recompress_flate": True},
    "normalized": {"normalize_content": True},
    "qdf": {"qdf": True, "compress_streams": False},
    "encrypted": {"encryption": pikepdf.Encryption(owner="x", user="")},
}


@pytest.mark.parametrize("how", SAVES)
def test_saved_again(tmp_path: Path, marked: Path, codec: Codec, payload: str, how: str) -> None:
    path = tmp_path / "saved.pdf"
    with pikepdf.open(marked) as pdf:
        pdf.save(path, **SAVES[how])
    assert places(path, codec, payload) >= {"rule", "steps", "piece"}


def test_metadata_removed(tmp_path: Path, marked: Path, codec: Codec, payload: str) -> None:
    path = tmp_path / "clean.pdf"
    with pikepdf.open(marked) as pdf:
        for name in ("/Metadata", "/PieceInfo", "/Outlines", "/PageLabels"):
            forget(pdf.Root, name)
        for page in pdf.pages:
            forget(page.obj, "/PieceInfo")
            forget(page.obj, "/Metadata")
        del pdf.docinfo
        drop_id(pdf)
        pdf.save(path)
    assert places(path, codec, payload) == {"rule", "steps"}


@pytest.mark.parametrize("number", [0, 1, 4, 7])
def test_one_page_taken_out(
    tmp_path: Path, marked: Path, codec: Codec, payload: str, number: int
) -> None:
    path = tmp_path / "page.pdf"
    with pikepdf.open(marked) as pdf, pikepdf.new() as one:
        one.add_pages_from(pdf, pages=[number])
        one.save(path)
    assert places(path, codec, payload) >= {"rule", "steps", "piece"}


def test_pages_put_in_another_order_and_among_others(
    tmp_path: Path, marked: Path, source: Path, codec: Codec, payload: str
) -> None:
    path = tmp_path / "mixed.pdf"
    with pikepdf.open(marked) as pdf, pikepdf.open(source) as other, pikepdf.new() as mixed:
        for number in reversed(range(len(pdf.pages))):
            mixed.add_pages_from(pdf, pages=[number])
            mixed.add_pages_from(other, pages=[1])
        mixed.save(path)
    assert places(path, codec, payload) >= {"rule", "steps"}


def test_pages_placed_on_larger_ones(
    tmp_path: Path, marked: Path, codec: Codec, payload: str
) -> None:
    """Two pages on a sheet, as printing tools do: pages become forms, scaled and turned."""
    path = tmp_path / "sheet.pdf"
    with pikepdf.open(marked) as pdf, pikepdf.new() as sheet:
        page = sheet.add_blank_page(page_size=(800, 600))
        for number, left in ((0, 0), (1, 400)):
            page.add_overlay(pdf.pages[number], pikepdf.Rectangle(left, 0, left + 400, 600))
        sheet.save(path)
    assert "rule" in places(path, codec, payload)


def test_the_stamp_drawn_into_the_page(
    tmp_path: Path, marked: Path, codec: Codec, payload: str
) -> None:
    """Flattened: no form any more, the dots among the page's own lines, scaled and rounded."""
    path = tmp_path / "flat.pdf"
    with pikepdf.open(marked) as pdf, pikepdf.new() as flat:
        form = pdf.pages[0].obj.Resources.XObject[_stamps(pdf.pages[0])[0]]
        parts = [b"10 10 30 30 re f"]
        for instruction in pikepdf.parse_content_stream(form, operators="re"):
            x, y, width, height = (float(value) for value in instruction.operands)
            parts.append(
                b"%.2f %.2f %.2f %.2f re"
                % (3.7 * x + 11, 3.7 * y + 5, 3.7 * width, max(0.3, 3.7 * height))
            )
        page = flat.add_blank_page(page_size=(1200, 600))
        page.obj.Contents = Stream(flat, b"\n".join([*parts, b"f", b"50 60 70 80 re f"]))
        flat.save(path)
    assert places(path, codec, payload) == {"rule"}


def test_a_stranger_reads_nothing(marked: Path) -> None:
    assert read_pdf(marked, Codec(secrets.token_hex(32))) == []


def test_a_payload_cannot_be_seen(marked: Path, payload: str) -> None:
    """Neither in hex nor as bytes, however the file is laid open."""
    with pikepdf.open(marked) as pdf:
        pdf.save(
            marked.with_suffix(".qdf"),
            qdf=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    laid_open = marked.with_suffix(".qdf").read_bytes().lower()
    for form in (payload.encode(), bytes.fromhex(payload)):
        assert form.lower() not in laid_open


@pytest.mark.parametrize("content", [b"", b"nothing", b"%PDF-1.7\n%%EOF\n", bytes(999)])
def test_other_files_have_no_mark(tmp_path: Path, codec: Codec, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert read_pdf(path, codec) == []


def test_an_unmarked_pdf_has_no_mark(source: Path, codec: Codec) -> None:
    assert read_pdf(source, codec) == []


def test_resources_that_go_in_circles(tmp_path: Path, codec: Codec) -> None:
    """A form that contains itself ends neither reading nor the process."""
    path = tmp_path / "loop.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        form = pdf.make_stream(b"/F Do", Type=Name.XObject, Subtype=Name.Form)
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page.obj.Resources = form.Resources
        page.obj["/Parent"] = page.obj
        pdf.save(path)
    assert read_pdf(path, codec) == []
