"""The process that opens a stranger's file: `python -m webhooks.file_inspector FILE MIME`.

Prints {"rejection": code or null}. Its limits are its own: whatever a file makes a parser do, the
service only sees a process that failed.
"""

import contextlib
import json
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from webhooks.file_archives import check_archive, check_epub
from webhooks.file_media import CHECKS
from webhooks.file_pdfs import check_pdf
from webhooks.file_types import (
    HEAD_BYTES,
    family,
    has_markup,
    hides_archive,
    is_executable,
    is_text,
    sniff,
)

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 45

TEXTS = {"text/plain", "text/markdown", "text/csv", "application/json"}


def _json(file: BinaryIO) -> str | None:
    try:
        json.load(file)
    except (ValueError, RecursionError):
        return "type_mismatch"
    return None


def _text(file: BinaryIO, head: bytes, mime: str) -> str | None:
    if sniff(head) or not is_text(file):
        return "type_mismatch"
    if mime != "text/markdown" and has_markup(head):
        return "type_mismatch"
    file.seek(0)
    return _json(file) if mime == "application/json" else None


def _binary(path: Path, file: BinaryIO, head: bytes, mime: str) -> str | None:
    kind = family(mime)
    if sniff(head) != kind:
        return "type_mismatch"
    if kind == "application/zip":
        return check_epub(file) if mime == "application/epub+zip" else check_archive(file)
    if hides_archive(file) or (kind != "application/pdf" and b"%PDF-" in head[:1024]):
        return "polyglot"
    if kind == "application/pdf":
        return check_pdf(path)
    if has_markup(head):
        return "polyglot"
    check: Callable[[BinaryIO], str | None] | None = CHECKS.get(kind)
    return check(file) if check else None


def inspect(path: Path, mime: str) -> str | None:
    """The refusal of the file's content, or None."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        if is_executable(head):
            return "executable_content"
        try:
            if mime in TEXTS:
                return _text(file, head, mime)
            return _binary(path, file, head, mime)
        except (struct.error, OverflowError):
            return "file_damaged"


def _bound() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        # macOS does not know every one of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def main() -> int:
    """Bound this process, inspect, print. Whatever a file makes a parser raise is the file's."""
    _bound()
    try:
        rejection = inspect(Path(sys.argv[1]), sys.argv[2])
    except Exception as error:  # noqa: BLE001 - see above
        print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)  # noqa: T201 - the log
        rejection = "file_too_complex"
    sys.stdout.write(json.dumps({"rejection": rejection}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
