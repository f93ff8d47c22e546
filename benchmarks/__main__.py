"""`make bench`: ratios that say whether the ways in cost what they should. One run, one machine."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from benchmarks.plans import token
from benchmarks.report import Measurement, machine, show, write
from local.ports import is_free
from local.runtime import ROOT
from tests.support.stack import Stack, running_stack

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "400"))
BUYER = "5e11e75e-0000-4000-8000-000000000002"
BARE = """
from flask import Flask


def create_app():
    app = Flask("bare")

    @app.get("/v1/healthz")
    def healthz():
        return {"status": "ok"}

    return app
"""


def median_ms(*calls: Callable[[], object]) -> list[float]:
    """Median milliseconds of each call, taken in turn so that a busy moment hits all of them."""
    took: list[list[float]] = [[] for _ in calls]
    for number in range(ROUNDS + 20):
        for index, call in enumerate(calls):
            began = time.perf_counter()
            call()
            if number >= 20:
                took[index].append(1000 * (time.perf_counter() - began))
    return [statistics.median(times) for times in took]


def _buffers(connection: psycopg.Connection, query: str) -> int:
    connection.execute(query.encode())
    row = connection.execute(f"explain (analyze, buffers, format json) {query}".encode()).fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _fill(admin: psycopg.Connection) -> str:
    """A shop with 2000 products and a buyer with 500 orders among 5000; returns a product's id."""
    admin.execute("set session_replication_role = replica")
    admin.execute(
        "insert into auth.users (id, email, aud, role) "
        "values (%s, 'bench@example.com', 'authenticated', 'authenticated')",
        [BUYER],
    )
    admin.execute("insert into public.profiles (id, handle) values (%s, 'bench')", [BUYER])
    admin.execute(
        "insert into public.shops (id, slug, name, status) values (%s, 'bench', 'Bench', 'active')",
        [BUYER],
    )
    admin.execute(
        "insert into public.products (shop_id, slug, title, kind, status, is_listed) "
        "select %s, 'bench-' || n, 'Bench ' || n, 'physical', 'active', n %% 20 <> 0 "
        "from generate_series(1, 2000) as n",
        [BUYER],
    )
    admin.execute(
        "insert into public.orders (buyer_id, status, currency, subtotal_amount, "
        "total_amount, expires_at, paid_at) "
        "select case when n %% 10 = 0 then %s::uuid else gen_random_uuid() end, "
        "'paid', 'usd', 100, 100, now(), now() from generate_series(1, 5000) as n",
        [BUYER],
    )
    admin.execute("set session_replication_role = origin")
    admin.execute("vacuum analyze")
    row = admin.execute("select id from public.products where is_listed limit 1").fetchone()
    assert row is not None
    return str(row[0])


def _asking(connection: psycopg.Connection, query: str) -> Callable[[], object]:
    return lambda: connection.execute(query.encode()).fetchall()


def _rls(stack: Stack, admin: psycopg.Connection) -> list[Measurement]:
    """What policies add to the same SQL: pages and time."""
    found = []
    cases = {
        "orders, 24 of one's own": (
            "select id, order_number, status from public.orders "
            f"where buyer_id = '{BUYER}' order by id desc limit 24"
        ),
        "products, 24 listed": (
            "select id, title from public.products where is_listed order by id desc limit 24"
        ),
    }
    with psycopg.connect(stack.layout.dsn("authenticator"), autocommit=True) as member:
        member.execute("set role authenticated")
        member.execute(
            "select set_config('request.jwt.claims', %s, false)",
            [f'{{"sub": "{BUYER}", "role": "authenticated"}}'],
        )
        for name, query in cases.items():
            pages = _buffers(member, query), _buffers(admin, query)
            times = median_ms(_asking(member, query), _asking(admin, query))
            found += [
                Measurement(f"RLS / none: {name}", "buffers", *pages, 1.2),
                Measurement(f"RLS / none: {name}", "ms", *times),
            ]
    return found


def _postgrest(stack: Stack, admin: psycopg.Connection, product: str) -> list[Measurement]:
    """One row by its key: PostgREST against the same SQL on an open connection."""
    query = (
        "select coalesce(json_agg(p), '[]')::text from "
        f"(select id, title from public.products where id = '{product}') as p"
    )
    rest = f"http://127.0.0.1:{stack.layout.ports.postgrest}"
    path = f"/products?select=id,title&id=eq.{product}"
    jwt = token(stack.layout.credentials.jwt_secret, BUYER)
    with (
        httpx.Client(base_url=rest, headers={"Authorization": f"Bearer {jwt}"}) as direct,
        httpx.Client(
            base_url=f"{stack.url}/rest/v1",
            headers={"apikey": stack.publishable_key, "Authorization": f"Bearer {jwt}"},
        ) as gateway,
    ):
        times = median_ms(
            lambda: direct.get(path).raise_for_status(),
            lambda: gateway.get(path).raise_for_status(),
            _asking(admin, query),
        )
    return [
        Measurement("a row by key: PostgREST / psycopg", "ms", times[0], times[2]),
        Measurement("a row by key: local gateway / PostgREST", "ms", times[1], times[0]),
    ]


@contextmanager
def _bare() -> Iterator[str]:
    """A Flask app of one route under the webhook service's own gunicorn configuration."""
    port = next(n for n in range(27_000, 28_000) if is_free(n))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "-c", "webhooks/gunicorn_conf.py"),
                *("--pythonpath", folder, "bare:create_app()"),
            ],
            cwd=ROOT,
            env={**os.environ, "WEBHOOKS_BIND": f"127.0.0.1:{port}"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    httpx.get(f"{url}/v1/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _service(stack: Stack) -> list[Measurement]:
    """What our own layers add to a request: ids, logs, metrics, limits, headers."""
    ours = f"http://127.0.0.1:{stack.layout.ports.webhooks}"
    with (
        _bare() as bare,
        httpx.Client(base_url=ours) as service,
        httpx.Client(base_url=bare) as plain,
    ):
        times = median_ms(
            lambda: service.get("/v1/healthz").raise_for_status(),
            lambda: plain.get("/v1/healthz").raise_for_status(),
        )
    return [Measurement("/v1/healthz: webhook service / bare Flask", "ms", times[0], times[1], 2.0)]


def main() -> int:
    """Measure on a stack of its own. A missed goal is printed, and is no failure of the run."""
    facts = machine()
    with (
        running_stack() as stack,
        psycopg.connect(stack.layout.dsn("supabase_admin"), autocommit=True) as admin,
    ):
        product = _fill(admin)
        found = [
            *_rls(stack, admin),
            *_postgrest(stack, admin, product),
            *_service(stack),
        ]
    show(found)
    print(f"kept in {write('base', found, facts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
