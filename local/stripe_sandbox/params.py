"""Strictness: what an endpoint accepts is what the SDK's typed parameters say."""

import functools
import importlib
import re
import types
import typing
from typing import Any, Literal, Union

from stripe import RequestOptions
from typing_extensions import is_typeddict

from local.stripe_sandbox.errors import Json, StripeError, bad_param, missing_param

OPTIONS = frozenset(RequestOptions.__annotations__)
INTEGER = re.compile(r"[+-]?\d{1,18}")
DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?")
Schema = type


@functools.cache
def schema(name: str) -> Schema:
    """The SDK's parameters for a call, such as `refund_create` or `v2.core.account_create`."""
    package, _, leaf = name.rpartition(".")
    path = ".".join(filter(None, ["stripe.params", package, f"_{leaf}_params"]))
    title = "".join(word.capitalize() for word in leaf.split("_"))
    found: Schema = getattr(importlib.import_module(path), f"{title}Params")
    return found


@functools.cache
def _fields(cls: Schema) -> tuple[dict[str, Any], frozenset[str]]:
    """Names with their types, and the names that are required."""
    # A call's own options (api_key, stripe_account …) are inherited and no parameters.
    own = {name: hint for name, hint in cls.__annotations__.items() if name not in OPTIONS}
    shadow = type(cls.__name__, (), {"__annotations__": own, "__module__": cls.__module__})
    required: frozenset[str] = cls.__required_keys__  # type: ignore[attr-defined]
    return typing.get_type_hints(shadow), required - OPTIONS


def _alternatives(hint: Any) -> list[Any]:
    if typing.get_origin(hint) in (Union, types.UnionType):
        return [leaf for part in typing.get_args(hint) for leaf in _alternatives(part)]
    return [] if hint is type(None) else [hint]


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _listed(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])}, or {values[-1]}"


class Checker:
    """Checks one request, and turns the texts of a form into the types that are meant."""

    def __init__(self, *, form: bool) -> None:
        self.form = form
        self.unknown: list[str] = []

    def fields(self, cls: Schema, given: Json, path: str = "") -> Json:
        """An object with known fields."""
        hints, required = _fields(cls)
        clean: Json = {}
        for name, value in given.items():
            where = _join(path, name)
            if name in hints:
                clean[name] = self.value(hints[name], value, where)
            else:
                self.unknown.append(where)
        if not self.unknown:
            for name in hints:
                if name in required and name not in given:
                    raise missing_param(_join(path, name))
        return clean

    def value(self, hint: Any, value: Any, path: str) -> Any:
        """One value of whatever type."""
        choices = _alternatives(hint)
        if value is None and not self.form:
            return None
        literals = [text for c in choices if _is_literal(c) for text in typing.get_args(c)]
        if value == "" and self.form:
            if "" in literals or (str in choices and not any(map(_is_plain, literals))):
                return ""
            raise _empty(path)
        if isinstance(value, dict | list):
            return self._compound(choices, value, path)
        return self._scalar(choices, literals, value, path)

    def _compound(self, choices: list[Any], value: Any, path: str) -> Any:
        for choice in choices:
            origin = typing.get_origin(choice)
            if origin is list:
                if isinstance(value, dict) and not all(key.isdecimal() for key in value):
                    continue
                items = list(value.values()) if isinstance(value, dict) else value
                (inner,) = typing.get_args(choice)
                return [self.value(inner, v, f"{path}[{i}]") for i, v in enumerate(items)]
            if not isinstance(value, dict):
                continue
            if is_typeddict(choice):
                return self.fields(choice, value, path)
            if origin is dict or choice is Any:
                return self._mapping(choice, value, path)
        expected = "array" if any(typing.get_origin(c) is list for c in choices) else "string"
        raise bad_param(f"Invalid {expected}: {_shown(value)}", path, "parameter_invalid")

    def _mapping(self, choice: Any, value: Json, path: str) -> Json:
        inner = (typing.get_args(choice) or (Any, Any))[1]
        return {
            key: item
            if item in ("", None) or inner is Any
            else self.value(inner, item, _join(path, key))
            for key, item in value.items()
        }

    def _scalar(self, choices: list[Any], literals: list[str], value: Any, path: str) -> Any:
        plain = [text for text in literals if text]
        if value in plain and not isinstance(value, bool):
            return value
        for choice, convert in ((bool, self._boolean), (int, self._integer), (float, self._number)):
            if choice in choices:
                return convert(value, path, last=str not in choices)
        if any(getattr(choice, "__name__", "") == "Decimal" for choice in choices):
            return self._number(value, path, last=True)
        if plain:
            raise bad_param(f"Invalid {_leaf(path)}: must be one of {_listed(plain)}", path)
        if str in choices or Any in choices:
            if isinstance(value, str):
                return value
            raise bad_param(f"Invalid string: {_shown(value)}", path, "parameter_invalid")
        kind = "array" if any(typing.get_origin(c) is list for c in choices) else "object"
        raise bad_param(f"Invalid {kind}", path, f"parameter_invalid_{kind}")

    def _boolean(self, value: Any, path: str, *, last: bool) -> Any:
        if value in ("true", "false") and self.form:
            return value == "true"
        if isinstance(value, bool) or not last:
            return value
        raise bad_param(f"Invalid boolean: {_shown(value)}", path, "parameter_invalid_boolean")

    def _integer(self, value: Any, path: str, *, last: bool) -> Any:
        if isinstance(value, str) and self.form and INTEGER.fullmatch(value):
            return int(value)
        if (type(value) is int and not self.form) or not last:
            return value
        raise bad_param(f"Invalid integer: {_shown(value)}", path, "parameter_invalid_integer")

    def _number(self, value: Any, path: str, *, last: bool) -> Any:
        if isinstance(value, str) and DECIMAL.fullmatch(value):
            return value
        if (type(value) in (int, float) and not self.form) or not last:
            return value
        raise bad_param(f"Invalid decimal: {_shown(value)}", path, "parameter_invalid_decimal")


def _is_literal(choice: Any) -> bool:
    return typing.get_origin(choice) is Literal


def _is_plain(text: str) -> bool:
    return bool(text)


def _leaf(path: str) -> str:
    return path.rpartition("[")[2].rstrip("]") if not path.endswith("[0]") else path


def _shown(value: Any) -> str:
    return str(value)[:100]


def _empty(path: str) -> StripeError:
    message = (
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset "
        f"a parameter; however '{path}' cannot be unset. You should remove '{path}' from your "
        "request or supply a non-empty value."
    )
    return bad_param(message, path, "parameter_invalid_empty")


def check(cls: Schema, given: Json, *, form: bool) -> Json:
    """The parameters, typed.

    Raises:
        StripeError: 400 in Stripe's words, naming the parameter.

    """
    checker = Checker(form=form)
    clean = checker.fields(cls, given)
    if checker.unknown:
        plural = "s" if len(checker.unknown) > 1 else ""
        raise bad_param(
            f"Received unknown parameter{plural}: {', '.join(checker.unknown)}",
            checker.unknown[0],
            "parameter_unknown",
        )
    return clean
