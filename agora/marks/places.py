"""The hidden places in a PDF: what each looks like, so that marking and reading agree.

    rule   the widths of the dots of the stamp's fine rule; drawn, so it also stays when the stamp
           is merged into the page
    steps  the text moves of a text object without text, before each page's own content
    piece  the private data of a page-piece dictionary, on each page and in the catalog
    id     the file's permanent identifier

None needs another. `rule` and `steps` are content of every page; taking them out means rewriting
all of them. `piece` and `id` are extras: metadata are easily taken away.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from agora.marks.codec import CODE_BITS, CODE_BYTES

RULE, STEPS, PIECE, ID = "rule", "steps", "piece", "id"

# --- steps: two numbers for each byte -----------------------------------------------------------

_STEP = 0.05
_FIRST = 1.0


def steps_operators(code: bytes) -> bytes:
    """Content operators that show nothing and spell a code."""
    moves = b" ".join(
        b"%.2f %.2f Td" % (_FIRST + _STEP * (byte >> 4), _FIRST + _STEP * (byte & 15))
        for byte in code
    )
    return b"BT " + moves + b" ET"


def _nibble(value: float) -> int | None:
    steps = (value - _FIRST) / _STEP
    return round(steps) if abs(steps - round(steps)) < 0.2 and 0 <= round(steps) < 16 else None


def read_steps(moves: Sequence[tuple[float, float]]) -> Iterator[bytes]:
    """Every run of 16 moves that could be a code."""
    nibbles = [(_nibble(x), _nibble(y)) for x, y in moves]
    for start in range(len(nibbles) - CODE_BYTES + 1):
        run = nibbles[start : start + CODE_BYTES]
        code = bytearray()
        for high, low in run:
            if high is None or low is None:
                break
            code.append(high << 4 | low)
        else:
            yield bytes(code)


# --- rule: equally spaced dots of two widths ---------------------------------------------------

Rectangle = tuple[float, float, float, float]


def read_rules(rectangles: Sequence[Rectangle]) -> Iterator[list[float]]:
    """Every run of 128 equally spaced dots, as values for Codec.decode_soft.

    Scaling, shifting and turning change all dots alike, so only their proportions count.
    """
    for dots in _rows(rectangles):
        for start in range(len(dots) - CODE_BITS + 1):
            run = dots[start : start + CODE_BITS]
            ratios = [width / pitch for width, pitch in run]
            middle = (min(ratios) + max(ratios)) / 2
            yield [ratio - middle for ratio in ratios]


def _rows(rectangles: Sequence[Rectangle]) -> Iterator[list[tuple[float, float]]]:
    """Runs of alike, equally spaced rectangles along one axis: (length, pitch) of each."""
    for axis in (0, 1):
        row: list[tuple[float, float]] = []
        pitch = 0.0
        for before, here in pairwise(rectangles):
            gap = here[axis] - before[axis]
            level = before[1 - axis] == here[1 - axis] and abs(
                before[3 - axis] - here[3 - axis]
            ) < 0.05 * abs(here[3 - axis])
            if level and gap and row and abs(gap - pitch) < 0.04 * abs(pitch):
                row.append((abs(here[2 + axis]), abs(pitch)))
            else:
                if len(row) >= CODE_BITS:
                    yield row
                pitch = gap
                row = (
                    [(abs(before[2 + axis]), abs(gap)), (abs(here[2 + axis]), abs(gap))]
                    if level and gap
                    else []
                )
        if len(row) >= CODE_BITS:
            yield row
