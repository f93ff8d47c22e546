"""GET /v1/downloads/{token}: redeem a token for a short-lived address of the buyer's own copy.

The token is all the permission there is: it is hashed before anything else and never logged.
"""

import hashlib

from flask import Blueprint, Response, g, request

from agora.logs import get_logger
from agora.supabase import ObjectMissingError
from webhooks.caller import client_address, device, limit
from webhooks.describe import Answer, Operation, describe
from webhooks.metrics import DOWNLOADS
from webhooks.problems import ProblemError
from webhooks.request_id import request_id
from webhooks.services import services

blueprint = Blueprint("downloads", __name__)
log = get_logger(__name__)

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@blueprint.route("/v1/downloads/<token>", methods=["HEAD"], provide_automatic_options=False)
def look(token: str) -> Response:  # noqa: ARG001 - a preview must not count, so it learns nothing
    """A mail scanner's or a messenger's look at the link is no download."""
    return Response(status=204, headers=PRIVATE)


@blueprint.get("/v1/downloads/<token>", provide_automatic_options=True)
@describe(
    Operation(
        "Redeem a download token",
        {
            302: Answer(
                None,
                "To the file: the address is good for some minutes and resumes (Range).",
                {"Location": "The file's signed address"},
            ),
            202: Answer(
                None, "The copy is being made.", {"Retry-After": "Seconds until it may be there"}
            ),
        },
        bearer=False,
        errors=(
            "token_unknown", "token_expired", "grant_revoked", "grant_expired",
            "download_limit_reached", "rate_limited", "storage_unavailable",
            "database_unavailable",
        ),
    )
)  # fmt: skip
def redeem(token: str) -> Response:
    """Counted by the database, once per client within its retry window."""
    g.private_headers = PRIVATE
    address = client_address()
    limit("download", address or "unknown")
    found = services().database.value(
        "redeem_download",
        {
            "p_token_sha256": hashlib.sha256(token.encode()).hexdigest(),
            "p_ip": address,
            "p_user_agent": request.headers.get("User-Agent", "")[:400].replace("\x00", ""),
            "p_device": device(),
            "p_request_id": request_id(),
        },
    )
    DOWNLOADS.labels(found["outcome"]).inc()
    if found["outcome"] == "refused":
        raise ProblemError(
            found["code"], found["message"], status=found["status"], hint=found.get("hint")
        )
    if found["outcome"] == "preparing":
        return Response(status=202, headers={**PRIVATE, "Retry-After": str(found["retry_after"])})
    try:
        url = services().storage.sign(
            found["bucket"], found["path"], int(found["url_seconds"]), found["file_name"]
        )
    except ObjectMissingError as error:
        log.error("copy missing in storage", path=found["path"])
        raise ProblemError("storage_unavailable", retry_after=5) from error
    return Response(status=302, headers={**PRIVATE, "Location": url})
