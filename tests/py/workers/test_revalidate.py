"""A storefront is told of changes: a real receiver, signatures checked, failures retried."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from pydantic import ValidationError

from agora.settings import Settings
from seeds.actors import wait_for
from tests.py.workers.process import running
from tests.support.databases import copy_of
from tests.support.stack import Stack

SECRET = "a-secret-of-the-storefront"


class Receiver:
    """What a storefront's endpoint would be; answers `statuses` in turn, then 200."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status in (429, 503):
                    self.send_header("Retry-After", "1")
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_request(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/revalidate"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self) -> list[dict[str, Any]]:
        """Bodies of the calls, each with a good signature of the last minute."""
        bodies = []
        for headers, body in self.calls:
            parts = dict(part.split("=", 1) for part in headers["agora-signature"].split(","))
            expected = hmac.new(SECRET.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256)
            assert hmac.compare_digest(parts["v1"], expected.hexdigest())
            assert abs(time.time() - int(parts["t"])) < 60
            bodies.append(json.loads(body))
        return bodies

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def world(
    stack: Stack, persona_template: str
) -> Iterator[tuple[str, psycopg.Connection[dict[str, Any]]]]:
    with copy_of(stack, persona_template) as name:
        dsn = stack.layout.dsn("supabase_admin", name)
        with psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as admin:
            admin.execute("select tests.world()")
            # What the fixtures changed is not of interest.
            admin.execute("select private.process_catalogue_changes()")
            admin.execute("select pgmq.purge_queue('revalidate')")
            admin.execute("delete from private.revalidations")
            yield name, admin


def _run(stack: Stack, database: str, url: str) -> Any:
    return running(
        stack,
        database,
        *("--queues", "revalidate,periodic"),
        REVALIDATE_URL=url,
        REVALIDATE_SECRET=SECRET,
    )


def test_changes_are_told_once(
    stack: Stack, world: tuple[str, psycopg.Connection[dict[str, Any]]], receiver: Receiver
) -> None:
    database, admin = world
    for n in range(20):
        admin.execute("update public.products set title = %s where slug = 'mug'", [f"Mug {n}"])
    admin.execute("update public.shops set description = 'New' where slug = 'beta-shop'")
    admin.execute("update public.products set title = 'Secret' where slug = 'draft'")
    with _run(stack, database, receiver.url):
        wait_for("two calls", lambda: len(receiver.calls) >= 2 or None)
        told = receiver.told()
        assert {(one["kind"], one["slug"], one["is_listed"]) for one in told} == {
            ("product", "mug", True),
            ("shop", "beta-shop", True),
        }
        assert all(one["at"] and one["id"] for one in told)
        admin.execute("update public.products set status = 'archived' where slug = 'mug'")
        wait_for("the end of it", lambda: len(receiver.calls) >= 3 or None)
        assert receiver.told()[-1]["is_listed"] is False
        time.sleep(1.5)
        assert len(receiver.calls) == 3, "nothing is told twice"


def test_failures_are_tried_again_and_refusals_held(
    stack: Stack, world: tuple[str, psycopg.Connection[dict[str, Any]]], receiver: Receiver
) -> None:
    database, admin = world
    receiver.statuses = [500, 429, 200]
    admin.execute("update private.queues set base_delay = '1 second' where name = 'revalidate'")
    admin.execute("update public.products set title = 'Once' where slug = 'mug'")
    with _run(stack, database, receiver.url):
        wait_for("the third try", lambda: len(receiver.calls) >= 3 or None)
        assert [one["slug"] for one in receiver.told()] == ["mug"] * 3
        receiver.statuses = [401]
        admin.execute("update public.products set title = 'Again' where slug = 'poster'")

        def held() -> dict[str, Any] | None:
            return admin.execute("select * from private.held_jobs").fetchone()

        job = wait_for("the refused one", held)
        assert (job["queue"], job["error"]) == (
            "revalidate",
            "PermanentError: storefront: 401",
        )
        receiver.statuses = [302]
        admin.execute("update public.products set title = 'Moved' where slug = 'ebook'")
        wait_for(
            "the redirect, not followed",
            lambda: admin.execute("select 1 from private.held_jobs offset 1").fetchone(),
        )


def test_no_storefront(
    stack: Stack, world: tuple[str, psycopg.Connection[dict[str, Any]]], receiver: Receiver
) -> None:
    database, admin = world
    admin.execute("update public.products set title = 'Once' where slug = 'mug'")
    with _run(stack, database, "") as worker:
        wait_for("the job", lambda: worker.logged("job_done") or None)
        assert worker.logged("job_done")[0]["result"] == "no storefront"
    assert receiver.calls == []


def test_an_address_needs_a_secret(stack: Stack) -> None:
    values = {name.lower(): value for name, value in stack.environment().items()}
    values["revalidate_url"] = "https://shop.example/revalidate"
    with pytest.raises(ValidationError, match="REVALIDATE_SECRET"):
        Settings(**values)  # type: ignore[arg-type]
