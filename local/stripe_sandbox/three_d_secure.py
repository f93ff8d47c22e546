"""The bank's page: the customer authenticates a payment, or does not."""

from html import escape
from urllib.parse import urlencode

from local.stripe_sandbox import pages
from local.stripe_sandbox.call import Call
from local.stripe_sandbox.errors import Json
from local.stripe_sandbox.money import written
from local.stripe_sandbox.onboarding import Page
from local.stripe_sandbox.resources import confirmation

OUTCOMES = {"complete": "Complete the authentication", "fail": "Fail the authentication"}
GONE = (404, pages.page("Link used", "<p>This authentication is over.</p>"))


def _waiting(call: Call, identifier: str, token: str) -> Json | None:
    intent = call.store.find("payment_intent", identifier)
    private = call.store.private(identifier)
    if intent is None or intent["status"] != "requires_action" or private.get("token") != token:
        return None
    return intent


def show(call: Call, identifier: str, token: str) -> Page:
    """GET: the form."""
    intent = _waiting(call, identifier, token)
    if intent is None:
        return GONE
    amount = escape(written(intent["amount"], intent["currency"]))
    content = f"<p>Your bank asks you to confirm {amount}.</p>" + pages.form(
        f"/3ds/{identifier}/{token}", pages.choices("outcome", "Answer", OUTCOMES), "Continue"
    )
    return 200, pages.page("3D Secure 2 test page", content)


def submit(call: Call, identifier: str, token: str, outcome: str) -> Page:
    """POST: the payment goes on, or fails; then back to the shop."""
    intent = _waiting(call, identifier, token)
    if intent is None:
        return GONE
    if outcome not in OUTCOMES:
        return 400, pages.page("Choose an outcome", "<p>outcome must be complete or fail.</p>")
    back = call.store.private(identifier).get("return_url")
    owner = call.store.account_of(identifier) or call.platform
    intent = confirmation.authenticated(call.of(owner), intent, passed=outcome == "complete")
    if not back:
        return 200, pages.page("Done", f"<p>{escape(intent['status'])}</p>")
    passed = intent["status"] in ("succeeded", "requires_capture", "processing")
    query = urlencode(
        {
            "payment_intent": identifier,
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if passed else "failed",
        }
    )
    return 303, f"{back}{'&' if '?' in back else '?'}{query}"
