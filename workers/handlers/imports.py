"""Bulk import: a CSV is streamed from Storage to the database, which checks and applies the rows.

Nothing of the file is kept in memory but one batch. What a row may be is the database's to say;
here is only what CSV itself is (RFC 4180, UTF-8 with or without BOM).
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import psycopg

from agora.logs import get_logger
from agora.supabase import ObjectMissingError, ObjectTooLargeError
from workers.context import Context
from workers.job import Job, PermanentError, RetryLaterError

logger = get_logger(__name__)

MAX_BYTES = 64 * 1024 * 1024
BATCH_ROWS = 500
BATCH_CHARACTERS = 512 * 1024
# Of one record, whatever its quotes and commas: a file may be hostile. A cell has csv's own limit.
ROW_CHARACTERS = 1024 * 1024
# Everything is applied in one statement at the end.
APPLY_SECONDS = 1800
# What jsonb cannot hold becomes what the database refuses with line and column.
NUL = {0: "\ufffd"}


class FileRefusedError(Exception):
    """The file cannot be imported; `line` is where that was seen, 0 for the whole."""

    def __init__(self, line: int, code: str, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.code = code
        self.text = text


class Rows:
    """The records of a CSV file with the line on which each begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._reader = csv.reader(self._lines(), strict=True)
        self._end = 0
        self._characters = 0

    def _lines(self) -> Iterator[str]:
        # One more than allowed, so that a line that was cut is not taken for a whole one.
        while text := self._text.readline(ROW_CHARACTERS + 1):
            self._characters += len(text)
            if self._characters > ROW_CHARACTERS:
                raise FileRefusedError(self._end + 1, "row_too_long", "A row of over a megabyte.")
            yield text

    @property
    def bytes_seen(self) -> int:
        """How much of the file was read, at most one buffer ahead."""
        return self._file.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = self._end + 1
            self._characters = 0
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileRefusedError(line, "invalid_csv", str(error)) from error
            except UnicodeDecodeError as error:
                raise FileRefusedError(
                    line, "invalid_encoding", "The file is not UTF-8."
                ) from error
            self._end = self._reader.line_num
            if cells:  # an empty line is no row
                yield line, cells


def _send(context: Context, job_id: str, batch: list[dict[str, object]], seen: int) -> bool:
    return bool(
        context.db.value(
            "import_rows", {"p_id": job_id, "p_rows": batch, "p_bytes_seen": seen}, seconds=60
        )
    )


def _header(context: Context, job_id: str, rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The column names; [] if the database refuses them."""
    _, cells = next(rows, (1, [""]))
    columns = [cell.translate(NUL).strip().lower() for cell in cells]
    taken = context.db.value("import_header", {"p_id": job_id, "p_columns": columns})
    return columns if taken else []


def _import(context: Context, job_id: str, path: Path, last_line: int) -> bool:
    """Send every row after `last_line`; False when the job has ended meanwhile."""
    with path.open("rb") as file:
        source = Rows(file)
        rows = iter(source)
        columns = _header(context, job_id, rows)
        if not columns:
            return False
        batch: list[dict[str, object]] = []
        characters = 0
        for line, cells in rows:
            if line <= last_line:
                continue
            values = (cell.translate(NUL) if "\0" in cell else cell for cell in cells)
            named = dict(zip(columns, values, strict=False))
            batch.append({**named, "line": line, "cells": len(cells)})
            characters += sum(map(len, cells))
            if len(batch) == BATCH_ROWS or characters > BATCH_CHARACTERS:
                if context.stopping.is_set():
                    raise RetryLaterError("the worker stops; another goes on", 1)
                if not _send(context, job_id, batch, source.bytes_seen):
                    return False
                batch, characters = [], 0
        return not batch or _send(context, job_id, batch, source.bytes_seen)


def _finish(context: Context, job_id: str) -> str:
    try:
        return str(context.db.value("import_finish", {"p_id": job_id}, seconds=APPLY_SECONDS))
    except psycopg.OperationalError:
        raise  # away or too busy: tried again, from the same rows
    except psycopg.Error as error:
        # The rows were valid one by one; what the catalogue has become meanwhile forbids them.
        _refuse(
            context, job_id, FileRefusedError(0, "import_conflict", "The catalogue has changed.")
        )
        logger.warning("import_conflict", error=str(error))
        return "failed"


def _refuse(context: Context, job_id: str, refusal: FileRefusedError) -> None:
    context.db.value(
        "import_refuse",
        {
            "p_id": job_id,
            "p_line": refusal.line,
            "p_column": "",
            "p_code": refusal.code,
            "p_message": refusal.text,
        },
    )


def handle(context: Context, job: Job) -> str:
    """Import the file of a job, from where an earlier attempt was interrupted."""
    job_id = job.text("id")
    task = context.db.value("import_begin", {"p_id": job_id})
    if task is None:
        raise PermanentError(f"no import {job_id}")
    if task["state"] != "running":
        return str(task["state"])
    with tempfile.TemporaryDirectory(prefix="agora-import-") as folder:
        path = Path(folder) / "rows.csv"
        try:
            context.storage.download(task["bucket"], task["path"], path, limit=MAX_BYTES)
            if not _import(context, job_id, path, task["last_line"]):
                return "ended"
        except ObjectMissingError:
            _refuse(context, job_id, FileRefusedError(0, "upload_missing", "The file is gone."))
            return "failed"
        except ObjectTooLargeError:
            _refuse(context, job_id, FileRefusedError(0, "file_too_large", "64 MiB at most."))
            return "failed"
        except FileRefusedError as refusal:
            _refuse(context, job_id, refusal)
            return "failed"
    return _finish(context, job_id)
