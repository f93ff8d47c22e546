"""Rows as an aligned table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal


def _cell(value: object) -> str:
    if value is None:
        return ""
    # One line a row, and no control character of somebody's data in the terminal.
    return "".join(c if c.isprintable() else " " for c in str(value))


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns under their names; numbers to the right."""
    body = [list(row) for row in rows]
    cells = [[_cell(value) for value in row] for row in body]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    right = [
        bool(body)
        and all(row[i] is None or isinstance(row[i], int | float | Decimal) for row in body)
        for i in range(len(names))
    ]

    def line(values: Sequence[str]) -> str:
        parts = (
            value.rjust(width) if to_right else value.ljust(width)
            for value, width, to_right in zip(values, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(names), rule, *map(line, cells)])
