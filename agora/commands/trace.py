"""`agora trace`: from a file that turned up somewhere to the sale that it comes from."""

import hashlib
from pathlib import Path
from typing import Any

from agora.commands.outcome import CommandError
from agora.db import Database
from agora.marks.codec import Codec, MarkKeyError
from agora.marks.pdf_reader import Mark, read_pdf


def _marks(path: Path, key: str) -> list[Mark]:
    if not key:  # a delivered file as it was can still be known by its bytes
        return []
    try:
        return read_pdf(path, Codec(key))
    except MarkKeyError as error:
        raise CommandError(str(error), 2) from error


def trace(database: Database, path: Path, key: str) -> dict[str, Any]:
    """Every sale that the file's marks name; without marks, the one with exactly these bytes.

    Raises CommandError: no such file, no usable key.
    """
    try:
        with path.open("rb") as file:
            fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2) from error
    by_payload: dict[str, list[str]] = {}
    for mark in _marks(path, key):
        by_payload.setdefault(mark.payload, []).append(mark.place)
    sales: list[dict[str, Any]] = []
    unknown: list[str] = []
    for payload, places in by_payload.items():
        sale = database.value("trace_mark", {"p_payload": payload})
        if sale:
            sales.append({**sale, "payload": payload, "places": sorted(places)})
        else:
            unknown.append(payload)
    found_by = "marks" if sales else None
    if not sales:
        sale = database.value("trace_fingerprint", {"p_sha256": fingerprint})
        if sale:
            sales, found_by = [{**sale, "places": []}], "fingerprint"
    return {
        "file": path.name,
        "sha256": fingerprint,
        "found_by": found_by,
        "sales": sales,
        "unknown_payloads": unknown,
        "marks_read": bool(key),
    }


def describe(found: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        f"A genuine mark ({payload}), but of no sale in this database."
        for payload in found["unknown_payloads"]
    ]
    if not found["marks_read"]:
        lines.append("WATERMARK_KEY is not set: marks cannot be read, only exact copies are known.")
    if not found["sales"]:
        lines.append(f"{found['file']}: no mark found, and no delivered copy has these bytes.")
    for sale in found["sales"]:
        how = f"marks in: {', '.join(sale['places'])}" if sale["places"] else "its exact bytes"
        lines += [
            f"{found['file']}: found by {how}",
            f"  order       {sale['order_number']}  {sale['order_id']}",
            f"  order item  {sale['order_item_id']}  {sale['product_title']}",
            f"  file        {sale['file_name']}",
            f"  buyer       {sale['buyer_handle']}",
            f"  shop        {sale['shop_slug']}",
            f"  sold        {sale['sold_at']}",
            f"  delivered   {sale['delivered_at']}",
        ]
    return "\n".join(lines)
