"""Whatever the prices and the code: a discount is split to the cent, and no item pays back."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.stack import Stack

LINES = st.lists(
    st.tuples(st.integers(1, 99_999_999), st.integers(1, 99)).map(lambda line: line[0] * line[1]),
    min_size=1,
    max_size=100,
)
SPLIT = """
select private.discount_value(%(basis_points)s, %(fixed)s, %(total)s),
  private.allocate(private.discount_value(%(basis_points)s, %(fixed)s, %(total)s), %(lines)s)
"""


@pytest.fixture(scope="module")
def connection(stack: Stack) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    name = stack.clone()
    with stack.connect("postgres", name) as opened:
        yield opened
    stack.drop(name)


def _split(
    connection: psycopg.Connection[dict[str, Any]],
    lines: list[int],
    basis_points: int | None,
    fixed: int | None,
) -> tuple[int, list[int]]:
    row = connection.execute(
        SPLIT,
        {"basis_points": basis_points, "fixed": fixed, "total": sum(lines), "lines": lines},
    ).fetchone()
    assert row is not None
    return row["discount_value"], row["allocate"]


def _holds(lines: list[int], discount: int, parts: list[int]) -> None:
    assert sum(parts) == discount
    assert len(parts) == len(lines)
    total = sum(lines)
    for part, line in zip(parts, lines, strict=True):
        assert 0 <= part <= line
        assert abs(part - Fraction(discount * line, total)) < 1


@settings(deadline=None, max_examples=200)
@given(lines=LINES, basis_points=st.integers(1, 10_000))
def test_percent(
    connection: psycopg.Connection[dict[str, Any]], lines: list[int], basis_points: int
) -> None:
    discount, parts = _split(connection, lines, basis_points, None)
    assert abs(discount - Fraction(sum(lines) * basis_points, 10_000)) <= Fraction(1, 2)
    _holds(lines, discount, parts)


@settings(deadline=None, max_examples=200)
@given(lines=LINES, fixed=st.integers(1, 99_999_999))
def test_fixed_amount(
    connection: psycopg.Connection[dict[str, Any]], lines: list[int], fixed: int
) -> None:
    discount, parts = _split(connection, lines, None, fixed)
    assert discount == min(fixed, sum(lines))
    _holds(lines, discount, parts)


@settings(deadline=None, max_examples=100)
@given(lines=LINES, basis_points=st.integers(1, 10_000), fee=st.integers(0, 10_000))
def test_fee_of_what_is_left(
    connection: psycopg.Connection[dict[str, Any]],
    lines: list[int],
    basis_points: int,
    fee: int,
) -> None:
    """The platform's fee is split over the discounted items, the free ones bear none of it."""
    _, parts = _split(connection, lines, basis_points, None)
    left = [line - part for line, part in zip(lines, parts, strict=True)]
    fee = min(fee, sum(left))
    row = connection.execute("select private.allocate(%s, %s) as fees", [fee, left]).fetchone()
    assert row is not None
    assert sum(row["fees"]) == fee
    assert all(0 <= part <= line for part, line in zip(row["fees"], left, strict=True))
