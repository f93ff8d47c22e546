"""`python -m benchmarks.imports [rows]`: a bulk import of 10⁵ products, its time and its memory.

Starts a stack of its own. Prints progress and writes benchmarks/results/imports.json.
"""

import csv
import io
import json
import os
import platform
import re
import sys
import time
from pathlib import Path
from typing import Any

from seeds.actors import Json, Seller
from tests.support.people import MintedSeller, mint
from tests.support.stack import Stack, running_stack

RESULTS = Path(__file__).parent / "results"
HEADER = ["sku", "title", "kind", "price_amount", "currency", "stock", "tags", "category", "status"]
END = ["rope|cord", "games/puzzles", "active"]
GROWTH_KIB = 8 * 1024


def table(rows: int) -> str:
    """A CSV of that many published physical products."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for n in range(rows):
        writer.writerow([f"b-{n}", f"Knot number {n}", "physical", 100 + n % 9000, "usd", 5, *END])
    return out.getvalue()


class Memory:
    """The worker's resident memory, at most since the last `reset`."""

    def __init__(self, stack: Stack) -> None:
        self._proc = Path(f"/proc/{stack.pid('workers')}")

    def reset(self) -> None:
        """The peak counts from here."""
        (self._proc / "clear_refs").write_text("5")

    def peak(self) -> int:
        """KiB."""
        found = re.search(r"VmHWM:\s+(\d+) kB", (self._proc / "status").read_text())
        if found is None:
            raise RuntimeError("no VmHWM")
        return int(found[1])


def run(seller: Seller, shop: Json, text: str, mode: str) -> tuple[float, Json]:
    """Import, with progress; seconds and the job."""
    began = time.monotonic()
    job_id = seller.begin_import(shop["id"], text, mode)
    while True:
        job = seller.import_job(job_id)
        took = time.monotonic() - began
        print(f"  {took:6.1f} s  {job['state']:8} {job['rows_seen']:>7} rows", flush=True)
        if job["finished_at"]:
            return took, job
        time.sleep(3)


def measure(stack: Stack, rows: int) -> list[dict[str, Any]]:
    """New rows in both modes, and the same rows again."""
    (seller,) = mint(stack, MintedSeller)
    memory = Memory(stack)
    results: list[dict[str, Any]] = []
    small, text = table(1000), table(rows)
    for mode, again in (
        ("all_or_nothing", False),
        ("all_or_nothing", True),
        ("best_effort", False),
    ):
        if not again:
            shop = seller.open_new_shop("Benchmark")
            run(seller, shop, small, mode)
        name = f"{mode}{', again' if again else ''}"
        print(f"{rows} rows, {name}")
        memory.reset()
        before = memory.peak()
        took, job = run(seller, shop, text, mode)
        grown = memory.peak() - before
        if (job["state"], job["rows_ok"]) != ("done", rows):
            raise RuntimeError(f"the import ended as {job}")
        results.append({"name": f"import: {name}", "unit": "rows/s", "value": round(rows / took)})
        results.append(
            {
                "name": f"import: {name}, the worker's memory grows by",
                "unit": "KiB",
                "value": grown,
                "goal": GROWTH_KIB,
                "holds": grown < GROWTH_KIB,
            }
        )
    seller.close()
    return results


def main() -> int:
    """Measure; 1 if a goal is missed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with running_stack() as stack:
        results = measure(stack, rows)
    RESULTS.mkdir(exist_ok=True)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "rows": rows}
    (RESULTS / "imports.json").write_text(
        json.dumps({"machine": machine, "results": results}, indent=1)
    )
    for result in results:
        mark = {True: "holds", False: "MISSED"}.get(result.get("holds"), "")  # type: ignore[arg-type]
        print(f"{result['name']:70} {result['value']:>9} {result['unit']:7} {mark}")
    return 0 if all(result.get("holds", True) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
