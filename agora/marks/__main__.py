"""The marking process: one task on standard input, limits on memory and processor time."""

import json
import resource
import sys
from pathlib import Path

from agora.marks.codec import Codec
from agora.marks.pdf_marker import mark_pdf
from agora.marks.sandboxed import TIMEOUT_SECONDS, UNMARKABLE
from agora.marks.stamp import Stamp
from agora.marks.unmarkable import UnmarkableError

MEMORY_BYTES = 2 * 1024**3
FILE_BYTES = 512 * 1024**2


def main() -> int:
    """0: the copy is written; 3: the file cannot be marked, with the reason on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_SECONDS, TIMEOUT_SECONDS + 5))
    task = json.load(sys.stdin)
    try:
        mark_pdf(
            Path(task["source"]),
            Path(task["target"]),
            stamp=Stamp(**task["stamp"]),
            payload=task["payload"],
            codec=Codec(task["key"]),
        )
    except UnmarkableError as error:
        sys.stdout.write(str(error))
        return UNMARKABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
