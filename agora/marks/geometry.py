"""Where a page's foot is: boxes, rotation, and the matrix that puts the stamp there."""

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

LETTER = (0.0, 0.0, 612.0, 792.0)
# Share of the page's width that the stamp should take at least, and may take at most.
LEAST, MOST = 0.4, 0.86
FOOT = 6.0

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Geometry:
    """A page as a viewer shows it: visible box in page units, rotation in degrees."""

    box: tuple[float, float, float, float]
    rotation: int

    def matrix(self, width: float, height: float) -> Matrix:
        """From a drawing of this size to the middle of the page's foot, as displayed."""
        x0, y0, x1, y1 = self.box
        wide, high = x1 - x0, y1 - y0
        if self.rotation in (90, 270):
            wide, high = high, wide
        scale = min(max(1.0, LEAST * wide / width), MOST * wide / width, 0.2 * high / height)
        right = (wide - width * scale) / 2
        up = min(FOOT * max(scale, 0.2), high * 0.05)
        match self.rotation:
            case 90:
                turned = (0.0, scale, -scale, 0.0, x1 - up, y0 + right)
            case 180:
                turned = (-scale, 0.0, 0.0, -scale, x1 - right, y1 - up)
            case 270:
                turned = (0.0, -scale, scale, 0.0, x0 + up, y1 - right)
            case _:
                turned = (scale, 0.0, 0.0, scale, x0 + right, y0 + up)
        return turned


def inherited(page: pikepdf.Object, name: str) -> pikepdf.Object | None:
    """An attribute of a page, its own or inherited."""
    node: pikepdf.Object | None = page
    for _ in range(64):  # a loop among the parents must not hold us
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get("/Parent")
    return None


def _box(value: pikepdf.Object | None) -> tuple[float, float, float, float] | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    try:
        a, b, c, d = (float(part) for part in _numbers(value))
    except (TypeError, ValueError):
        return None
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    return box if box[2] - box[0] > 1 and box[3] - box[1] > 1 else None


def _numbers(value: pikepdf.Array) -> Sequence[float]:
    return [float(part) for part in value.as_list()]


def geometry_of(page: pikepdf.Object) -> Geometry:
    """A page's geometry: CropBox within MediaBox, Letter if neither makes sense."""
    media = _box(inherited(page, "/MediaBox")) or LETTER
    crop = _box(inherited(page, "/CropBox")) or media
    cut = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    box = cut if cut[2] - cut[0] > 1 and cut[3] - cut[1] > 1 else media
    rotate = inherited(page, "/Rotate")
    try:
        rotation = int(rotate) % 360 if rotate is not None else 0
    except (TypeError, ValueError):
        rotation = 0
    return Geometry(box, rotation if rotation in (90, 180, 270) else 0)
