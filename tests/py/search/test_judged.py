"""How good search is, in numbers: judged queries over seeds/catalogue.json.

Grades: 3 exactly that, 2 wanted too, 1 related. The floors are a little below what is reached
today, so that a change that makes search worse is seen; weak queries are printed with `-s`.

What fails, and is known to:
- nothing understands meaning or translates: "cup" finds the espresso cup and not the mugs, "soap"
  not the "savon", "ohrringe" not the hoop earrings, unless a tag says so;
- only English is stemmed: a German or French plural is found as a misspelt singular, and only while
  no product has the plural itself;
- of a compound that is in no product, the parts count only if there are two and both are in the
  catalogue ("teddybear", "kinderspiel").
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seeds.catalogue import load, product_id
from tests.support.stack import Stack

JUDGED = json.loads(Path(__file__).with_name("judged.json").read_text())["queries"]
FLOORS = {"ndcg@10": 0.90, "recall@20": 0.85}


@pytest.fixture(scope="module")
def catalogue(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    name = stack.clone()
    load(stack.layout.dsn("supabase_admin", name))
    with psycopg.connect(stack.layout.dsn("supabase_admin", name), autocommit=True) as connection:
        connection.execute("set role anon")
        yield connection
    stack.drop(name)


def _found(connection: psycopg.Connection[Any], query: str) -> list[str]:
    row = connection.execute(
        "select public.search_products(query => %s, page_size => 20)", [query]
    ).fetchone()
    assert row is not None
    return [item["id"] for item in row[0]["items"]]


def ndcg(grades: dict[str, int], found: list[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, gains 2^grade - 1."""

    def gain(ordered: list[int]) -> float:
        return math.fsum(
            (2.0**grade - 1) / math.log2(n + 2) for n, grade in enumerate(ordered[:depth])
        )

    return gain([grades.get(one, 0) for one in found]) / gain(sorted(grades.values(), reverse=True))


def recall(grades: dict[str, int], found: list[str], depth: int = 20) -> float:
    """Share of what is wanted (grade 2 and 3) among the first results."""
    wanted = {one for one, grade in grades.items() if grade >= 2}
    return len(wanted & set(found[:depth])) / min(depth, len(wanted))


def test_the_judged_queries(catalogue: psycopg.Connection[Any]) -> None:
    assert len(JUDGED) >= 60
    kinds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    weak = []
    for judged in JUDGED:
        grades = {product_id(slug): grade for slug, grade in judged["relevant"].items()}
        found = _found(catalogue, judged["query"])
        scores = ndcg(grades, found), recall(grades, found)
        kinds[judged["kind"]].append(scores)
        if min(scores) < 0.7:
            weak.append(f"{judged['query']}: nDCG {scores[0]:.2f}, recall {scores[1]:.2f}")
    print()
    for kind, scores_of in sorted(kinds.items()):
        means = [sum(column) / len(scores_of) for column in zip(*scores_of, strict=True)]
        print(f"{kind:10} {len(scores_of):3}  nDCG@10 {means[0]:.3f}  recall@20 {means[1]:.3f}")
    every = [scores for scores_of in kinds.values() for scores in scores_of]
    reached = dict(
        zip(
            FLOORS,
            (sum(column) / len(every) for column in zip(*every, strict=True)),
            strict=True,
        )
    )
    print(f"{'all':10} {len(every):3}  " + "  ".join(f"{k} {v:.3f}" for k, v in reached.items()))
    print("weak:", *weak, sep="\n  ")
    assert all(reached[name] >= floor for name, floor in FLOORS.items()), reached


def test_nonsense_finds_nothing(catalogue: psycopg.Connection[Any]) -> None:
    for query in ("xqzzv", "%%%", "🦊🦊", "'; drop table products; --x", "(((", "a:*&!b|"):
        assert len(_found(catalogue, query)) <= 1, query


def test_the_metrics_can_fail() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(grades, ["a", "b", "c"]) == 1
    assert ndcg(grades, ["c", "b", "a"]) < 0.8
    assert (ndcg(grades, ["x"]), recall(grades, ["x"]), recall(grades, ["b", "x"])) == (0, 0, 0.5)
