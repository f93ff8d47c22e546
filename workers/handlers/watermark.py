"""The buyer's own copy of a file: marked where that is possible, else as it is; never broken."""

import hashlib
import tempfile
from pathlib import Path

from agora.logs import get_logger
from agora.marks.codec import Codec
from agora.marks.isolated import MarkCrashedError, mark_in_child
from agora.marks.stamp import Stamp
from agora.marks.unmarkable import UnmarkableError
from workers.context import Context
from workers.job import Job, PermanentError

logger = get_logger(__name__)
MAX_BYTES = 256 * 1024 * 1024
PDF = "application/pdf"
# A file that ends the marking process this often is delivered as it is.
CRASHES = 3


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mark(context: Context, job: Job, task: dict[str, str], source: Path, target: Path) -> bool:
    """Write the marked copy; False if this file cannot be marked."""
    if task["mime"] != PDF:
        return False
    stamp = Stamp(
        buyer=task["buyer_label"] or "", order_number=task["order_number"], sold_at=task["sold_at"]
    )
    key = context.settings.watermark_key.get_secret_value()
    Codec(key)  # an unusable key fails the job: it is no reason to deliver without a mark
    try:
        mark_in_child(source, target, stamp=stamp, payload=task["payload"], key=key)
    except UnmarkableError as error:
        logger.warning("file_not_markable", reason=str(error))
        return False
    except MarkCrashedError as error:
        if job.attempt < CRASHES:
            raise
        logger.error("file_not_markable", reason=str(error))
        return False
    return True


def handle(context: Context, job: Job) -> str:
    """Make and store the copy. The same task gives the same bytes, so a repeat changes nothing."""
    copy_id = job.text("id")
    task = context.db.value("watermark_task", {"p_id": copy_id})
    if task is None:
        raise PermanentError(f"no copy {copy_id}")
    if task["state"] == "ready":
        return "already made"
    with tempfile.TemporaryDirectory(prefix="agora-copy-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "copy"
        context.storage.download(
            task["source_bucket"], task["source_path"], source, limit=MAX_BYTES
        )
        if sha256_of(source) != task["source_sha256"]:
            raise PermanentError(f"the file behind copy {copy_id} is not the one that was uploaded")
        marked = _mark(context, job, task, source, target)
        made = target if marked else source
        context.storage.upload(task["target_bucket"], task["target_path"], made, task["mime"])
        method = "pdf" if marked else "none"
        context.db.value(
            "watermark_done",
            {
                "p_id": copy_id,
                "p_sha256": sha256_of(made),
                "p_size": made.stat().st_size,
                "p_method": method,
            },
        )
    return method
