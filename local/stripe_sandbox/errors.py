"""Errors in Stripe's own shape."""

from typing import Any

Json = dict[str, Any]
DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An answer other than success.

    `commit`: what the call changed stays (a declined charge is a fact).
    `stored`: the answer is kept under the idempotency key; false where Stripe never began.
    """

    def __init__(  # noqa: PLR0913 - the fields are those of Stripe's errors
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        commit: bool = False,
        stored: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.commit = commit
        self.stored = stored
        self.headers: dict[str, str] = {}
        self.error: Json = {"message": message, "type": kind}
        if code:
            self.error |= {"code": code, "doc_url": DOCS + code.replace("_", "-")}
        if param is not None:
            self.error["param"] = param
        self.error |= more

    def body(self) -> Json:
        """The answer's JSON."""
        return {"error": self.error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """A request that Stripe refuses after having looked at its own state."""
    return StripeError(message, param=param, code=code)


def bad_param(message: str, param: str, code: str | None = None) -> StripeError:
    """A parameter that fails validation; nothing was begun, so nothing is stored."""
    return StripeError(message, param=param, code=code, stored=False)


def missing_param(param: str) -> StripeError:
    """A required parameter is absent."""
    return bad_param(f"Missing required param: {param}.", param, "parameter_missing")


def no_such(kind: str, identifier: str, param: str = "id") -> StripeError:
    """Nothing of that type has that id, in the account that asks."""
    message = f"No such {kind}: '{identifier}'"
    return StripeError(message, status=404, code="resource_missing", param=param)


def unsupported(param: str) -> StripeError:
    """Stripe knows the parameter, this sandbox does not act on it: better said than ignored."""
    message = f"The sandbox does not implement the parameter '{param}'."
    return bad_param(message, param, "sandbox_unsupported")
