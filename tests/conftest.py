"""One stack for all tests of a run, on private ports; each test brings its own people and shops."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.stack import Stack, attach, running_stack

# A busy machine is no failure; what hangs meets pytest's own time limit.
hypothesis.settings.register_profile("agora", deadline=None)
hypothesis.settings.load_profile("agora")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole stack. AGORA_TEST_STACK=<home> takes one that runs already."""
    home = os.environ.get("AGORA_TEST_STACK")
    if home:
        yield attach(Path(home))
        return
    with running_stack() as running:
        yield running


@pytest.fixture
def database(stack: Stack) -> Iterator[str]:
    """A migrated database of the test's own; its name."""
    name = stack.clone()
    yield name
    stack.drop(name)
