"""Generated types of the database, for clients: TypeScript and Python, by Supabase's own CLI."""

import os
import subprocess
from pathlib import Path

from local import provision
from local.dev.scratch import scratch_cluster
from local.dev.sources import ROOT
from local.layout import Layout

FILES = {"typescript": "supabase/types/database.ts", "python": "supabase/types/database.py"}
_HEADER = {
    "typescript": "// Generated from the migrations by `make types`: never edit.\n",
    "python": '"""Generated from the migrations by `make types`: never edit."""\n\n',
}


def generate_texts(layout: Layout, database: str = "postgres") -> dict[str, str]:
    """The text of each generated file, by path, for a migrated database."""
    texts = {}
    for language, path in FILES.items():
        made = subprocess.run(
            [
                *(str(ROOT / "node_modules" / ".bin" / "supabase"), "gen", "types"),
                *("--lang", language, "--schema", "public"),
                f"--remote={layout.dsn('postgres', database)}?sslmode=disable",
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"},
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
        )
        if made.returncode != 0:
            raise RuntimeError(f"supabase gen types failed: {made.stderr.strip()[-500:]}")
        texts[path] = _HEADER[language] + made.stdout
    return texts


def stale(layout: Layout, database: str, root: Path = ROOT) -> list[str]:
    """Generated files that differ from what the database says now."""
    return [
        f"{path} is stale: run 'make types'"
        for path, text in generate_texts(layout, database).items()
        if not (root / path).exists() or (root / path).read_text() != text
    ]


def generate() -> int:
    """`make types`: write the files."""
    with scratch_cluster() as layout:
        provision.migrate(layout)
        for path, text in generate_texts(layout).items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text)
            print(f"wrote {path}")
    return 0
