"""`make bench-catalogue`: do the hot queries of the catalogue cost the same at any size?

Loads a small and a large catalogue (BENCH_PRODUCTS, default 1 000 000) into a cluster of its own
and asks PostgREST itself for the plan of each request, so that what is measured is its SQL under
its roles. Buffers, warm, are compared: unlike times they do not depend on what else the machine
does.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.catalogue_requests import Request, requests_of
from benchmarks.plans import Plan, plan_of
from benchmarks.report import Measurement, machine, show, write
from local import provision, services
from local.dev.scratch import scratch_cluster
from local.layout import Layout
from local.process import Process
from seeds.large.load import say
from seeds.large.make import TABLES, make

SMALL = 10_000
GROWTH, RLS = 1.5, 1.2
WARM = 7
SELLER = "5e11e75e-0000-4000-8000-000000000001"


def _load(layout: Layout, database: str, products: int) -> None:
    large = products > SMALL
    make(
        layout.dsn("supabase_admin", database),
        products=products,
        shops_count=products // 10,
        reviews=products if large else SMALL,
        seed=1,
    )
    with psycopg.connect(layout.dsn("supabase_admin", database), autocommit=True) as admin:
        admin.execute(
            "insert into auth.users (id, email, aud, role) values "
            "(%s, 'bench@example.com', 'authenticated', 'authenticated')",
            [SELLER],
        )
        admin.execute(
            "insert into public.shop_members (shop_id, user_id, role) "
            "select p.shop_id, %s, 'manager' from public.products as p group by 1 "
            "order by count(*) desc limit 1",
            [SELLER],
        )


@contextmanager
def _postgrest(layout: Layout, database: str) -> Iterator[str]:
    """PostgREST on one database, with plans enabled; its address."""
    service = services.postgrest(layout)
    environment = {
        **service.env,
        "PGRST_DB_URI": layout.dsn("authenticator", database),
        "PGRST_DB_PLAN_ENABLED": "true",
        "PGRST_DB_POOL": "1",  # one connection, so that it is warm
    }
    process = Process(replace(service, env=environment), layout.logs)
    process.start()
    try:
        if not process.wait_ready(60):
            raise RuntimeError(f"PostgREST did not start: {process.log.read_text()[-500:]}")
        yield f"http://127.0.0.1:{layout.ports.postgrest}"
    finally:
        process.stop()


def _row_security(layout: Layout, database: str, state: str) -> None:
    with psycopg.connect(layout.dsn("supabase_admin", database), autocommit=True) as admin:
        for table in (*TABLES, "public.categories"):
            if admin.execute("select to_regclass(%s)", [table]).fetchone() != (None,):
                admin.execute(
                    sql.SQL("alter table {} {} row level security").format(
                        sql.Identifier(*table.split(".")), sql.SQL(state)
                    )
                )


def _sequential_scans(layout: Layout, database: str) -> dict[str, int]:
    """Sequential scans of the large tables so far, those inside of functions included.

    The first tier of search documents is none: it has 4000 rows whatever the catalogue's size.
    """
    time.sleep(1.5)  # PostgREST's connections tell once a second
    with psycopg.connect(layout.dsn("supabase_admin", database)) as admin:
        rows = admin.execute(
            "select relname, seq_scan from pg_stat_user_tables where n_live_tup > 5000 "
            "and schemaname in ('public', 'private')"
        ).fetchall()
    return {str(name): int(count) for name, count in rows}


def _plans(layout: Layout, database: str, requests: list[Request]) -> dict[str, Plan]:
    secret = layout.credentials.jwt_secret
    with _postgrest(layout, database) as url:
        # Warm: caches, and the plans that a connection keeps from the sixth execution on.
        for request in requests * WARM:
            plan_of(url, request, secret, SELLER)
        before = _sequential_scans(layout, database)
        plans = {r.name: plan_of(url, r, secret, SELLER) for r in requests}
        after = _sequential_scans(layout, database)
    scanned = {name for name, count in after.items() if count > before.get(name, 0)}
    if scanned:
        print(f"read from end to end: {', '.join(sorted(scanned))}")
    for name, plan in plans.items():
        if plan.sequential & set(after):
            print(f"{name}: reads {plan.sequential & set(after)} from end to end")
    plans["sequential scans of large tables"] = Plan(len(scanned), 0, frozenset(scanned))
    return plans


def _measure(layout: Layout, products: int) -> list[Measurement]:
    found: dict[str, dict[str, Plan]] = {}
    databases = {"small": SMALL, "large": products}
    provision.migrate(layout)
    for name in databases:
        with psycopg.connect(layout.dsn("supabase_admin"), autocommit=True) as admin:
            # A copy of the migrated, empty database.
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = 'postgres' and pid <> pg_backend_pid()"
            )
        with psycopg.connect(layout.dsn("supabase_admin", "template1"), autocommit=True) as admin:
            admin.execute(f"create database {name} template postgres".encode())
            admin.execute(
                f'alter database {name} set search_path = "$user", public, extensions'.encode()
            )
    for name, size in databases.items():
        say(f"--- {size:,} products")
        _load(layout, name, size)
        requests = requests_of(layout.dsn("supabase_admin", name), SELLER)
        found[name] = _plans(layout, name, requests)
    _row_security(layout, "large", "disable")
    found["open"] = _plans(layout, "large", requests)
    _row_security(layout, "large", "enable")
    measurements = []
    small, large, unguarded = found["small"], found["large"], found["open"]
    for request in requests:
        name, sizes = request.name, f"{products:,} / {SMALL:,} products"
        cost = large[name].buffers
        measurements += [
            Measurement(f"{name}: {sizes}", "buffers", cost, small[name].buffers, GROWTH),
            Measurement(f"{name}: RLS / none", "buffers", cost, unguarded[name].buffers, RLS),
            Measurement(f"{name}: time", "ms", large[name].ms, small[name].ms),
        ]
    scans = large["sequential scans of large tables"].buffers
    measurements.append(
        Measurement("1 + sequential scans of large tables", "scans", 1 + scans, 1, 1)
    )
    return measurements


def main() -> int:
    """Load, measure, print, keep. A missed goal is printed, and is no failure of the run."""
    products = int(os.environ.get("BENCH_PRODUCTS", "1000000"))
    facts = machine()
    # The cluster's folder: some GB, more than a small /tmp may hold.
    if place := os.environ.get("BENCH_DIR"):
        tempfile.tempdir = str(Path(place).resolve())
    with scratch_cluster() as layout:
        measurements = _measure(layout, products)
    show(measurements)
    say(f"kept in {write('catalogue', measurements, facts, products=products)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
