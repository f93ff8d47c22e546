"""Every stable error code that this service itself answers with. docs/errors.md explains them.

Codes that the database decides on pass through and are named in `DATABASE` only to describe the
routes in OpenAPI; a test holds both against the SQL and the document.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """HTTP status, what to tell the client, what the client can do."""

    status: int
    detail: str
    hint: str | None = None


OWN: dict[str, Code] = {
    # --- the request itself ---
    "invalid_json": Code(400, "The body is not valid JSON."),
    "json_too_deep": Code(400, "JSON is nested at most 16 deep."),
    "invalid_request": Code(422, "The request does not have the right form."),
    "unsupported_media_type": Code(
        415, "The body has to be JSON.", "Content-Type: application/json"
    ),
    "body_too_large": Code(413, "The body is too large."),
    "bad_request": Code(400, "The request cannot be understood."),
    "not_found": Code(404, "Nothing is served here.", "See /v1/openapi.json."),
    "method_not_allowed": Code(405, "This address does not take this method.", "See Allow."),
    "origin_refused": Code(
        403, "This origin may not send changes.", "An operator adds it to private.allowed_origins."
    ),
    "rate_limited": Code(429, "Too many requests.", "Wait as long as Retry-After says."),
    # --- who ---
    "sign_in_required": Code(
        401, "This needs a signed-in user.", "Authorization: Bearer <access token>"
    ),
    "invalid_token": Code(401, "The access token is not valid.", "Refresh the session."),
    "permission_denied": Code(403, "You may not do this."),
    # --- checkout ---
    "idempotency_key_required": Code(
        400, "An Idempotency-Key header is needed.", "A fresh UUID for each purchase that starts."
    ),
    "order_cancelled": Code(
        409, "This order was cancelled.", "Start again with a new Idempotency-Key."
    ),
    "order_expired": Code(
        409, "The time to pay this order is over.", "Start again with a new Idempotency-Key."
    ),
    # --- onboarding ---
    "payment_account_missing": Code(
        409, "The shop has no payment account yet.", "POST /v1/shops/{id}/onboarding makes one."
    ),
    # --- uploads ---
    "file_not_found": Code(404, "You have no such file."),
    "upload_missing": Code(409, "Nothing was uploaded yet.", "Send the file, then complete it."),
    "too_many_checks": Code(503, "Too many files are being checked.", "Try again soon."),
    # --- Stripe's webhooks ---
    "invalid_signature": Code(400, "The Stripe-Signature is missing, wrong, too old or ahead."),
    "invalid_event": Code(400, "The body is no event of Stripe."),
    # --- Pusher ---
    "channel_refused": Code(403, "You may not hear this channel."),
    # --- others are away ---
    "stripe_unavailable": Code(503, "Stripe does not answer.", "The same request may be repeated."),
    "stripe_refused": Code(502, "Stripe refused the request.", "An operator has to look at it."),
    "database_unavailable": Code(503, "The database does not answer.", "Try again soon."),
    "storage_unavailable": Code(503, "Storage does not answer.", "Try again soon."),
    "auth_unavailable": Code(503, "The signing keys cannot be read.", "Try again soon."),
    "internal_error": Code(500, "Something went wrong here.", "Report it with the request_id."),
}

REJECTIONS: dict[str, str] = {
    "file_too_large": "The file is larger than 100 MiB.",
    "size_mismatch": "The file has another size than announced.",
    "checksum_mismatch": "The file's SHA-256 is another than announced.",
    "type_not_allowed": "Files of this type are not taken.",
    "type_mismatch": "The content is not of the announced type.",
    "unsafe_file_name": "The file's name hides what it is, or does not fit its type.",
    "executable_content": "The file is, or holds, a program.",
    "active_content": "The PDF runs scripts or starts programs.",
    "polyglot": "The file is of two types at once.",
    "file_encrypted": "The file is protected by a password.",
    "file_damaged": "The file is damaged.",
    "archive_unsafe_path": "The archive would write outside of its folder.",
    "archive_bomb": "The archive unpacks to far too much.",
    "file_too_complex": "The file could not be checked with reasonable effort.",
}
"""Why an upload was refused: all with HTTP 422, and kept in product_files.rejection."""

DATABASE: dict[str, int] = {
    "account_exists": 409,
    "account_suspended": 403,
    "already_owned": 409,
    "amount_below_minimum": 409,
    "amount_too_large": 409,
    "amount_too_small": 409,
    "cart_empty": 409,
    "cart_mixed_currencies": 409,
    "country_required": 422,
    "discount_not_applicable": 409,
    "download_limit_reached": 403,
    "grant_expired": 403,
    "grant_revoked": 403,
    "idempotency_in_flight": 409,
    "idempotency_key_reused": 422,
    "invalid_country": 422,
    "invalid_file_name": 422,
    "invalid_file_size": 422,
    "invalid_idempotency_key": 422,
    "invalid_mime": 422,
    "invalid_release_notes": 422,
    "invalid_sha256": 422,
    "not_available_in_country": 409,
    "order_not_found": 404,
    "out_of_stock": 409,
    "own_product": 409,
    "payment_exists": 409,
    "product_not_digital": 409,
    "product_not_found": 404,
    "product_unavailable": 409,
    "session_ended": 401,
    "shop_not_found": 404,
    "shop_on_vacation": 409,
    "token_expired": 410,
    "token_unknown": 404,
    "too_many_open_orders": 409,
    "too_many_uploads": 409,
    "total_changed": 409,
}
"""What the database answers to the calls that this service makes on behalf of its callers."""


def status_of(code: str) -> int:
    """HTTP status of any code that a route may answer with."""
    if code in OWN:
        return OWN[code].status
    return DATABASE.get(code, 422)
