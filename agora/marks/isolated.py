"""Marking in a process of its own: a hostile PDF may end that, with its memory and time, not us."""

import json
import subprocess
import sys
from pathlib import Path

from agora.marks.stamp import Stamp
from agora.marks.unmarkable import UnmarkableError

TIMEOUT_SECONDS = 180
MEMORY_BYTES = 2 * 1024**3
UNMARKABLE = 3


class MarkCrashedError(Exception):
    """The marking process was killed by its limits or by the file: out of memory, out of time."""


def mark_in_child(source: Path, target: Path, *, stamp: Stamp, payload: str, key: str) -> None:
    """`mark_pdf` in a limited process.

    Raises UnmarkableError and MarkCrashedError, which are about the file, and RuntimeError, which
    is about us: a wrong setting, a full disk.
    """
    task = {
        "source": str(source),
        "target": str(target),
        "stamp": stamp.as_dict(),
        "payload": payload,
        "key": key,
        "memory_bytes": MEMORY_BYTES,
        "seconds": TIMEOUT_SECONDS,
    }
    try:
        # By standard input: arguments and environment are for everybody on the machine to see.
        ran = subprocess.run(
            [sys.executable, "-m", "agora.marks"],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MarkCrashedError(f"marking took over {TIMEOUT_SECONDS} seconds") from error
    if ran.returncode == UNMARKABLE:
        raise UnmarkableError(ran.stdout.strip()[:300] or "unmarkable")
    if ran.returncode < 0:
        raise MarkCrashedError(f"marking was ended by signal {-ran.returncode}")
    if ran.returncode != 0:
        last = ran.stderr.strip().splitlines()[-1:] or [""]
        raise RuntimeError(f"marking failed: {last[0][:200]}")
