"""supabase-js, unmodified."""

import json
import subprocess
from pathlib import Path

from local.runtime import ROOT
from tests.support.stack import Stack


def test_accounts_rows_and_files(stack: Stack) -> None:
    script = Path(__file__).with_name("supabase_js.mjs")
    ran = subprocess.run(
        ["node", str(script), stack.url, stack.publishable_key],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "user": True,
        "product": "From JS",
        "error": {"code": "slug_taken", "hint": "Choose another slug.", "status": 409},
        "bytes": 8,
        "hidden": 0,
        "refused": True,
    }
