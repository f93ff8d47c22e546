"""seeds/reference holds what the migrations have put in."""

import csv

import psycopg

from local.runtime import ROOT


def test_the_category_tree(sql_database: str) -> None:
    with (ROOT / "seeds" / "reference" / "categories.csv").open(newline="") as file:
        wanted = [(row["path"], row["name"]) for row in csv.DictReader(file)]
    assert len(wanted) > 60
    with psycopg.connect(sql_database) as connection:
        found = connection.execute(
            "select replace(replace(path::text, '.', '/'), '_', '-'), name from public.categories"
        ).fetchall()
    assert sorted(found) == sorted(wanted)
