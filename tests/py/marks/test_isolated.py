"""Marking in its own process: what is the file's fault, and what is ours."""

import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, Stream

from agora.marks import isolated
from agora.marks.codec import Codec
from agora.marks.isolated import MarkCrashedError, mark_in_child
from agora.marks.pdf_reader import read_pdf
from agora.marks.unmarkable import UnmarkableError
from tests.py.marks.conftest import STAMP


def test_a_file_is_marked(
    tmp_path: Path, source: Path, marked: Path, key: str, payload: str
) -> None:
    target = tmp_path / "child.pdf"
    mark_in_child(source, target, stamp=STAMP, payload=payload, key=key)
    assert target.read_bytes() == marked.read_bytes()
    assert {mark.payload for mark in read_pdf(target, Codec(key))} == {payload}


def test_a_broken_file_is_unmarkable(tmp_path: Path, key: str, payload: str) -> None:
    source = tmp_path / "broken.pdf"
    source.write_bytes(b"%PDF-1.7 nothing else")
    with pytest.raises(UnmarkableError, match="broken"):
        mark_in_child(source, tmp_path / "out.pdf", stamp=STAMP, payload=payload, key=key)


def test_our_own_faults_are_not_the_files(
    tmp_path: Path, source: Path, key: str, payload: str
) -> None:
    """A wrong key or folder must not end in a copy without a mark."""
    with pytest.raises(RuntimeError, match="WATERMARK_KEY"):
        mark_in_child(source, tmp_path / "out.pdf", stamp=STAMP, payload=payload, key="00")
    missing = tmp_path / "no-folder" / "out.pdf"
    with pytest.raises(RuntimeError, match="marking failed"):
        mark_in_child(source, missing, stamp=STAMP, payload=payload, key=key)


def test_a_bomb_ends_the_child_not_us(
    tmp_path: Path, key: str, payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose content unpacks to more than the child may have."""
    source = tmp_path / "bomb.pdf"
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b"\n" * (1 << 20)) for _ in range(400)) + packer.flush()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj.Contents = pdf.make_indirect(Stream(pdf, packed, Filter=Name.FlateDecode))
        pdf.save(source, compress_streams=False)
    assert source.stat().st_size < 5_000_000
    monkeypatch.setattr(isolated, "MEMORY_BYTES", 350 * 1024**2)
    with pytest.raises((UnmarkableError, MarkCrashedError)):
        mark_in_child(source, tmp_path / "out.pdf", stamp=STAMP, payload=payload, key=key)
