"""PDFs to mark: a rich one, and its marked copy."""

import secrets
from pathlib import Path

import pytest

from agora.marks.codec import Codec
from agora.marks.pdf_marker import mark_pdf
from agora.marks.stamp import Stamp
from tests.py.marks.samples import rich_pdf

STAMP = Stamp("Łukasz Müller", "FD10BC311C", "2026-11-24T10:00:00+00:00")


@pytest.fixture(scope="session")
def key() -> str:
    return secrets.token_hex(32)


@pytest.fixture(scope="session")
def codec(key: str) -> Codec:
    return Codec(key)


@pytest.fixture(scope="session")
def payload() -> str:
    return secrets.token_hex(8)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.pdf"
    rich_pdf(path)
    return path


@pytest.fixture
def marked(tmp_path: Path, source: Path, codec: Codec, payload: str) -> Path:
    path = tmp_path / "marked.pdf"
    mark_pdf(source, path, stamp=STAMP, payload=payload, codec=codec)
    return path
