"""The checks of an uploaded file, on real files; beside each refusal a harmless one passes."""

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.py.webhooks import files
from webhooks import file_archives
from webhooks.file_checks import MAX_BYTES, Announced, check
from webhooks.file_inspector import inspect
from webhooks.file_names import check_name


def _inspect(folder: Path, content: bytes, mime: str) -> str | None:
    path = folder / "file"
    path.write_bytes(content)
    return inspect(path, mime)


def _announced(name: str, mime: str, content: bytes) -> Announced:
    return Announced(name, mime, len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("mime", files.HARMLESS)
def test_harmless(tmp_path: Path, mime: str) -> None:
    name, content = files.HARMLESS[mime]
    assert check_name(name, mime) is None
    assert _inspect(tmp_path, content, mime) is None


@pytest.mark.parametrize("declared", files.HARMLESS)
def test_another_type_than_announced(tmp_path: Path, declared: str) -> None:
    texts = ("text/", "application/json")
    for mime, (_name, content) in files.HARMLESS.items():
        if mime == declared or (declared.startswith(texts) and mime.startswith(texts)):
            continue
        if (declared, mime) == ("application/zip", "application/epub+zip"):
            continue  # an EPUB is a ZIP
        assert _inspect(tmp_path, content, declared) == "type_mismatch", mime


@pytest.mark.parametrize("mime", files.HARMLESS)
@pytest.mark.parametrize(
    "program",
    [files.MZ, b"\x7fELF" + b"\0" * 99, b"#!/bin/sh\n", files.EICAR, b"\xca\xfe\xba\xbe\0\0"],
    ids=["windows", "linux", "script", "eicar", "java"],
)
def test_programs(tmp_path: Path, mime: str, program: bytes) -> None:
    assert _inspect(tmp_path, program, mime) == "executable_content"


PDFS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "script when opened": (lambda: files.with_root(OpenAction=files.JAVASCRIPT), "active_content"),
    "program when opened": (lambda: files.with_root(OpenAction=files.LAUNCH), "active_content"),
    "script behind a link": (lambda: files.with_link_action(files.JAVASCRIPT), "active_content"),
    "script in a chain of actions": (
        lambda: files.with_link_action(
            Dictionary(S=Name.GoTo, Next=Array([Dictionary(S=Name.URI), files.JAVASCRIPT]))
        ),
        "active_content",
    ),
    "named scripts": (
        lambda: files.with_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([])))),
        "active_content",
    ),
    "form that sends itself": (
        lambda: files.with_link_action(Dictionary(S=Name.SubmitForm, F=String("http://x"))),
        "active_content",
    ),
    "XFA form": (
        lambda: files.with_root(AcroForm=Dictionary(XFA=String("<x/>"), Fields=Array([]))),
        "active_content",
    ),
    "attached program": (
        lambda: files.with_attachment("notes.txt", files.MZ),
        "executable_content",
    ),
    "attached file with a program's name": (
        lambda: files.with_attachment("notes.exe", b"hello"),
        "executable_content",
    ),
    "attached table": (lambda: files.with_attachment("notes.csv", b"a,b\n"), None),
    "link to a page": (
        lambda: files.with_link_action(Dictionary(S=Name.URI, URI=String("https://x.example"))),
        None,
    ),
    "a text that speaks of scripts": (
        lambda: files.with_root(Note=String("/JavaScript /Launch (/JS)")),
        None,
    ),
    "password": (
        lambda: files.pdf(
            lambda _: None, encryption=pikepdf.Encryption(user="secret", owner="owner")
        ),
        "file_encrypted",
    ),
    "only an owner's password": (
        lambda: files.pdf(lambda _: None, encryption=pikepdf.Encryption(user="", owner="owner")),
        "file_encrypted",
    ),
    "object streams": (
        lambda: files.pdf(
            lambda file: file.Root.__setitem__("/OpenAction", files.JAVASCRIPT),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        "active_content",
    ),
    "only a header": (lambda: b"%PDF-1.7\n" + b"garbage " * 100, "file_damaged"),
    "a ZIP after its end": (lambda: files.PDF + files.archive(a__txt=b"x"), "polyglot"),
    "something before its start": (lambda: b"\n" + files.PDF, "type_mismatch"),
}


@pytest.mark.parametrize("kind", PDFS)
def test_pdfs(tmp_path: Path, kind: str) -> None:
    make, expected = PDFS[kind]
    assert _inspect(tmp_path, make(), "application/pdf") == expected


def test_a_name_spelled_in_hex_is_the_same_name(tmp_path: Path) -> None:
    plain = files.with_root(OpenAction=files.JAVASCRIPT)
    spelled = plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4a#53")
    assert b"/JavaScript" not in spelled
    assert _inspect(tmp_path, spelled, "application/pdf") == "active_content"


ARCHIVES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "path up": (lambda: files.zipped([("../evil.txt", b"x")]), "archive_unsafe_path"),
    "path up, inside": (lambda: files.zipped([("a/../../b", b"x")]), "archive_unsafe_path"),
    "absolute": (lambda: files.zipped([("/etc/passwd", b"x")]), "archive_unsafe_path"),
    "drive": (lambda: files.zipped([("C:/x.txt", b"x")]), "archive_unsafe_path"),
    "backslash": (lambda: files.zipped([("a\\..\\b", b"x")]), "archive_unsafe_path"),
    "link": (files.symlink, "archive_unsafe_path"),
    "program": (lambda: files.archive(setup__bin=files.MZ), "executable_content"),
    "program by name": (lambda: files.zipped([("a.pdf.exe", b"x")]), "executable_content"),
    "program in a nested archive": (
        lambda: files.nested(2, files.archive(a=files.MZ)),
        "executable_content",
    ),
    "nested, harmless": (lambda: files.nested(2, files.archive(a__txt=b"x")), None),
    "nested too deep": (lambda: files.nested(5, files.archive(a__txt=b"x")), "archive_bomb"),
    "bomb": (files.bomb, "archive_bomb"),
    "bomb in an archive": (lambda: files.nested(1, files.bomb()), "archive_bomb"),
    "encrypted": (files.encrypted_zip, "file_encrypted"),
    "cut off": (lambda: files.archive(a__txt=b"x" * 999)[:-30], "file_damaged"),
    "data behind its end": (lambda: files.archive(a__txt=b"x") + b"more", "file_damaged"),
    "many empty folders": (
        lambda: files.zipped([(f"{n}/", b"") for n in range(20_001)]),
        "archive_bomb",
    ),
    "web page": (lambda: files.archive(index__html=b"<html></html>"), None),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_archives(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A gigabyte would only take longer.
    monkeypatch.setattr(file_archives, "MAX_UNPACKED", 32 << 20)
    make, expected = ARCHIVES[kind]
    assert _inspect(tmp_path, make(), "application/zip") == expected


def test_a_member_with_a_wrong_checksum(tmp_path: Path) -> None:
    made = files.zipped([("a.txt", b"hello hello")])
    broken = made.replace(made[14:18], b"\x00\x01\x02\x03")
    assert _inspect(tmp_path, broken, "application/zip") == "file_damaged"


PICTURES: dict[str, tuple[bytes, str, str | None]] = {
    "archive after a picture": (files.png() + files.archive(a=b"x"), "image/png", "polyglot"),
    "archive after a photo": (files.jpeg() + files.archive(a=b"x"), "image/jpeg", "polyglot"),
    "bytes after a picture": (files.png() + b"x", "image/png", "polyglot"),
    "a camera's bytes after a photo": (files.jpeg() + b"\0" * 64, "image/jpeg", None),
    "a page in a picture": (
        b"GIF89a" + b"/*<script>alert(1)</script>*/",
        "image/gif",
        "polyglot",
    ),
    "a PDF in sound": (b"fLaC" + b"%PDF-1.7", "audio/flac", "polyglot"),
    "picture cut off": (files.png()[:40], "image/png", "file_damaged"),
    "photo cut off": (files.jpeg()[:-2], "image/jpeg", "file_damaged"),
    "picture of 100 gigapixels": (files.png(320_000, 320_000), "image/png", "file_too_complex"),
    "sound cut off": (files.wav()[:-10], "audio/wav", "file_damaged"),
    "bytes after sound": (files.wav() + b"x" * 9, "audio/wav", "polyglot"),
    "tag without sound": (files.mp3()[:20], "audio/mpeg", "file_damaged"),
    "film cut off": (files.mp4()[:-3], "video/mp4", "file_damaged"),
    "text with NUL": (b"a\x00b", "text/plain", "type_mismatch"),
    "text in Latin-1": ("Grüße".encode("latin-1"), "text/plain", "type_mismatch"),
    "page as text": (b"<!DOCTYPE html><html>", "text/plain", "type_mismatch"),
    "no JSON": (b"{", "application/json", "type_mismatch"),
    "JSON without end": (b"[" * 100_000, "application/json", "type_mismatch"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_sound_text(tmp_path: Path, kind: str) -> None:
    content, mime, expected = PICTURES[kind]
    assert _inspect(tmp_path, content, mime) == expected


@pytest.mark.parametrize(
    ("name", "mime", "expected"),
    [
        ("book.pdf", "application/pdf", None),
        ("Bread, slowly.pdf", "application/pdf", None),
        ("1.2.3.pdf", "application/pdf", None),
        ("書籍.pdf", "application/pdf", None),
        ("book.exe.pdf", "application/pdf", "unsafe_file_name"),
        ("book.pdf.exe", "application/pdf", "unsafe_file_name"),
        ("book.pdf ", "application/pdf", "unsafe_file_name"),
        ("book", "application/pdf", "unsafe_file_name"),
        (".pdf", "application/pdf", "unsafe_file_name"),
        ("book.zip", "application/pdf", "unsafe_file_name"),
        ("book\u202efdp.exe.pdf", "application/pdf", "unsafe_file_name"),
        ("b\u200book.pdf", "application/pdf", "unsafe_file_name"),
        ("page.html", "text/html", "type_not_allowed"),
        ("setup.exe", "application/x-msdownload", "type_not_allowed"),
        ("picture.svg", "image/svg+xml", "type_not_allowed"),
    ],
)
def test_names(name: str, mime: str, expected: str | None) -> None:
    assert check_name(name, mime) == expected


def test_what_is_measured_decides(tmp_path: Path) -> None:
    """In the inspecting process, as the service does it."""
    path = tmp_path / "file"
    path.write_bytes(files.PDF)
    honest = _announced("a.pdf", "application/pdf", files.PDF)
    verdict = check(path, honest)
    assert (verdict.rejection, verdict.size, verdict.sha256) == (None, honest.size, honest.sha256)
    shorter = Announced("a.pdf", "application/pdf", honest.size - 1, honest.sha256)
    assert check(path, shorter).rejection == "size_mismatch"
    other = Announced("a.pdf", "application/pdf", honest.size, "0" * 64)
    assert check(path, other).rejection == "checksum_mismatch"
    path.write_bytes(files.with_root(OpenAction=files.JAVASCRIPT))
    active = _announced("a.pdf", "application/pdf", path.read_bytes())
    assert check(path, active).rejection == "active_content"


def test_a_parser_that_eats_memory_is_ended(tmp_path: Path) -> None:
    """An object stream of 4 GiB: the inspecting process hits its limit, this one does not."""
    packer = zlib.compressobj(9)
    first, again = (
        packer.compress(b" " * (64 << 20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    packed = first + again * 63
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    at = out.tell()
    out.write(
        b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    )
    out.write(packed + b"\nendstream endobj\n")
    table = out.tell()
    rows = b"\x00" + b"\0" * 8 + b"\x00"
    rows += b"\x01" + at.to_bytes(8, "big") + b"\x00"
    rows += b"\x02" + (1).to_bytes(8, "big") + b"\x00"
    rows += b"\x01" + table.to_bytes(8, "big") + b"\x00"
    out.write(b"3 0 obj\n<</Type/XRef/Size 4/W[1 8 1]/Root 2 0 R/Length %d>>stream\n" % len(rows))
    out.write(rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % table)
    content = out.getvalue()
    assert len(content) < MAX_BYTES
    path = tmp_path / "file"
    path.write_bytes(content)
    verdict = check(path, _announced("a.pdf", "application/pdf", content))
    assert verdict.rejection in ("file_too_complex", "file_damaged")
