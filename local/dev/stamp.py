"""`make migration name=…`: write changed sources into one new timestamped migration."""

import re
from datetime import UTC, datetime
from pathlib import Path

from local.dev.sources import ROOT, apply_text, migrations, unstamped


def stamp(name: str, root: Path = ROOT) -> Path | None:
    """Stamp what changed. Returns the new file, or None when nothing did.

    Raises ValueError when the name is not snake_case.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,60}", name):
        raise ValueError(f"a migration's name is snake_case, 3 to 61 characters: {name!r}")
    changed = unstamped(root)
    if not changed:
        return None
    # After every existing one, whatever this machine's clock says.
    newest = max((int(path.name[:14]) for path in migrations(root)), default=0)
    version = max(int(datetime.now(UTC).strftime("%Y%m%d%H%M%S")), newest + 1)
    target = root / "supabase" / "migrations" / f"{version}_{name}.sql"
    target.write_text(
        "-- Stamped from supabase/functions and supabase/policies: edit there, never here.\n"
        + apply_text(changed)
    )
    return target
