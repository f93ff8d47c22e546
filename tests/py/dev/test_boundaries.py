"""Who may import whom, and what may not be in a migration."""

import ast
import re
from pathlib import Path

import pytest

from local.runtime import ROOT

PRODUCT = ("agora", "webhooks", "workers")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("package", PRODUCT)
def test_the_product_knows_nothing_of_the_local_stack(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        assert not _imports(path) & {"local", "seeds", "tests", "benchmarks"}, path


def test_the_local_stack_knows_nothing_of_the_product() -> None:
    for path in (ROOT / "local").rglob("*.py"):
        assert not _imports(path) & set(PRODUCT), path


@pytest.mark.parametrize("package", PRODUCT)
def test_no_branch_for_a_sandbox(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert "sandbox" not in path.read_text().lower(), path


def test_migrations_stand_alone() -> None:
    forbidden = re.compile(
        r"^\s*(begin|commit)\s*;|\bconcurrently\b|create role (anon|authenticated|service_role)"
        r"|superuser|create schema (auth|storage)\b",
        re.IGNORECASE | re.MULTILINE,
    )
    for path in (ROOT / "supabase" / "migrations").glob("*.sql"):
        text = re.sub(r"--.*", "", path.read_text())
        assert not forbidden.search(text), path.name
        assert "set lock_timeout" in text, path.name
