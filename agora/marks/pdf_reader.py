"""Reads the hidden places of a PDF back, whatever else happened to the file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Object, Pdf, Stream

from agora.marks import places
from agora.marks.codec import CODE_BYTES, Codec, added
from agora.marks.geometry import inherited

# Forms within forms, and dictionaries in search of private data.
_DEPTH = 12


@dataclass(frozen=True)
class Mark:
    """A payload that was read in a place, and how often."""

    payload: str
    place: str
    count: int


@dataclass
class _Found:
    """Candidates by place, gathered before decoding."""

    codes: list[tuple[str, bytes]] = field(default_factory=list)
    rules: list[Sequence[float]] = field(default_factory=list)


def _numbers(operands: Iterable[object]) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in operands)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ()


def _scan(content: Object | pikepdf.Page, found: _Found) -> None:
    """Gather what a content stream draws and moves."""
    rectangles: list[places.Rectangle] = []
    moves: list[tuple[float, float]] = []
    try:
        for instruction in pikepdf.parse_content_stream(content, operators="re Td"):
            values = _numbers(instruction.operands)
            if len(values) == 4:
                rectangles.append((values[0], values[1], values[2], values[3]))
            elif len(values) == 2:
                moves.append((values[0], values[1]))
    except (pikepdf.PdfError, TypeError, ValueError):
        pass  # what was read before the damage still counts
    found.codes += [(places.STEPS, code) for code in places.read_steps(moves)]
    found.rules += places.read_rules(rectangles)


def _forms(resources: Object | None, seen: set[tuple[int, int]], depth: int) -> Iterator[Object]:
    """The form XObjects under some resources, each once."""
    if depth == 0 or not isinstance(resources, Dictionary):
        return
    objects = resources.get("/XObject")
    if not isinstance(objects, Dictionary):
        return
    for value in objects.values():
        if not isinstance(value, Stream) or value.get("/Subtype") != "/Form":
            continue
        if value.objgen in seen:
            continue
        seen.add(value.objgen)
        yield value
        yield from _forms(value.get("/Resources"), seen, depth - 1)


def _piece(holder: Object, found: _Found) -> None:
    """Strings of a code's length in the private data of a page-piece dictionary."""
    pieces = holder.get("/PieceInfo")
    if not isinstance(pieces, Dictionary):
        return
    for piece in pieces.values():
        private = piece.get("/Private") if isinstance(piece, Dictionary) else None
        if not isinstance(private, Dictionary):
            continue
        for value in private.values():
            if isinstance(value, pikepdf.String) and len(bytes(value)) == CODE_BYTES:
                found.codes.append((places.PIECE, bytes(value)))


def _gather(pdf: Pdf) -> _Found:
    found = _Found()
    for value in _identifier(pdf):
        found.codes.append((places.ID, value))
    _piece(pdf.Root, found)
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        _piece(page.obj, found)
        for form in _forms(inherited(page.obj, "/Resources"), seen, _DEPTH):
            _scan(form, found)
        _scan(page, found)
    return found


def _identifier(pdf: Pdf) -> Iterator[bytes]:
    value = pdf.trailer.get("/ID")
    if isinstance(value, pikepdf.Array):
        for part in value.as_list():
            if isinstance(part, pikepdf.String):
                yield bytes(part)


def read_pdf(path: Path, codec: Codec) -> list[Mark]:
    """Every mark in a PDF, most frequent first; empty if there is none or it cannot be opened."""
    try:
        with Pdf.open(path) as pdf:
            found = _gather(pdf)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return []
    counts: Counter[tuple[str, str]] = Counter()
    for (place, code), times in Counter(found.codes).items():
        payload = codec.decode(place, code)
        if payload:
            counts[payload, place] += times
    read = [codec.decode_soft(places.RULE, rule) for rule in found.rules]
    for payload in filter(None, read):
        counts[payload, places.RULE] += 1
    if found.rules and not any(read):
        # Each rule alone is too damaged: together they may not be.
        payload = codec.decode_soft(places.RULE, added(found.rules))
        if payload:
            counts[payload, places.RULE] += len(found.rules)
    return [Mark(payload, place, n) for (payload, place), n in counts.most_common()]
