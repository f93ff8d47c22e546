"""Resend's error shape: `{statusCode, name, message}`."""

from aiohttp import web


class ApiError(Exception):
    """An error that Resend would answer; `name` is its stable code."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
        self.message = message

    def response(self, headers: dict[str, str] | None = None) -> web.Response:
        """The HTTP answer."""
        body = {"statusCode": self.status, "name": self.name, "message": self.message}
        return web.json_response(body, status=self.status, headers=headers)


def invalid(message: str) -> ApiError:
    """A field has a wrong value."""
    return ApiError(422, "validation_error", message)


def missing(field: str) -> ApiError:
    """A required field is absent."""
    return ApiError(422, "missing_required_field", f"Missing `{field}` field.")


def not_found(what: str) -> ApiError:
    """No such object."""
    return ApiError(404, "not_found", f"{what} not found")


def rate_limited() -> ApiError:
    """Too many requests in this second."""
    return ApiError(
        429,
        "rate_limit_exceeded",
        "Too many requests. Please limit the number of requests per second.",
    )


def injected(status: int, headers: dict[str, str]) -> web.Response:
    """The answer of an injected failure."""
    if status == 429:
        return rate_limited().response(
            {"ratelimit-limit": "0", "ratelimit-remaining": "0", "ratelimit-reset": "1", **headers}
        )
    return ApiError(500, "application_error", "An unexpected error occurred.").response(headers)
