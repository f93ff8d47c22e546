"""From an empty cluster to a migrated database: what hosted Supabase has, then our migrations."""

import hashlib
import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
from psycopg import sql

from local.layout import LOGINS, Layout
from local.runtime import ROOT, User

BOOTSTRAP = ROOT / "local" / "bootstrap"
MIGRATIONS = ROOT / "supabase" / "migrations"
BUCKETS = ["product-files", "personalized-files", "avatars", "imports"]


class ProvisionError(RuntimeError):
    """The database could not be prepared; the message says which step failed."""


def init_cluster(layout: Layout, binaries: Path, user: User) -> bool:
    """Make the cluster if there is none; its superuser is supabase_admin. True when made."""
    mark = layout.sockets / "cluster"
    fingerprint = hashlib.sha256(layout.credentials.superuser_password.encode()).hexdigest()
    if (layout.data / "PG_VERSION").exists():
        if not mark.exists() or mark.read_text() != fingerprint:
            raise ProvisionError(
                f"the database in {layout.data} was made with other secrets than those in "
                f"{layout.home}: 'make reset' starts afresh"
            )
        return False
    layout.data.mkdir(parents=True, exist_ok=True)
    layout.data.chmod(0o700)
    user.own(layout.data)
    password = layout.sockets / ".pw"
    password.write_text(layout.credentials.superuser_password)
    password.chmod(0o600)
    user.own(password)
    command = [str(binaries / "initdb"), "-D", str(layout.data), "-U", "supabase_admin"]
    command += ["--auth=scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8"]
    command += [] if layout.durable else ["--no-sync"]
    made = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        user=user.uid,
        group=user.gid,
        cwd=layout.data,
    )
    password.unlink()
    if made.returncode != 0:
        raise ProvisionError(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    mark.write_text(fingerprint)
    return True


def _set_passwords(connection: psycopg.Connection, layout: Layout) -> None:
    for role, name in LOGINS.items():
        if connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            connection.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(role), sql.Literal(getattr(layout.credentials, name))
                )
            )


def _auth_schema() -> str:
    made = subprocess.run(
        ["node", str(ROOT / "local" / "gateway" / "auth_schema.mjs")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if made.returncode != 0:
        raise ProvisionError(f"Auth's schema could not be made: {made.stderr.strip()[-300:]}")
    return made.stdout


def bootstrap(layout: Layout, database: str = "postgres") -> None:
    """Give a database what a fresh hosted Supabase project has. Safe to repeat."""
    with psycopg.connect(layout.dsn("supabase_admin", database), autocommit=True) as admin:
        for name in ("01_roles", "02_database"):
            admin.execute((BOOTSTRAP / f"{name}.sql").read_bytes())
        if admin.execute("select to_regclass('auth.users')").fetchone() == (None,):
            admin.execute("set role supabase_auth_admin")
            admin.execute(_auth_schema().encode())
            admin.execute("reset role")
        for name in ("03_auth", "04_storage", "05_guard"):
            admin.execute((BOOTSTRAP / f"{name}.sql").read_bytes())
        _set_passwords(admin, layout)


def migrate(layout: Layout, database: str = "postgres") -> int:
    """Apply what is missing with Supabase's own CLI, as `postgres`. Returns how many were.

    The CLI is not started when nothing is missing: that would cost a second of every start.
    """
    dsn = layout.dsn("postgres", database)
    files = {path.name.split("_")[0] for path in MIGRATIONS.glob("*.sql")}
    with psycopg.connect(dsn) as connection:
        table = connection.execute(
            "select to_regclass('supabase_migrations.schema_migrations')"
        ).fetchone()
        applied = (
            set()
            if table == (None,)
            else {
                str(row[0])
                for row in connection.execute(
                    "select version from supabase_migrations.schema_migrations"
                )
            }
        )
    missing = files - applied
    if not missing:
        return 0
    pushed = subprocess.run(
        [
            str(ROOT / "node_modules" / ".bin" / "supabase"),
            "db",
            "push",
            f"--remote={dsn}?sslmode=disable",
            "--yes",
            "--workdir",
            str(ROOT),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"},
        stdin=subprocess.DEVNULL,
    )
    if pushed.returncode != 0:
        raise ProvisionError(f"supabase db push failed:\n{(pushed.stdout + pushed.stderr)[-2000:]}")
    with psycopg.connect(layout.dsn("supabase_admin", database), autocommit=True) as admin:
        _set_passwords(admin, layout)
    return len(missing)


def allow_origins(layout: Layout) -> None:
    """The storefront's development server and the gateway itself may send mutations."""
    with psycopg.connect(layout.dsn("postgres")) as connection:
        for origin in ("http://localhost:3000", "http://127.0.0.1:3000", layout.url):
            connection.execute(
                "insert into private.allowed_origins (origin) values (%s) on conflict do nothing",
                [origin],
            )


def storage_machine(layout: Layout) -> None:
    """Sign the machine user up (an ordinary account) and admit it to its buckets."""
    secrets = layout.credentials
    with psycopg.connect(layout.dsn("postgres")) as connection:
        known = connection.execute(
            "select 1 from auth.users where email = %s", [secrets.storage_email]
        ).fetchone()
        if known is None:
            request = urllib.request.Request(  # noqa: S310 - our own loopback address
                f"{layout.url}/auth/v1/signup",
                data=json.dumps(
                    {"email": secrets.storage_email, "password": secrets.storage_password}
                ).encode(),
                headers={
                    "apikey": secrets.publishable_key,
                    "content-type": "application/json",
                },
            )
            try:
                urllib.request.urlopen(request, timeout=15).read()  # noqa: S310
            except urllib.error.URLError as error:
                raise ProvisionError(f"the storage account was not made: {error}") from error
        connection.execute(
            "select private.add_service_account(%s, %s)", [secrets.storage_email, BUCKETS]
        )
