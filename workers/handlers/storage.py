"""Files that have lost their owner are removed through Storage, which has their bytes."""

from workers.context import Context
from workers.job import Job


def handle(context: Context, job: Job) -> str:
    """Remove what lies in `folder` of `bucket`; again removes nothing more."""
    removed = context.storage.remove_folder(job.text("bucket"), job.text("folder"))
    return f"removed {removed}"
