"""Each source file of supabase/ is tested, and under its own name."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    "policy", sorted(p.name for p in (ROOT / "supabase" / "policies").glob("*.sql"))
)
def test_policy_has_its_twin(policy: str) -> None:
    twin = ROOT / "tests" / "sql" / "policies" / policy
    assert twin.exists(), f"supabase/policies/{policy} has no test tests/sql/policies/{policy}"


def test_no_twin_without_policy() -> None:
    policies = {p.name for p in (ROOT / "supabase" / "policies").glob("*.sql")}
    twins = {p.name for p in (ROOT / "tests" / "sql" / "policies").glob("*.sql")}
    assert twins <= policies


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "sql").glob("*/*.sql")), ids=lambda path: str(path.name)
)
def test_file_is_rolled_back(path: Path) -> None:
    text = path.read_text()
    assert "\nbegin;\n" in text
    assert text.endswith("\nselect * from finish();\nrollback;\n")
