"""The OpenAPI document describes every route, and only what exists."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from webhooks.codes import DATABASE, OWN, REJECTIONS
from webhooks.openapi import build, described

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(lonely: Flask) -> Json:
    return build(lonely)


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_every_route_is_described(lonely: Flask) -> None:
    known = {(rule.rule, method) for rule, method, _ in described(lonely)}
    for rule in lonely.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") and methods:
            assert {(rule.rule, method) for method in methods} <= known
        elif not rule.rule.startswith("/v1/"):
            assert f"/v1{rule.rule}" in {route for route, _ in known}


def test_references_lead_somewhere(document: Json) -> None:
    found = set(_references(document))
    assert len(found) > 5
    for reference in found:
        assert reference.startswith("#/components/schemas/")
        assert reference.rsplit("/", 1)[1] in document["components"]["schemas"]


def test_path_parameters_are_declared(document: Json) -> None:
    for path, _method, operation in _operations(document):
        declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), path


def test_operation_ids_are_unique(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))


def test_errors_are_known_codes_under_their_status(document: Json) -> None:
    for path, _method, operation in _operations(document):
        for status, answer in operation["responses"].items():
            problem = answer.get("content", {}).get("application/problem+json")
            if problem is None:
                assert int(status) < 400, path
                continue
            for code in problem["schema"]["allOf"][1]["properties"]["code"]["enum"]:
                known = dict.fromkeys(REJECTIONS, 422) | DATABASE
                known |= {name: entry.status for name, entry in OWN.items()}
                assert known[code] == int(status), (path, code)


def test_the_routes_of_the_contract(document: Json) -> None:
    assert {(method.upper(), path) for path, method, _ in _operations(document)} == {
        ("POST", "/v1/checkout"),
        ("GET", "/v1/shops/{shop_id}/onboarding"),
        ("POST", "/v1/shops/{shop_id}/onboarding"),
        ("POST", "/v1/shops/{shop_id}/dashboard-link"),
        ("POST", "/v1/uploads"),
        ("POST", "/v1/uploads/{file_id}/complete"),
        ("GET", "/v1/downloads/{token}"),
        ("POST", "/v1/stripe/webhook"),
        ("POST", "/v1/stripe/connect-webhook"),
        ("POST", "/v1/pusher/auth"),
        ("POST", "/v1/pusher/user-auth"),
        ("GET", "/v1/healthz"),
        ("GET", "/v1/readyz"),
        ("GET", "/v1/metrics"),
        ("GET", "/v1/openapi.json"),
    }


def test_served_as_built(lonely: Flask, document: Json) -> None:
    answer = lonely.test_client().get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json == document
    assert document["openapi"] == "3.1.0"
    assert document["components"]["schemas"]["CheckoutBody"]["additionalProperties"] is False
