"""docs/errors.md names every stable code with its status, and none that does not exist."""

import re
from pathlib import Path

import pytest

from webhooks.codes import DATABASE, OWN, REJECTIONS

ROOT = Path(__file__).resolve().parents[3]
FAIL = re.compile(r"private\.fail\(\s*(\d{3}),\s*'([a-z0-9_]+)'")
RETURNED = re.compile(r"'status',\s*(\d{3}),\s*'code',\s*'([a-z0-9_]+)'")
ANY_CODE = re.compile(r"'code',\s*'([a-z0-9_]+)'")
GATEWAY = re.compile(r"refusal\(\s*(\d{3}),\s*\"([a-z0-9_]+)\"")
ROW = re.compile(r"^\| `([a-z0-9_]+)` \| (\d{3}) \| (.+) \| (.+) \|$", re.MULTILINE)


def _sources(folder: str, pattern: str) -> dict[str, str]:
    files = sorted((ROOT / folder).glob(pattern))
    assert files, folder
    return {file.name: file.read_text() for file in files}


def _pairs(pattern: re.Pattern[str], text: str) -> set[tuple[str, int]]:
    return {(code, int(status)) for status, code in pattern.findall(text)}


def _sql() -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for name, text in _sources("supabase/functions", "*.sql").items():
        assert len(FAIL.findall(text)) == text.count("perform private.fail("), name
        returned = _pairs(RETURNED, text)
        assert set(ANY_CODE.findall(text)) == {code for code, _ in returned}, name
        found |= _pairs(FAIL, text) | returned
    return found


def _webhooks() -> set[tuple[str, int]]:
    own = {(code, entry.status) for code, entry in OWN.items()}
    return own | {(code, 422) for code in REJECTIONS}


def _gateway() -> set[tuple[str, int]]:
    return _pairs(GATEWAY, "\n".join(_sources("local/gateway", "*.mjs").values()))


def _documented() -> dict[str, int]:
    rows = ROW.findall((ROOT / "docs/errors.md").read_text())
    codes = [code for code, *_ in rows]
    assert len(codes) == len(set(codes)), "a code is described once"
    return {code: int(status) for code, status, *_ in rows}


def test_sources_are_found() -> None:
    assert ("cart_empty", 409) in _sql()
    assert ("token_expired", 410) in _sql()
    assert ("url_too_long", 414) in _gateway()


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    everywhere = _sql() | _webhooks() | _gateway()
    documented = set(_documented().items())
    assert sorted(everywhere - documented) == [], "missing in docs/errors.md"
    assert sorted(documented - everywhere) == [], "documented, but nothing answers with it"


def test_codes_of_the_database_have_its_statuses() -> None:
    assert set(DATABASE.items()) - _sql() == set()


@pytest.mark.parametrize("name", ["checkout", "uploads", "onboarding", "downloads"])
def test_python_raises_known_codes_only(name: str) -> None:
    text = (ROOT / f"webhooks/{name}.py").read_text()
    raised = set(re.findall(r"(?:ProblemError|away|refused)\(\s*\"([a-z_]+)\"", text))
    assert raised
    assert raised <= OWN.keys() | REJECTIONS.keys()


def test_inspectors_answer_with_known_rejections_only() -> None:
    texts = _sources("webhooks", "file_*.py").values()
    codes = {
        code for text in texts for code in re.findall(r"(?:return|Error\(|or) ?\"([a-z_]+)\"", text)
    }
    assert len(codes) > 8
    assert codes <= REJECTIONS.keys()
