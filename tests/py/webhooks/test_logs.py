"""What must never be written to a log."""

import json
import logging

import pytest

from agora.logs import configure_logging, get_logger, redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {JWT}", JWT),
        ("key sk_test_4eC39HqLyjWDarjtT1zdp7dc was refused", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
        ("rk_live_abc123", "rk_live_abc123"),
        ("whsec_abc123 does not fit", "whsec_abc123"),
        ("re_AbC123_xyz", "re_AbC123_xyz"),
        ("sb_secret_abc123", "sb_secret_abc123"),
        ("GET /v1/downloads/k7YqQ-_9 404", "k7YqQ-_9"),
        (f"https://x.example/object/sign/a?token={JWT}", JWT),
        ("/object?token=abc.def-1", "abc.def-1"),
    ],
)
def test_secrets_are_taken_out(text: str, secret: str) -> None:
    clean = redact(text)
    assert secret not in clean
    assert "[redacted]" in clean


def test_the_rest_is_left() -> None:
    text = "order 01a2107f-f53c-71c9-baea-63fd10bc311c is paid, core_2 and score_1 too"
    assert redact(text) == text


def test_every_line_goes_through_it(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging("test")
        try:
            raise ValueError(f"refused: {JWT}")
        except ValueError:
            get_logger("ours").exception("failed", header=f"Bearer {JWT}")
        logging.getLogger("library").warning("got %s", JWT)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["failed", "got [redacted]"]
    assert lines[0]["header"] == "Bearer [redacted]"
    assert "refused: [redacted]" in lines[0]["exception"]
    assert JWT not in json.dumps(lines)
