"""What a file is by its bytes."""

import io
import re
import struct
import zipfile
from typing import BinaryIO

EXECUTABLES = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"dex\n",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
)
"""Windows, Linux and macOS programs, Java, scripts, Android, WebAssembly, shortcuts, OLE
(installers, macros), and the test file that virus scanners agree on."""

_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|\?php)\b", re.IGNORECASE)
HEAD_BYTES = 4096


def is_executable(head: bytes) -> bool:
    """Does it start like a program?"""
    return head.startswith(EXECUTABLES) or b"<?php" in head[:1024].lower()


def sniff(head: bytes) -> str | None:
    """Family of media types by magic bytes, None when there is no known one."""
    for magic, kind in (
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"PK\x05\x06", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"fLaC", "audio/flac"),
        (b"ID3", "audio/mpeg"),
    ):
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0:
        return "audio/mpeg"
    return None


def family(mime: str) -> str:
    """The family that a declared type has to have."""
    return {"audio/x-wav": "audio/wav", "application/epub+zip": "application/zip"}.get(mime, mime)


def hides_archive(file: BinaryIO) -> bool:
    """Is it a readable ZIP as well (whose table of contents lies at the end)?"""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        return False
    finally:
        file.seek(0)


def has_markup(head: bytes) -> bool:
    """Would a browser that guesses take it for a page?"""
    return _MARKUP.search(head[:1024]) is not None


def is_text(file: BinaryIO) -> bool:
    """UTF-8 without control characters, to its end."""
    allowed = {9, 10, 12, 13}
    reader = io.TextIOWrapper(file, encoding="utf-8-sig", errors="strict")
    try:
        while chunk := reader.read(1 << 20):
            if any(ord(char) < 32 and ord(char) not in allowed for char in set(chunk)):
                return False
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
    return True
