"""Files for the upload checks, made with the formats' own libraries where there is one."""

import io
import json
import stat
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from seeds.files import make_pdf

PDF = make_pdf("A book", "An author", 3)
MZ = b"MZ\x90\x00" + b"\x00" * 200
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def png(width: int = 2, height: int = 2) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\xff\xff\xff" * min(width, 10)) * min(height, 10)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg() -> bytes:
    """The smallest frame that the check walks through."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 16, 16, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x55" * 40
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + frame
        + scan
        + (b"\xff\xd9")
    )


def wav() -> bytes:
    """A moment of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x00\x00" * 800)
    return out.getvalue()


def mp3() -> bytes:
    """An ID3 tag and frames."""
    return (
        b"ID3\x03\x00\x00\x00\x00\x00\x0a"
        + b"\x00" * 10
        + (b"\xff\xfb\x90\x00" + b"\x00" * 413) * 4
    )


def mp4() -> bytes:
    """Three boxes."""
    boxes = ((b"ftyp", b"isom\x00\x00\x02\x00isom"), (b"moov", b"\x00" * 16), (b"mdat", b"x" * 64))
    return b"".join(struct.pack(">I", len(body) + 8) + kind + body for kind, body in boxes)


def archive(**members: bytes) -> bytes:
    """A ZIP; a double underscore stands for the dot of a name."""
    return zipped([(name.replace("__", "."), content) for name, content in members.items()])


def zipped(members: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A ZIP of these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return out.getvalue()


def symlink() -> bytes:
    """A ZIP whose member is a link out of it."""
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped([(link, b"/etc/passwd")])


def epub() -> bytes:
    """The first member is stored and says what it is."""
    mark = zipfile.ZipInfo("mimetype")
    return zipped(
        [
            (mark, b"application/epub+zip"),
            ("META-INF/container.xml", b"<container/>"),
            ("text/one.xhtml", b"<html/>"),
        ]
    )


def bomb() -> bytes:
    """40 MiB of zeros in 40 KiB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file, file.open("zeros", "w") as member:
        for _ in range(40):
            member.write(b"\x00" * (1 << 20))
    return out.getvalue()


def nested(levels: int, core: bytes) -> bytes:
    """A ZIP in a ZIP in …"""
    for _ in range(levels):
        core = archive(inner__zip=core)
    return core


def encrypted_zip() -> bytes:
    """The flag that says 'encrypted' set in both headers."""
    made = bytearray(archive(a__txt=b"secret"))
    made[6] |= 1
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def pdf(change: Callable[[pikepdf.Pdf], Any], **options: Any) -> bytes:
    """The plain PDF, changed."""
    with pikepdf.open(io.BytesIO(PDF)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out, **options)
    return out.getvalue()


def with_root(**entries: pikepdf.Object) -> bytes:
    """The plain PDF with more in its catalogue."""

    def change(file: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            file.Root[f"/{name}"] = value

    return pdf(change)


def with_attachment(name: str, content: bytes) -> bytes:
    """The plain PDF with a file attached."""

    def change(file: pikepdf.Pdf) -> None:
        file.attachments[name] = pikepdf.AttachedFileSpec(file, content, filename=name)

    return pdf(change)


JAVASCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
LAUNCH = Dictionary(S=Name.Launch, F=String("calc"))


def with_link_action(action: Dictionary) -> bytes:
    """An action on the first page's annotation, deep in direct objects."""

    def change(file: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        file.pages[0]["/Annots"] = Array([note])

    return pdf(change)


HARMLESS: dict[str, tuple[str, bytes]] = {
    "application/pdf": ("a book.v2.pdf", PDF),
    "application/zip": ("fonts.zip", archive(a__txt=b"hello", b__pdf=PDF)),
    "application/epub+zip": ("book.epub", epub()),
    "image/png": ("one.PNG", png()),
    "image/jpeg": ("one.jpeg", jpeg()),
    "audio/wav": ("one.wav", wav()),
    "audio/mpeg": ("one.mp3", mp3()),
    "audio/flac": ("one.flac", b"fLaC" + b"\x00" * 100),
    "image/gif": ("one.gif", b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00;"),
    "image/webp": ("one.webp", b"RIFF" + struct.pack("<I", 20) + b"WEBPVP8L" + b"\x00" * 12),
    "video/mp4": ("one.mp4", mp4()),
    "text/plain": ("Grüße.txt", "Grüße\r\n\tund mehr < 3".encode()),
    "text/markdown": ("one.md", b"# Title\n\n<script>in a text</script>"),
    "text/csv": ("one.csv", b"a,b\n1,2\n"),
    "application/json": ("one.json", json.dumps({"a": [1]}).encode()),
}
