"""The marking process: one task on standard input, limits on memory and processor time."""

import errno
import json
import resource
import sys
from pathlib import Path

from agora.marks.codec import Codec
from agora.marks.isolated import UNMARKABLE
from agora.marks.pdf_marker import mark_pdf
from agora.marks.stamp import Stamp

FILE_BYTES = 512 * 1024**2


def main() -> int:
    """0: the copy is written; 3: the file cannot be marked, with the reason on standard output."""
    task = json.load(sys.stdin)
    memory, seconds = int(task["memory_bytes"]), int(task["seconds"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    stamp, codec = Stamp(**task["stamp"]), Codec(task["key"])
    try:
        mark_pdf(
            Path(task["source"]),
            Path(task["target"]),
            stamp=stamp,
            payload=task["payload"],
            codec=codec,
        )
    except OSError as error:
        if error.errno == errno.EFBIG:
            return _unmarkable("the marked copy would be too large")
        raise  # a full disk, a missing folder: not the file's fault
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes
        return _unmarkable(f"{type(error).__name__}: {error}")
    return 0


def _unmarkable(reason: str) -> int:
    sys.stdout.write(reason)
    return UNMARKABLE


if __name__ == "__main__":
    sys.exit(main())
