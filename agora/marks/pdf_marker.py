"""Marks a PDF: stamp and hidden places are added, the pages' own objects stay as they are."""

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from agora.marks import places
from agora.marks.codec import Codec
from agora.marks.geometry import geometry_of, inherited
from agora.marks.pdf_reader import read_pdf
from agora.marks.stamp import HEIGHT, Stamp, draw
from agora.marks.unmarkable import UnmarkableError

MAX_PAGES = 20_000
_PIECE_APP = "/Agora"


class _Marker:
    """The parts that all pages of one file share."""

    def __init__(self, pdf: Pdf, codec: Codec, stamp: Stamp, payload: str) -> None:
        self._pdf = pdf
        self._payload = payload
        self._codec = codec
        drawing, self._width = draw(stamp, codec.encode(places.RULE, payload))
        with Pdf.open(io.BytesIO(drawing)) as one:
            form = one.pages[0].as_form_xobject()
            self._form = pdf.copy_foreign(form)
        self._piece = self._make_piece(stamp)
        # A file that was marked before keeps its first mark: the name is not taken twice.
        self._name = Name(f"/Agora{codec.encode('name', payload).hex()[:12]}")
        self._heads: dict[int, Object] = {}
        self._tails: dict[bytes, Object] = {}
        self._resources: dict[tuple[int, int], Object] = {}

    def _make_piece(self, stamp: Stamp) -> Object:
        code = self._codec.encode(places.PIECE, self._payload)
        day = (stamp.sold_at or "2000-01-01")[:10].replace("-", "")
        return self._pdf.make_indirect(
            Dictionary(
                LastModified=pikepdf.String(f"D:{day}"),
                Private=Dictionary(Data=pikepdf.String(code)),
            )
        )

    # --- parts of a page ----------------------------------------------------------------------

    def _head(self, saves: int) -> Object:
        if saves not in self._heads:
            code = self._codec.encode(places.STEPS, self._payload)
            content = b"q " + places.steps_operators(code) + b" Q\n" + b"q\n" * saves
            self._heads[saves] = self._pdf.make_indirect(Stream(self._pdf, content))
        return self._heads[saves]

    def _tail(self, page: Object, restores: int) -> Object:
        matrix = geometry_of(page).matrix(self._width, HEIGHT)
        numbers = " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in matrix)
        content = (
            "\n" + "Q\n" * restores + "/Artifact <</Type /Pagination>> BDC "
            f"q {numbers} cm {self._name} Do Q EMC\n"
        ).encode()
        if content not in self._tails:
            self._tails[content] = self._pdf.make_indirect(Stream(self._pdf, content))
        return self._tails[content]

    def _own_resources(self, page: Object) -> Object:
        """The page's resources, with the stamp among them; shared ones stay shared."""
        found = inherited(page, "/Resources")
        if not isinstance(found, Dictionary):
            found = Dictionary()
        if found.is_indirect:
            key = found.objgen
            if key not in self._resources:
                self._add_form(found)
                self._resources[key] = found
        else:
            if "/Resources" not in page:
                found = Dictionary(dict(found.items()))
            self._add_form(found)
        return found

    def _add_form(self, resources: Object) -> None:
        objects = resources.get("/XObject")
        if not isinstance(objects, Dictionary):
            objects = Dictionary()
            resources["/XObject"] = objects
        objects[self._name] = self._form

    def _add_piece(self, holder: Object) -> None:
        pieces = holder.get("/PieceInfo")
        if not isinstance(pieces, Dictionary):
            pieces = Dictionary()
            holder["/PieceInfo"] = pieces
        elif pieces.is_indirect:
            pieces = Dictionary(dict(pieces.items()))
            holder["/PieceInfo"] = pieces
        pieces[Name(_PIECE_APP)] = self._piece

    # --- the file -----------------------------------------------------------------------------

    def mark_page(self, page: pikepdf.Page) -> None:
        """Put the page's own content between ours."""
        saves, restores = _balance(page)
        own = page.obj.get("/Contents")
        middle = own.as_list() if isinstance(own, Array) else [own] if own is not None else []
        page.obj["/Resources"] = self._own_resources(page.obj)
        tail = self._tail(page.obj, restores)
        page.obj["/Contents"] = Array([self._head(saves), *middle, tail])
        self._add_piece(page.obj)

    def mark_file(self) -> None:
        """The places outside of pages."""
        self._add_piece(self._pdf.Root)
        code = self._codec.encode(places.ID, self._payload)
        # Writers make the second half anew with each save and keep the first.
        self._pdf.trailer["/ID"] = Array([pikepdf.String(code), pikepdf.String(code)])


def _balance(page: pikepdf.Page) -> tuple[int, int]:
    """How many `q` before and `Q` after the page's content bring its own state back.

    Many producers leave one open or close one too many, which would move the stamp.
    """
    depth = lowest = 0
    try:
        for instruction in pikepdf.parse_content_stream(page, operators="q Q"):
            depth += 1 if str(instruction.operator) == "q" else -1
            lowest = min(lowest, depth)
    except pikepdf.PdfError:
        return 1, 1
    saves = 1 - lowest
    return saves, saves + depth


def mark_pdf(source: Path, target: Path, *, stamp: Stamp, payload: str, codec: Codec) -> None:
    """Write a marked copy of a PDF. The same arguments give the same bytes.

    The copy is opened and its mark read before it counts. Raises UnmarkableError.
    """
    try:
        with Pdf.open(source) as pdf:
            pages = len(pdf.pages)
            if pdf.is_encrypted:
                raise UnmarkableError("the PDF is encrypted")
            if not 1 <= pages <= MAX_PAGES:
                raise UnmarkableError(f"the PDF has {pages} pages")
            marker = _Marker(pdf, codec, stamp, payload)
            seen: set[tuple[int, int]] = set()
            for page in pdf.pages:
                if page.obj.objgen not in seen:  # one page may be in the tree twice
                    seen.add(page.obj.objgen)
                    marker.mark_page(page)
            marker.mark_file()
            pdf.save(target, deterministic_id=True, linearize=pdf.is_linearized)
        with Pdf.open(target) as copy:
            whole = len(copy.pages) == pages
    except pikepdf.PasswordError as error:
        raise UnmarkableError("the PDF is encrypted") from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError) as error:
        raise UnmarkableError(f"the PDF is broken: {error}") from error
    found = {mark.place for mark in read_pdf(target, codec) if mark.payload == payload}
    if not whole or not {places.RULE, places.STEPS} <= found:
        raise UnmarkableError("the marked copy could not be read back")
