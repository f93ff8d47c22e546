"""The SQL sources (functions, policies), and what of them the migrations already carry.

A stamped migration carries whole source files, each behind a line
`-- source: <path> <sha256>`; the last such line of a path says which text is in force.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "supabase" / "migrations"
# Functions first: policies call them.
FOLDERS = ("functions", "policies")
_MARK = re.compile(r"^-- source: (\S+) ([0-9a-f]{64})$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One source file: its path from the repository's root, its text."""

    path: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text, as written into the stamp."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def sources(root: Path = ROOT) -> list[Source]:
    """All source files in the order in which they are applied."""
    return [
        Source(str(file.relative_to(root)), file.read_text())
        for folder in FOLDERS
        for file in sorted((root / "supabase" / folder).glob("*.sql"))
    ]


def migrations(root: Path = ROOT) -> list[Path]:
    """All migration files in the order in which they are applied."""
    return sorted((root / "supabase" / "migrations").glob("*.sql"))


def stamped(root: Path = ROOT) -> dict[str, str]:
    """The hash of each source's latest stamp, by path."""
    return {
        match[1]: match[2]
        for migration in migrations(root)
        for match in _MARK.finditer(migration.read_text())
    }


def unstamped(root: Path = ROOT) -> list[Source]:
    """Sources whose text is in no migration yet."""
    known = stamped(root)
    return [source for source in sources(root) if known.get(source.path) != source.sha256]


def apply_text(items: list[Source]) -> str:
    """One SQL text that (re-)applies these sources.

    `check_function_bodies` is off because functions call functions of later files; the drift
    test applies everything once more with the check on.
    """
    parts = ["set lock_timeout = '5s';\nset check_function_bodies = off;\n"]
    parts += [f"-- source: {item.path} {item.sha256}\n{item.text}" for item in items]
    return "\n".join(parts) + "\nreset check_function_bodies;\n"
