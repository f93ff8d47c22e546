"""Bulk import and export over HTTP, Storage and the worker; killed in the middle, repeated."""

import csv
import io
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from seeds.actors import Json, Seller, checked, wait_for
from tests.invariants import run as violations
from tests.support.people import MintedSeller, mint
from tests.support.stack import Stack

HEADER = ["sku", "title", "kind", "price_amount", "currency", "stock", "tags", "category"]


def table(rows: int, broken: dict[int, str] | None = None) -> str:
    """A CSV of that many products; `broken`: line -> what its price is instead."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number in range(rows):
        price = (broken or {}).get(number + 2, str(100 + number))
        writer.writerow(
            [f"k-{number}", f"Knot {number}", "physical", price, "usd", 5, "rope|cord", "games"]
        )
    return out.getvalue()


def errors(seller: Seller, job: Json) -> list[tuple[int, str, str]]:
    rows: Any = (
        seller.client.table("import_errors")
        .select("line,column_name,code")
        .eq("job_id", job["id"])
        .order("line")
        .execute()
        .data
    )
    return [(row["line"], row["column_name"], row["code"]) for row in rows]


def count(stack: Stack, shop_id: str) -> int:
    return int(stack.value("select count(*) from public.products where shop_id = %s", [shop_id]))


@pytest.fixture
def own(crash_stack: Stack) -> Iterator[tuple[Seller, Json]]:
    """A seller with a shop on the stack whose worker is killed here."""
    (seller,) = mint(crash_stack, MintedSeller)
    yield seller, seller.open_new_shop("Imports")
    assert violations(crash_stack.layout.dsn("postgres")) == []
    seller.close()


def test_a_file_with_a_broken_row(stack: Stack, seller: Seller, shop: Json) -> None:
    # A byte order mark, quotes, a line break in a cell, and an empty line: all of it is CSV.
    text = (
        "\ufeffsku,title,description,kind,price_amount,currency\r\n"
        'a-1,"Say ""hi"", please","Two\r\nlines",physical,500,usd\r\n'
        "\r\n"
        "a-2,Second,,physical,12.50,usd\r\n"
        "a-3,Third,,physical,700\r\n"
    )
    job = seller.import_csv(shop["id"], text)
    assert (job["state"], job["problem"]) == ("failed", "rows_invalid")
    # The broken row begins on line 5 of the file: a cell before it has two lines, one is empty.
    assert errors(seller, job) == [
        (5, "price_amount", "invalid_value"),
        (6, "", "wrong_cell_count"),
        (6, "currency", "missing_value"),
    ]
    assert count(stack, shop["id"]) == 0
    job = seller.import_csv(shop["id"], text, "best_effort")
    assert (job["state"], job["rows_ok"], job["rows_failed"]) == ("done", 1, 2)
    row = stack.rows(
        "select title, description from public.products where shop_id = %s", [shop["id"]]
    )
    assert row == [{"title": 'Say "hi", please', "description": "Two\r\nlines"}]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'sku,title\r\na-1,"never closed\r\n', "invalid_csv", 2),
        (b"sku,title\r\na-1,caf\xe9\r\n", "invalid_encoding", None),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "invalid_encoding", None),
        (b"", "unknown_column", 1),
        (b"sku,title\r\n" + b"," * 1_100_000, "row_too_long", 2),
        (b"sku,title\r\n" + b'"\n",' * 300_000, "row_too_long", 2),
        (b"sku,title\r\nx," + b"y" * 200_000, "invalid_csv", 2),
    ],
    ids=["quote", "latin-1", "png", "empty", "commas", "lines", "cell"],
)
def test_what_is_no_csv(
    seller: Seller, shop: Json, content: bytes, code: str, line: int | None
) -> None:
    job = seller.import_csv(shop["id"], content, "best_effort")
    assert (job["state"], job["problem"]) == ("failed", code)
    if line is not None:
        assert errors(seller, job)[0][0] == line


def test_a_nul_is_told_by_line(seller: Seller, shop: Json) -> None:
    job = seller.import_csv(
        shop["id"],
        "sku,title,kind,price_amount,currency\na,Nu\0l,physical,1,usd\nb,Fine,physical,1,usd\n",
        "best_effort",
    )
    assert errors(seller, job) == [(2, "", "invalid_characters")]
    assert (job["rows_ok"], job["rows_failed"]) == (1, 1)


def test_round_trip(stack: Stack, seller: Seller, shop: Json) -> None:
    job = seller.import_csv(shop["id"], table(1500))
    assert (job["state"], job["rows_ok"], job["rows_failed"]) == ("done", 1500, 0)
    assert job["bytes_seen"] == job["bytes_total"]

    def export() -> str:
        text, after = "", ""
        while True:
            page = checked(
                httpx.get(
                    f"{stack.url}/rest/v1/rpc/export_products",
                    params={"shop_id": shop["id"]} | ({"after": after} if after else {}),
                    headers={
                        "apikey": stack.publishable_key,
                        "Authorization": f"Bearer {seller.token}",
                        "Accept": "text/csv",
                    },
                    timeout=60,
                )
            ).text
            rows = list(csv.DictReader(io.StringIO(page)))
            if not rows:
                return text
            after = rows[-1]["variant_id"]
            text += page if not text else "\n" + page.split("\n", 1)[1]

    first = export()
    assert len(list(csv.DictReader(io.StringIO(first)))) == 1500
    job = seller.import_csv(shop["id"], first)
    assert (job["state"], job["rows_ok"], errors(seller, job)) == ("done", 1500, [])
    assert export() == first
    assert count(stack, shop["id"]) == 1500


def test_ten_thousand_rows_in_flat_memory(crash_stack: Stack, own: tuple[Seller, Json]) -> None:
    seller, shop = own
    worker = Path(f"/proc/{crash_stack.pid('workers')}")

    def resident() -> int:
        """KiB, at most so far since the last reset."""
        found = re.search(r"VmHWM:\s+(\d+) kB", (worker / "status").read_text())
        assert found is not None
        return int(found[1])

    seller.import_csv(shop["id"], table(500), "best_effort")
    (worker / "clear_refs").write_text("5")  # the peak counts from here
    before = resident()
    job = seller.import_csv(shop["id"], table(10_000), seconds=200)
    assert (job["state"], job["rows_ok"]) == ("done", 10_000)
    # The file alone is 600 KB, its rows as Python objects 15 MB.
    assert resident() - before < 8 * 1024


@pytest.mark.parametrize("mode", ["all_or_nothing", "best_effort"])
def test_killed_in_the_middle(crash_stack: Stack, own: tuple[Seller, Json], mode: str) -> None:
    seller, shop = own
    job_id = seller.begin_import(
        shop["id"], table(6_000, {5_000: "broken"} if mode == "best_effort" else None), mode
    )
    wait_for("the middle", lambda: seller.import_job(job_id)["rows_seen"] >= 1_000, 60)
    before = crash_stack.pid("workers")
    os.kill(before, signal.SIGKILL)
    half = seller.import_job(job_id)
    assert half["state"] == "running"
    if mode == "all_or_nothing":
        assert count(crash_stack, shop["id"]) == 0
    wait_for("the end", lambda: seller.import_job(job_id)["finished_at"], 200)
    job = seller.import_job(job_id)
    failed = 1 if mode == "best_effort" else 0
    assert (job["state"], job["rows_seen"], job["rows_failed"]) == ("done", 6_000, failed)
    assert count(crash_stack, shop["id"]) == 6_000 - failed


def test_killed_while_applying(crash_stack: Stack, own: tuple[Seller, Json]) -> None:
    seller, shop = own
    text = table(4_000)
    job_id = seller.begin_import(shop["id"], text, "all_or_nothing")
    wait_for("all rows", lambda: seller.import_job(job_id)["rows_seen"] == 4_000, 120)
    os.kill(crash_stack.pid("workers"), signal.SIGKILL)
    # What was begun is rolled back or comes whole; never half.
    seen = set()

    def ended() -> bool:
        seen.add(count(crash_stack, shop["id"]))
        return bool(seller.import_job(job_id)["finished_at"])

    wait_for("the end", ended, 200)
    assert seller.import_job(job_id)["state"] == "done"
    assert seen <= {0, 4_000}
    assert count(crash_stack, shop["id"]) == 4_000
    # Again, by sku: nothing new.
    job = seller.import_csv(shop["id"], text, seconds=200)
    assert (job["state"], job["rows_ok"]) == ("done", 4_000)
    assert count(crash_stack, shop["id"]) == 4_000
