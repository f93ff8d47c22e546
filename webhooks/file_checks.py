"""Is an uploaded file what it was announced to be, and harmless in shape?

Not a virus scanner: it refuses what a bought document, picture or recording never needs to be.
Size and checksum are measured here; the content is parsed in a process of its own, with little
memory and time and without this process's environment, since the file is a stranger's.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from agora.logs import get_logger
from webhooks.codes import REJECTIONS
from webhooks.file_names import check_name

log = get_logger(__name__)

MAX_BYTES = 100 * 1024 * 1024
TIMEOUT_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Announced:
    """What the seller said before the upload."""

    file_name: str
    mime: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What was measured; `rejection` is a code of webhooks/codes.py, or None."""

    rejection: str | None
    size: int | None = None
    sha256: str | None = None
    mime: str | None = None


def refused(code: str) -> Verdict:
    """A refusal before anything was measured."""
    return Verdict(code)


def _inspect(path: Path, mime: str) -> str | None:
    """The content's refusal, from the inspecting process. It may fail; we may not."""
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "webhooks.file_inspector", str(path), mime],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "file_too_complex"
    if ran.stderr or ran.returncode != 0:
        log.warning(
            "inspector failed",
            code=ran.returncode,
            error=ran.stderr.decode(errors="replace")[-400:],
        )
    # Ended by a signal: the file used up its limits. Any other failure is no file's fault.
    if ran.returncode < 0:
        return "file_too_complex"
    ran.check_returncode()
    code = json.loads(ran.stdout)["rejection"]
    return code if code is None or code in REJECTIONS else "file_damaged"


def check(path: Path, announced: Announced) -> Verdict:
    """Measure and inspect the file at `path`."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            digest.update(chunk)
    sha256 = digest.hexdigest()
    if size > MAX_BYTES:
        rejection: str | None = "file_too_large"
    elif size != announced.size:
        rejection = "size_mismatch"
    elif sha256 != announced.sha256:
        rejection = "checksum_mismatch"
    else:
        rejection = check_name(announced.file_name, announced.mime) or _inspect(
            path, announced.mime
        )
    return Verdict(rejection, size, sha256, announced.mime)
