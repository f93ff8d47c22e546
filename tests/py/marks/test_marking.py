import time
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from agora.marks.codec import Codec
from agora.marks.pdf_marker import mark_pdf
from agora.marks.pdf_reader import read_pdf
from agora.marks.stamp import Stamp
from agora.marks.unmarkable import UnmarkableError
from seeds.files import make_pdf
from tests.py.marks.conftest import STAMP
from tests.py.marks.samples import PAGES, displayed, stamp_on


def test_every_page_shows_the_stamp_at_its_foot(marked: Path) -> None:
    """Upright, inside of the page, near the foot, whatever the page's rotation and boxes are."""
    with pikepdf.open(marked) as pdf:
        assert len(pdf.pages) == PAGES
        for page in pdf.pages:
            text, matrix, (width, height) = stamp_on(page)
            assert text == STAMP.line()
            left, foot = displayed(page, matrix, (0, 0))
            right, same = displayed(page, matrix, (width, 0))
            above = displayed(page, matrix, (0, height))
            assert 0 <= left < 0.35
            assert 0.65 < right <= 1
            assert 0 <= foot < 0.1
            assert same == pytest.approx(foot, abs=1e-3)
            assert foot < above[1] < 0.35
            assert above[0] == pytest.approx(left, abs=1e-3)


def test_all_pages_share_one_stamp(marked: Path) -> None:
    with pikepdf.open(marked) as pdf:
        forms = {
            form.objgen
            for page in pdf.pages
            for form in page.obj.Resources.XObject.as_dict().values()
            if form.get("/Subtype") == "/Form"
        }
        assert len(forms) == 1


def test_what_the_seller_made_is_kept(source: Path, marked: Path) -> None:
    with pikepdf.open(source) as before, pikepdf.open(marked) as after:
        with before.open_outline() as one, after.open_outline() as two:
            assert [item.title for item in two.root] == [item.title for item in one.root]
            assert len(two.root) >= 3
        assert dict(after.docinfo.items()) == dict(before.docinfo.items())
        assert after.docinfo["/Title"] == "Bread, slowly"
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert after.Root.PageLabels == before.Root.PageLabels
        assert [page.label for page in after.pages][:2] == ["iii", "iv"]
        assert after.Root.AcroForm.Fields[0].V == "kept"
        assert after.pages[0].obj.Annots[0].A.URI == "https://example.com/"
        for old, new in zip(before.pages, after.pages, strict=True):
            for name in ("/Rotate", "/MediaBox", "/CropBox"):
                assert new.obj.get(name) == old.obj.get(name)
            contents = old.obj.Contents
            own = contents.as_list() if isinstance(contents, Array) else [contents]
            kept = new.obj.Contents.as_list()[1:-1]
            assert [part.read_bytes() for part in kept] == [part.read_bytes() for part in own]


def test_the_same_task_gives_the_same_bytes(
    tmp_path: Path, source: Path, marked: Path, codec: Codec, payload: str
) -> None:
    """So a worker that is killed and does it again changes nothing."""
    again = tmp_path / "again.pdf"
    mark_pdf(source, again, stamp=STAMP, payload=payload, codec=codec)
    assert again.read_bytes() == marked.read_bytes()


def test_three_hundred_pages(tmp_path: Path, codec: Codec, payload: str) -> None:
    source, target = tmp_path / "long.pdf", tmp_path / "marked.pdf"
    source.write_bytes(make_pdf("Long", "Somebody", 300))
    began = time.process_time()
    mark_pdf(source, target, stamp=STAMP, payload=payload, codec=codec)
    assert time.process_time() - began < 5
    assert target.stat().st_size - source.stat().st_size < 250_000


def test_a_marked_file_keeps_both_marks(
    tmp_path: Path, marked: Path, codec: Codec, payload: str
) -> None:
    """Who sells a copy on is still known."""
    second = "0123456789abcdef"
    target = tmp_path / "twice.pdf"
    mark_pdf(marked, target, stamp=Stamp("Eve", "B2", None), payload=second, codec=codec)
    by_place = {(mark.payload, mark.place) for mark in read_pdf(target, codec)}
    assert {(who, place) for who in (payload, second) for place in ("rule", "steps")} <= by_place


def test_inherited_and_missing_attributes(tmp_path: Path, codec: Codec, payload: str) -> None:
    """Resources and boxes of the page tree, a page without content, one page twice in the tree."""
    source, target = tmp_path / "odd.pdf", tmp_path / "marked.pdf"
    with pikepdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page(page_size=(300, 200))
        tree = pdf.Root.Pages
        tree.Resources = Dictionary(ProcSet=Array([Name.PDF]))
        tree.Rotate = 90
        for page in pdf.pages:
            del page.obj["/Resources"]
        del pdf.pages[2].obj["/MediaBox"]
        tree.Kids.append(tree.Kids[0])
        tree.Count = 4
        pdf.save(source)
    mark_pdf(source, target, stamp=STAMP, payload=payload, codec=codec)
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 4
        for page in pdf.pages:
            assert stamp_on(page)[0] == STAMP.line()
            assert page.obj.Resources.ProcSet == Array([Name.PDF])


def _encrypted(path: Path, user: str) -> None:
    path.write_bytes(make_pdf("Secret", "Somebody", 2))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user=user))


@pytest.mark.parametrize("user", ["", "secret"])
def test_encrypted_files_are_refused(tmp_path: Path, codec: Codec, payload: str, user: str) -> None:
    source = tmp_path / "encrypted.pdf"
    _encrypted(source, user)
    with pytest.raises(UnmarkableError, match="encrypted"):
        mark_pdf(source, tmp_path / "out.pdf", stamp=STAMP, payload=payload, codec=codec)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"GIF89a", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"]
)
def test_broken_files_are_refused(
    tmp_path: Path, codec: Codec, payload: str, content: bytes
) -> None:
    source = tmp_path / "broken.pdf"
    source.write_bytes(content)
    with pytest.raises(UnmarkableError):
        mark_pdf(source, tmp_path / "out.pdf", stamp=STAMP, payload=payload, codec=codec)


def test_cut_off_files_are_marked_whole_or_refused(
    tmp_path: Path, source: Path, codec: Codec, payload: str
) -> None:
    whole = source.read_bytes()
    for share in (0.3, 0.6, 0.95):
        cut, target = tmp_path / "cut.pdf", tmp_path / "out.pdf"
        cut.write_bytes(whole[: int(len(whole) * share)])
        try:
            mark_pdf(cut, target, stamp=STAMP, payload=payload, codec=codec)
        except UnmarkableError:
            continue
        with pikepdf.open(cut) as before, pikepdf.open(target) as after:
            assert len(after.pages) == len(before.pages)
