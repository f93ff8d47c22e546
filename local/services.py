"""The processes of the stack, in the order in which they start."""

import json
import signal
from pathlib import Path

from local.environment import product_environment, uses_sandbox
from local.layout import Layout, node_script, python_module
from local.probes import database_answers, http_answers, port_open
from local.process import Service
from local.runtime import ROOT, postgres_user, postgrest_binary


def postgres(layout: Layout, binaries: Path) -> Service:
    """The database server. Acknowledged writes survive a crash unless the cluster is throw-away."""
    safety = "on" if layout.durable else "off"
    options = {
        "port": str(layout.ports.postgres),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": safety,
        "full_page_writes": safety,
        "synchronous_commit": safety,
        "max_connections": "120",
        "shared_buffers": "256MB",
        "wal_level": "replica",
        "log_lock_waits": "on",
        "deadlock_timeout": "1s",
        "shared_preload_libraries": "pg_stat_statements",
        "pg_stat_statements.track": "all",
        "timezone": "UTC",
    }
    argv = [str(binaries / "postgres"), "-D", str(layout.data)]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    return Service(
        name="postgres",
        argv=argv,
        ready=database_answers(layout.dsn("supabase_admin")),
        port=layout.ports.postgres,
        user=postgres_user(),
        cwd=layout.data,
        stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
        stop_timeout=30,
    )


def postgrest(layout: Layout) -> Service:
    """The real PostgREST."""
    secrets = layout.credentials
    return Service(
        name="postgrest",
        argv=[str(postgrest_binary())],
        ready=http_answers(f"http://127.0.0.1:{layout.ports.postgrest}/"),
        port=layout.ports.postgrest,
        cwd=ROOT,
        env={
            "PGRST_DB_URI": layout.dsn("authenticator"),
            "PGRST_DB_SCHEMAS": "public",
            "PGRST_DB_EXTRA_SEARCH_PATH": "public,extensions",
            "PGRST_DB_ANON_ROLE": "anon",
            "PGRST_DB_MAX_ROWS": "1000",
            "PGRST_DB_POOL": "20",
            "PGRST_DB_POOL_ACQUISITION_TIMEOUT": "30",
            "PGRST_JWT_SECRET": secrets.jwt_secret,
            "PGRST_SERVER_HOST": "127.0.0.1",
            "PGRST_SERVER_PORT": str(layout.ports.postgrest),
            "PGRST_OPENAPI_SERVER_PROXY_URI": f"{layout.url}/rest/v1",
        },
    )


def storage(layout: Layout) -> Service:
    """Supabase Storage's API."""
    return Service(
        name="storage",
        argv=node_script("storage", "server.mjs"),
        ready=http_answers(f"http://127.0.0.1:{layout.ports.storage}/status"),
        port=layout.ports.storage,
        env={
            "PORT": str(layout.ports.storage),
            "DATABASE_URL": layout.dsn("authenticator"),
            "STORAGE_DIR": str(layout.home / "storage"),
            "JWT_SECRET": layout.credentials.jwt_secret,
        },
    )


def gateway(layout: Layout) -> Service:
    """The one origin, and Auth inside of it."""
    secrets, ports = layout.credentials, layout.ports
    return Service(
        name="gateway",
        argv=node_script("gateway", "server.mjs"),
        ready=http_answers(f"{layout.url}/healthz"),
        port=ports.gateway,
        env={
            "PORT": str(ports.gateway),
            "POSTGREST_URL": f"http://127.0.0.1:{ports.postgrest}",
            "STORAGE_URL": f"http://127.0.0.1:{ports.storage}",
            "WEBHOOKS_URL": f"http://127.0.0.1:{ports.webhooks}",
            "AUTH_DATABASE_URL": layout.dsn("supabase_auth_admin"),
            "JWT_SECRET": secrets.jwt_secret,
            "PUBLISHABLE_KEY": secrets.publishable_key,
            "SECRET_KEY": secrets.secret_key,
            "ANON_JWT": secrets.role_jwt("anon"),
            "SERVICE_JWT": secrets.role_jwt("service_role"),
            "SITE_URL": "http://localhost:3000",
            "RESEND_API_URL": f"http://127.0.0.1:{ports.resend}",
            "RESEND_API_KEY": secrets.resend_key,
        },
    )


def sandboxes(layout: Layout) -> list[Service]:
    """Third parties that no key was given for."""
    secrets, ports = layout.credentials, layout.ports
    endpoints = [
        {
            "url": f"{layout.url}/v1/stripe/webhook",
            "secret": secrets.stripe_webhook_secret,
            "connect": False,
        },
        {
            "url": f"{layout.url}/v1/stripe/connect-webhook",
            "secret": secrets.stripe_connect_secret,
            "connect": True,
        },
    ]
    environments = {
        "stripe": {
            "STRIPE_SANDBOX_KEY": secrets.stripe_key,
            "STRIPE_SANDBOX_PUBLISHABLE": secrets.stripe_publishable,
            "STRIPE_SANDBOX_ENDPOINTS": json.dumps(endpoints),
        },
        "resend": {"RESEND_SANDBOX_KEY": secrets.resend_key},
        "pusher": {
            "PUSHER_APP_ID": secrets.pusher_app_id,
            "PUSHER_KEY": secrets.pusher_key,
            "PUSHER_SECRET": secrets.pusher_secret,
        },
    }
    return [
        Service(
            name=party,
            argv=python_module(
                f"local.{party}_sandbox",
                "--port",
                str(getattr(ports, party)),
                "--data",
                str(layout.home / party),
            ),
            ready=port_open(getattr(ports, party)),
            port=getattr(ports, party),
            env=environment,
            cwd=ROOT,
        )
        for party, environment in environments.items()
        if uses_sandbox(party)
    ]


def webhooks(layout: Layout) -> Service:
    """The Flask service."""
    return Service(
        name="webhooks",
        argv=python_module(
            "gunicorn", "-c", "webhooks/gunicorn_conf.py", "webhooks.app:create_app()"
        ),
        ready=http_answers(f"http://127.0.0.1:{layout.ports.webhooks}/healthz"),
        port=layout.ports.webhooks,
        env=product_environment(layout, "agora_webhooks"),
        cwd=ROOT,
        stop_timeout=20,
    )


def workers(layout: Layout) -> Service:
    """The workers, all queues in one process."""
    return Service(
        name="workers",
        argv=python_module("workers"),
        ready=http_answers(f"http://127.0.0.1:{layout.ports.workers}/healthz"),
        port=layout.ports.workers,
        env=product_environment(layout, "agora_workers"),
        cwd=ROOT,
        stop_timeout=20,
    )
