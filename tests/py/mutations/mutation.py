"""What a planted fault is: what it takes away, how, and which test has to notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rewrite:
    """Other text in the definition of one SQL function.

    `function` is its signature; `old` must occur in `pg_get_functiondef`, and every occurrence is
    replaced.
    """

    function: str
    old: str
    new: str = ""


@dataclass(frozen=True)
class SqlMutation:
    """A fault in a database.

    `removes`: the rule that is gone, in a sentence. `plant`: statements of the superuser, and
    rewrites. `killer`: a pgTAP file under tests/sql, or "race:<name>". `says`: part of what the
    killer reports; so the fault is found by the assertion that states the rule and not by accident.
    """

    name: str
    removes: str
    plant: tuple[str | Rewrite, ...]
    killer: str
    says: str


@dataclass(frozen=True)
class CodeMutation:
    """A fault in a product file: `old`, which occurs there exactly once, becomes `new`.

    `killer`: the node id of a test that needs no stack.
    """

    name: str
    removes: str
    path: str
    old: str
    new: str
    killer: str
