"""PDFs: scripts, started programs, attached programs."""

import re
import zlib
from pathlib import Path

import pikepdf

from webhooks.file_names import is_program
from webhooks.file_types import is_executable

MAX_OBJECTS = 500_000
MAX_DEPTH = 50
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"}
KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
# A quick look at an object's text tells most of them apart from those worth walking through.
_SUSPECT = re.compile(rb"/(?:J|Launch|ImportData|SubmitForm|XFA|RichMedia|EF|F|UF)")
_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F\s]*>", re.DOTALL)


def _names(found: pikepdf.Dictionary) -> list[str]:
    return [str(found[key]) for key in ("/F", "/UF") if isinstance(found.get(key), pikepdf.String)]


def _walk(found: pikepdf.Object, depth: int = 0) -> str | None:
    """Look at an object and what it holds directly; references are objects of their own."""
    if depth > MAX_DEPTH:
        return "file_too_complex"
    if isinstance(found, pikepdf.Array):
        return next((code for item in list(found) if (code := _step(item, depth))), None)
    if not isinstance(found, pikepdf.Dictionary):
        return None
    kind = found.get("/S")
    if KEYS & set(found.keys()) or (isinstance(kind, pikepdf.Name) and str(kind) in ACTIONS):
        return "active_content"
    if "/EF" in found and any(is_program(name) for name in _names(found)):
        return "executable_content"
    return next((code for key in found.keys() if (code := _step(found[key], depth))), None)  # noqa: SIM118 - no mapping


def _step(item: object, depth: int) -> str | None:
    if not isinstance(item, pikepdf.Array | pikepdf.Dictionary) or item.is_indirect:
        return None
    return _walk(item, depth + 1)


def _attachment(stream: pikepdf.Stream) -> str | None:
    """The first bytes of an attached file, unpacked no further than that."""
    raw = stream.read_raw_bytes()
    filters = stream.stream_dict.get("/Filter")
    names = (
        [str(name) for name in filters]
        if isinstance(filters, pikepdf.Array)
        else ([str(filters)] if filters is not None else [])
    )
    if names == ["/FlateDecode"]:
        try:
            raw = zlib.decompressobj().decompress(raw, 4096)
        except zlib.error:
            return "file_damaged"
    elif names:
        return "executable_content"
    return "executable_content" if is_executable(raw[:4096]) else None


def _object(found: pikepdf.Object) -> str | None:
    if isinstance(found, pikepdf.Stream):
        if str(found.stream_dict.get("/Type", "")) == "/EmbeddedFile":
            return _attachment(found)
        found = found.stream_dict
    if not isinstance(found, pikepdf.Array | pikepdf.Dictionary):
        return None
    if not _SUSPECT.search(_STRING.sub(b"", found.unparse(resolved=True))):
        return None
    return _walk(found)


def check_pdf(path: Path) -> str | None:
    """The refusal of a PDF, or None."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return "file_encrypted"
            if len(pdf.objects) > MAX_OBJECTS:
                return "file_too_complex"
            if len(pdf.pages) == 0:
                return "file_damaged"
            return next((code for found in pdf.objects if (code := _object(found))), None)
    except pikepdf.PasswordError:
        return "file_encrypted"
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, RuntimeError):
        return "file_damaged"
