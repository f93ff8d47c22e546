"""The guard of old migrations: a migration that is out may be running somewhere and never changes.

`supabase/migrations.lock` holds a hash per migration; `make migration` appends to it, and nothing
ever takes a line away: the history of the file itself is checked where git can tell it.
"""

import hashlib
import subprocess
from pathlib import Path

from local.dev.sources import ROOT, migrations

LOCK = "supabase/migrations.lock"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _lock_lines(root: Path) -> dict[str, str]:
    path = root / LOCK
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines if line)}


def lock_new(root: Path = ROOT) -> list[str]:
    """Append the migrations that the lock does not know yet; returns their names."""
    known = _lock_lines(root)
    new = [path for path in migrations(root) if path.name not in known]
    with (root / LOCK).open("a") as lock:
        lock.writelines(f"{_hash(path)}  {path.name}\n" for path in new)
    return [path.name for path in new]


def _removed_from_history(root: Path) -> list[str]:
    if not (root / ".git").exists():
        return []
    log = subprocess.run(
        # What landed, not how a branch came to it: main's own line of commits.
        [
            *("git", "log", "--first-parent", "--diff-merges=first-parent", "--format=", "-p"),
            *("--", LOCK),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    removed = {
        line[1:] for line in log.stdout.splitlines() if line.startswith("-") and line[:3] != "---"
    }
    return sorted(removed)


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong, one sentence each, naming the file; empty when all is well."""
    known = _lock_lines(root)
    found = {path.name: _hash(path) for path in migrations(root)}
    sentences = []
    for name, digest in found.items():
        path = f"supabase/migrations/{name}"
        if name not in known:
            sentences.append(f"{path} is not in {LOCK}: run 'python -m local.dev lock'")
        elif known[name] != digest:
            sentences.append(f"{path} has changed: a migration that is out is never edited")
    sentences += [
        f"supabase/migrations/{name} is gone: a migration that is out is never removed"
        for name in sorted(known.keys() - found.keys())
    ]
    sentences += [
        f"{LOCK} lost a line of its history: {line.split('  ')[-1]}"
        for line in _removed_from_history(root)
        if line not in {f"{digest}  {name}" for name, digest in known.items()}
    ]
    return sentences
