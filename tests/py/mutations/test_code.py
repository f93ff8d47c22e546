"""Each fault that is planted in a copy of the product's Python turns its unit test red."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.runtime import ROOT
from tests.py.mutations.mutation import CodeMutation
from tests.py.mutations.planted import CODE

COPIED = ("agora", "webhooks", "workers", "local", "seeds", "tests")
# Libraries that are plugins as well (anyio, hypothesis) are imported before pytest starts.
WARM = ["-W", "ignore:Module already imported"]
PYTEST = ["-p", "no:randomly", "-p", "no:cacheprovider", "-x", "-q", *WARM]


class Copy:
    """A copy of the project's Python, to be spoilt, and pytest in it."""

    def __init__(self, folder: Path, pytest_in_it: subprocess.Popen[str]) -> None:
        self.folder = folder
        self._pytest = pytest_in_it

    def run(self, *nodes: str) -> tuple[int, str]:
        """pytest on these nodes, up to the first failure: exit code and output."""
        assert self._pytest.stdin is not None
        assert self._pytest.stdout is not None
        self._pytest.stdin.write(json.dumps([*PYTEST, *nodes]) + "\n")
        self._pytest.stdin.flush()
        answer = json.loads(self._pytest.stdout.readline())
        return answer["code"], answer["output"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("mutations") / "agora"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    drop = ("PYTEST_", "AGORA_", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    # What is compiled already is used; nothing more, since a fault may come and go within the
    # clock's grain.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with subprocess.Popen(
        [sys.executable, "tests/py/mutations/warm_pytest.py"],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Copy(folder, process)
    shutil.rmtree(folder)


@pytest.mark.parametrize("mutation", CODE, ids=lambda one: one.name)
def test_fault_is_found(copy: Copy, mutation: CodeMutation) -> None:
    path = copy.folder / mutation.path
    sound = path.read_text()
    assert sound.count(mutation.old) == 1, f"{mutation.path} has no single {mutation.old!r}"
    path.write_text(sound.replace(mutation.old, mutation.new))
    try:
        code, output = copy.run(mutation.killer)
    finally:
        path.write_text(sound)
    # 1: a test has failed; not 2 or more, which are faults of collecting and of pytest itself.
    assert code == 1, output
    assert f"FAILED {mutation.killer}" in output, output


def test_killers_are_green_without_a_fault(copy: Copy) -> None:
    """One that is always red finds nothing."""
    code, output = copy.run(*sorted({mutation.killer for mutation in CODE}))
    assert code == 0, output


def test_names_are_names() -> None:
    assert len({mutation.name for mutation in CODE}) == len(CODE)
