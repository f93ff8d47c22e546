"""Marking in a process of its own: a hostile PDF may end that, with its memory and time, not us."""

import json
import subprocess
import sys
from pathlib import Path

from agora.marks.stamp import Stamp
from agora.marks.unmarkable import UnmarkableError

TIMEOUT_SECONDS = 180
UNMARKABLE = 3


class MarkCrashedError(Exception):
    """The marking process ended without an answer: out of memory, out of time, or killed."""


def mark_in_child(source: Path, target: Path, *, stamp: Stamp, payload: str, key: str) -> None:
    """`mark_pdf` in a limited process. Raises UnmarkableError, MarkCrashedError."""
    task = {
        "source": str(source),
        "target": str(target),
        "stamp": stamp.as_dict(),
        "payload": payload,
        "key": key,
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
    if ran.returncode != 0:
        last = ran.stderr.strip().splitlines()[-1:] or [""]
        raise MarkCrashedError(f"marking ended with {ran.returncode}: {last[0][:200]}")
