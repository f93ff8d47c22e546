"""ZIP and EPUB: names that leave their folder, programs, bombs; nested archives too."""

import io
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from webhooks.file_names import is_program
from webhooks.file_types import HEAD_BYTES, is_executable

MAX_ENTRIES = 20_000
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_NESTED = 64 * 1024 * 1024
MAX_DEPTH = 2
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError)


class RefusedError(Exception):
    """The archive is refused; the argument is the code."""


class _Budget:
    """Bytes that all archives of one upload may unpack to, counted and not as declared."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise RefusedError("archive_bomb")


def _check_name(entry: zipfile.ZipInfo) -> None:
    # orig_filename: zipfile cuts at a NUL, other programs may not.
    name = entry.orig_filename
    if (
        any(ord(char) < 32 for char in name)
        or "\\" in name
        or name.startswith("/")
        or ":" in name.split("/")[0]
        or ".." in name.split("/")
        or stat.S_ISLNK(entry.external_attr >> 16)
    ):
        raise RefusedError("archive_unsafe_path")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> io.BytesIO | None:
    """Read a member to its end, so that what it says of itself is checked; a nested ZIP is kept."""
    with archive.open(entry) as member:
        head = member.read(HEAD_BYTES)
        if is_executable(head) or (is_program(entry.filename) and not entry.is_dir()):
            raise RefusedError("executable_content")
        nested = head.startswith(b"PK\x03\x04")
        kept = bytearray(head)
        budget.spend(len(head))
        while chunk := member.read(1 << 18):
            budget.spend(len(chunk))
            if nested:
                kept += chunk
                if len(kept) > MAX_NESTED:
                    raise RefusedError("archive_bomb")
    return io.BytesIO(kept) if nested else None


def _check(file: BinaryIO, budget: _Budget, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RefusedError("archive_bomb")
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise RefusedError("archive_bomb")
        for entry in entries:
            _check_name(entry)
            if entry.flag_bits & 0x1:
                raise RefusedError("file_encrypted")
            nested = _unpack(archive, entry, budget)
            if nested:
                _check(nested, budget, depth + 1)


def _trailing(file: BinaryIO, end: int) -> bool:
    """Is there anything after the archive's own end record?"""
    file.seek(max(0, end - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return True
    (comment,) = struct.unpack_from("<H", tail, at + 20)
    return at + 22 + int(comment) != len(tail)


def check_archive(file: BinaryIO) -> str | None:
    """The refusal of a ZIP, or None."""
    end = file.seek(0, io.SEEK_END)
    if _trailing(file, end):
        return "file_damaged"
    try:
        _check(file, _Budget(), 0)
    except RefusedError as refusal:
        return str(refusal)
    except NotImplementedError:
        return "type_not_allowed"
    except (*BROKEN, RuntimeError):
        return "file_damaged"
    return None


def check_epub(file: BinaryIO) -> str | None:
    """A ZIP that says it is an EPUB, the way the standard wants it."""
    try:
        with zipfile.ZipFile(file) as archive:
            first = archive.infolist()[:1]
            if not first or first[0].filename != "mimetype" or first[0].file_size > 64:
                return "type_mismatch"
            if archive.read("mimetype").strip() != b"application/epub+zip":
                return "type_mismatch"
            if "META-INF/container.xml" not in archive.namelist():
                return "type_mismatch"
    except (*BROKEN, KeyError, RuntimeError):
        return "file_damaged"
    return check_archive(file)
