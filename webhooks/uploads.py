"""Digital originals: announced, uploaded straight to Storage, then checked here."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import BaseModel, Field

from agora.logs import get_logger
from agora.supabase import ObjectMissingError, ObjectTooLargeError
from webhooks.body import Body, read_json
from webhooks.caller import as_caller, signed_in
from webhooks.codes import REJECTIONS
from webhooks.describe import CHANGES, JSON_BODY, SIGNED_IN, Answer, Operation, describe
from webhooks.file_checks import MAX_BYTES, Announced, Verdict, check, refused
from webhooks.metrics import UPLOADS
from webhooks.problems import ProblemError
from webhooks.services import services

blueprint = Blueprint("uploads", __name__)
log = get_logger(__name__)

BUCKET = "product-files"
# Each check holds a file of up to 100 MiB on disk and a process of its own.
PARALLEL_CHECKS = 3
WAIT_SECONDS = 20
_checks = threading.BoundedSemaphore(PARALLEL_CHECKS)


class UploadBody(Body):
    """What is going to be uploaded. The database says what is allowed."""

    product_id: UUID
    file_name: str
    size_bytes: int = Field(ge=1, le=2**53, strict=True)
    mime: str
    sha256: str = Field(description="64 lower-case hex digits")
    release_notes: str = Field(
        default="", description="What is new in this version, for those who have bought it"
    )


class UploadTarget(BaseModel):
    """The request that carries the file: its body is the bytes."""

    url: str
    token: str
    method: str
    headers: dict[str, str]


class UploadAnswer(BaseModel):
    """Where to send the file."""

    file_id: str
    version: int
    upload: UploadTarget


class CompleteAnswer(BaseModel):
    """What was measured; `status` is ready."""

    file_id: str
    status: str
    sha256: str
    size_bytes: int
    mime: str


@blueprint.post("/v1/uploads")
@describe(
    Operation(
        "Announce a file of a digital product",
        {201: Answer(UploadAnswer, "A signed address for exactly this file.")},
        body=UploadBody,
        errors=(
            *SIGNED_IN, *CHANGES, *JSON_BODY, "product_not_found", "product_not_digital",
            "invalid_file_name", "invalid_file_size", "invalid_sha256", "invalid_mime",
            "invalid_release_notes", "too_many_uploads", "storage_unavailable",
            "database_unavailable",
        ),
    )
)  # fmt: skip
def announce() -> tuple[dict[str, Any], int]:
    """The address is signed as the caller: Storage's policies decide again."""
    caller = signed_in("upload")
    body = read_json(UploadBody)
    context = as_caller(caller)
    begun = context.rpc("begin_upload", body.model_dump(mode="json"))
    signed = context.signed_upload(begun["bucket"], begun["path"])
    return UploadAnswer(
        file_id=begun["file_id"],
        version=begun["version"],
        upload=UploadTarget(
            url=signed["signed_url"],
            token=signed["token"],
            method="PUT",
            headers={"content-type": body.mime, "x-upsert": "false"},
        ),
    ).model_dump(), 201


@contextmanager
def _slot() -> Iterator[None]:
    if not _checks.acquire(timeout=WAIT_SECONDS):
        raise ProblemError("too_many_checks", retry_after=10)
    try:
        yield
    finally:
        _checks.release()


def _verdict(file: dict[str, Any]) -> Verdict:
    announced = Announced(
        file_name=file["file_name"],
        mime=file["mime"],
        size=file["size_bytes"],
        sha256=file["sha256"],
    )
    with _slot(), tempfile.TemporaryDirectory(prefix="agora-upload-") as folder:
        target = Path(folder) / "file"
        try:
            services().storage.download(BUCKET, file["path"], target, limit=MAX_BYTES)
        except ObjectMissingError as error:
            raise ProblemError("upload_missing") from error
        except ObjectTooLargeError:
            return refused("file_too_large")
        return check(target, announced)


def _answer(file: dict[str, Any]) -> dict[str, Any]:
    if file["status"] == "rejected":
        raise ProblemError(
            file["rejection"],
            status=422,
            hint="Announce a corrected file: POST /v1/uploads.",
            file_id=file["id"],
        )
    return CompleteAnswer(
        file_id=file["id"],
        status=file["status"],
        sha256=file["sha256"],
        size_bytes=file["size_bytes"],
        mime=file["mime"],
    ).model_dump()


@blueprint.post("/v1/uploads/<uuid:file_id>/complete")
@describe(
    Operation(
        "Have an uploaded file checked",
        {200: Answer(CompleteAnswer, "The file is ready; again is fine.")},
        errors=(
            *SIGNED_IN, *CHANGES, *JSON_BODY, "file_not_found", "upload_missing",
            "too_many_checks", *REJECTIONS, "storage_unavailable", "database_unavailable",
        ),
        body=Body,
        body_required=False,
    )
)  # fmt: skip
def complete(file_id: UUID) -> dict[str, Any]:
    """Whoever sees the file may have it checked; nothing that the client says is believed."""
    caller = signed_in("upload")
    read_json(Body, optional=True)
    context = as_caller(caller)
    columns = "id,path,file_name,mime,size_bytes,sha256,status,rejection"
    file = context.row("product_files", columns, str(file_id))
    if file is None:
        raise ProblemError("file_not_found")
    if file["status"] == "pending":
        verdict = _verdict(file)
        services().database.value(
            "complete_upload",
            {
                "p_file_id": str(file_id),
                "p_sha256": verdict.sha256,
                "p_size": verdict.size,
                "p_mime": verdict.mime,
                "p_rejection": verdict.rejection,
            },
        )
        UPLOADS.labels(verdict.rejection or "ready").inc()
        log.info("upload checked", file_id=str(file_id), rejection=verdict.rejection)
        # Somebody else's check of the same file may have been first: what is stored counts.
        file = context.row("product_files", columns, str(file_id))
        if file is None:
            raise ProblemError("file_not_found")
    return _answer(file)
