"""What Stripe refuses is refused, in its words."""

import base64
from typing import Any

import pytest
import stripe

from tests.py.sandboxes.stripe.conftest import SECRET, World

INTENTS = "/v1/payment_intents"
GOOD = "amount=1000&currency=usd"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            INTENTS,
            f"{GOOD}&colour=red",
            ("parameter_unknown", "colour", "Received unknown parameter: colour"),
        ),
        (
            INTENTS,
            f"{GOOD}&a=1&b=2",
            ("parameter_unknown", "a", "Received unknown parameters: a, b"),
        ),
        (
            INTENTS,
            f"{GOOD}&automatic_payment_methods[enabled]=true&automatic_payment_methods[x]=1",
            (
                "parameter_unknown",
                "automatic_payment_methods[x]",
                "Received unknown parameter: automatic_payment_methods[x]",
            ),
        ),
        (
            INTENTS,
            "currency=usd",
            ("parameter_missing", "amount", "Missing required param: amount."),
        ),
        (
            INTENTS,
            f"{GOOD}&automatic_payment_methods[allow_redirects]=never",
            (
                "parameter_missing",
                "automatic_payment_methods[enabled]",
                "Missing required param: automatic_payment_methods[enabled].",
            ),
        ),
        (
            INTENTS,
            "amount=ten&currency=usd",
            ("parameter_invalid_integer", "amount", "Invalid integer: ten"),
        ),
        (
            INTENTS,
            "amount=10.5&currency=usd",
            ("parameter_invalid_integer", "amount", "Invalid integer: 10.5"),
        ),
        (INTENTS, "amount=&currency=usd", ("parameter_invalid_empty", "amount", None)),
        (
            INTENTS,
            f"{GOOD}&confirm=maybe",
            ("parameter_invalid_boolean", "confirm", "Invalid boolean: maybe"),
        ),
        (INTENTS, f"{GOOD}&metadata=x", ("parameter_invalid_object", "metadata", None)),
        (
            INTENTS,
            f"{GOOD}&allowed_payment_method_types=card",
            ("parameter_invalid_array", "allowed_payment_method_types", None),
        ),
        (
            INTENTS,
            f"{GOOD}&capture_method=later",
            (
                None,
                "capture_method",
                "Invalid capture_method: must be one of automatic, automatic_async, or manual",
            ),
        ),
        (
            INTENTS,
            "amount=10&currency=usd",
            ("amount_too_small", "amount", "Amount must be at least $0.50 usd"),
        ),
        (INTENTS, "amount=1000&currency=xxx", (None, "currency", None)),
        (INTENTS, f"{GOOD}&customer=cus_1", ("sandbox_unsupported", "customer", None)),
        ("/v1/refunds", "amount=1", ("parameter_missing", "charge", None)),
        (
            "/v1/refunds",
            "charge=ch_nope",
            ("resource_missing", "charge", "No such charge: 'ch_nope'"),
        ),
        (
            "/v1/transfers",
            "currency=usd&destination=acct_1&amount=1",
            ("resource_missing", "destination", None),
        ),
        (
            "/v1/transfers",
            "currency=usd&destination=acct_1&amount=-1",
            ("parameter_invalid_integer", "amount", None),
        ),
        ("/v1/webhook_endpoints", "url=ftp://x&enabled_events[]=*", ("url_invalid", "url", None)),
        (
            "/v1/webhook_endpoints",
            "url=http://x&enabled_events[]=no.such",
            (None, "enabled_events[0]", None),
        ),
    ],
)
def test_a_bad_parameter_is_named(
    world: World, path: str, body: str, expected: tuple[str | None, str, str | None]
) -> None:
    code, param, message = expected
    answer = world.raw("POST", path, body)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["type"], error.get("code"), error["param"]) == (
        "invalid_request_error",
        code,
        param,
    )
    if message:
        assert error["message"] == message
    if code and not code.startswith("sandbox"):
        assert error["doc_url"].endswith(code.replace("_", "-"))
    assert answer.headers["Request-Id"].startswith("req_")


def test_every_parameter_that_the_sdk_knows_passes_the_check_of_names(world: World) -> None:
    params: Any = {"amount": 1000, "currency": "usd", "payment_details": {"order_reference": "x"}}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        world.client.v1.payment_intents.create(params)
    assert caught.value.code == "sandbox_unsupported"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"dashboard": 5}, None, "dashboard"),
        (
            {"configuration": {"recipient": {"capabilities": {"stripe_balance": {"x": {}}}}}},
            "parameter_unknown",
            "configuration[recipient][capabilities][stripe_balance][x]",
        ),
        ({"include": ["nothing"]}, None, "include[0]"),
        ({"configuration": {"recipient": {}}}, "parameter_missing", "identity.country"),
    ],
)
def test_v2_is_as_strict(world: World, body: Any, code: str | None, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        world.client.v2.core.accounts.create(body)
    assert (caught.value.code, caught.value.param) == (code, param)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"display_name": "\\ud800"}', b"NaN"])
def test_v2_refuses_what_is_no_json_object(world: World, body: bytes) -> None:
    assert world.raw("POST", "/v2/core/accounts", body).status_code == 400


@pytest.mark.parametrize("body", ["a[=1", "a]b=1", "=1", "a[b]=1&a=2", "a%ff=1", "[" * 50 + "=1"])
def test_v1_refuses_what_is_no_form(world: World, body: str) -> None:
    answer = world.raw("POST", INTENTS, body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_lists_come_with_indices_or_without(world: World) -> None:
    for text in ("expand[]=latest_charge", "expand[0]=latest_charge"):
        answer = world.raw("POST", INTENTS, f"{GOOD}&{text}")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{INTENTS}/pi_x", "No such payment_intent: 'pi_x'"),
        ("/v1/charges/ch_x", "No such charge: 'ch_x'"),
        ("/v1/refunds/re_x", "No such refund: 're_x'"),
        ("/v1/transfers/tr_x", "No such transfer: 'tr_x'"),
        ("/v1/events/evt_x", "No such event: 'evt_x'"),
        ("/v1/balance_transactions/txn_x", "No such balance_transaction: 'txn_x'"),
        ("/v2/core/accounts/acct_x", "No such account: 'acct_x'"),
    ],
)
def test_what_is_not_there_is_missing(world: World, path: str, message: str) -> None:
    answer = world.raw("GET", path)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["message"]) == (
        404,
        "resource_missing",
        message,
    )


def test_an_unknown_address_is_said_to_be_one(world: World) -> None:
    answer = world.raw("GET", "/v1/nothing")
    assert answer.status_code == 404
    assert "Unrecognized request URL (GET: /v1/nothing)" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("Bearer sk_test_wrong_key_of_somebody", 401),
        ("Basic " + base64.b64encode(f"{SECRET}:".encode()).decode(), 200),
        ("Basic not-base64", 401),
        (f"Bearer {SECRET}", 200),
    ],
)
def test_the_key_decides(world: World, header: str | None, status: int) -> None:
    headers = {"Authorization": header or ""}
    assert world.raw("GET", "/v1/balance", **headers).status_code == status


def test_a_wrong_key_is_never_echoed(world: World) -> None:
    key = "sk_test_wrong_key_of_somebody"
    answer = world.raw("GET", "/v1/balance", Authorization=f"Bearer {key}")
    assert "wrong_key" not in answer.text


def test_another_account_is_refused(world: World) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        world.client.v1.balance.retrieve(options={"stripe_account": "acct_unknown"})
    assert caught.value.json_body["error"]["code"] == "account_invalid"  # type: ignore[index]


def test_metadata_has_limits(world: World) -> None:
    for metadata in ({"k" * 41: "v"}, {"k": "v" * 501}, {f"k{n}": "v" for n in range(51)}):
        with pytest.raises(stripe.InvalidRequestError):
            world.intent(metadata=metadata)
    intent = world.intent(metadata={"keep": "1", "drop": "2"})
    after = world.client.v1.payment_intents.update(intent.id, {"metadata": {"drop": ""}})
    assert after.metadata.to_dict() == {"keep": "1"}
    cleared = world.client.v1.payment_intents.update(intent.id, {"metadata": ""})
    assert cleared.metadata.to_dict() == {}


@pytest.mark.parametrize("path", ["amount", "nothing", "latest_charge.amount", "a.b.c.d.e"])
def test_not_everything_expands(world: World, path: str) -> None:
    intent = world.paid()
    with pytest.raises(stripe.InvalidRequestError):
        world.client.v1.payment_intents.retrieve(intent.id, {"expand": [path]})


def test_expansion_goes_deep(world: World) -> None:
    intent = world.paid()
    found = world.client.v1.payment_intents.list(
        {"limit": 1, "expand": ["data.latest_charge.balance_transaction.source"]}
    )
    body: Any = found.data[0].to_dict()
    assert body["latest_charge"]["balance_transaction"]["source"]["payment_intent"] == intent.id
