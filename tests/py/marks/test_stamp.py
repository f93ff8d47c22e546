import pytest

from agora.marks.stamp import Stamp

WHEN = "2026-11-24T23:30:00+00:00"


@pytest.mark.parametrize(
    ("buyer", "shown"),
    [
        ("Bruno", "Licensed to Bruno"),
        ("Łukasz Müller", "Licensed to Lukasz Müller"),
        ("Đặng Ångström", "Licensed to Dang Ångström"),
        ("王小明", "Licensed copy"),
        ("  a\n\tb\x00 ", "Licensed to ab"),
        ("(x) \\ <b>", "Licensed to (x) \\ <b>"),
        ("", "Licensed copy"),
        ("x" * 500, "Licensed to " + "x" * 60),
    ],
)
def test_the_line(buyer: str, shown: str) -> None:
    assert Stamp(buyer, "FD10BC311C", WHEN).line() == f"{shown} · Order FD10BC311C · 2026-11-24"


def test_without_a_date() -> None:
    assert Stamp("Bruno", "A1", None).line() == "Licensed to Bruno · Order A1"
