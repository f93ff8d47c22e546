"""The environment of each product process: configuration is all that tells real from sandbox.

A third party's key in the developer's environment is passed on, and its sandbox is not used.
"""

from local.layout import Layout, given

PASSED_ON = {
    "stripe": (
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRETS",
        "STRIPE_CONNECT_WEBHOOK_SECRETS",
        "STRIPE_API_BASE",
    ),
    "resend": ("RESEND_API_KEY", "RESEND_API_URL", "EMAIL_FROM"),
    "pusher": (
        "PUSHER_APP_ID",
        "PUSHER_KEY",
        "PUSHER_SECRET",
        "PUSHER_HOST",
        "PUSHER_PORT",
        "PUSHER_TLS",
    ),
}
STOREFRONT = ("REVALIDATE_URL", "REVALIDATE_SECRET")
DECIDES = {"stripe": "STRIPE_SECRET_KEY", "resend": "RESEND_API_KEY", "pusher": "PUSHER_SECRET"}


def uses_sandbox(party: str) -> bool:
    """Is this third party's sandbox needed?"""
    return given(DECIDES[party]) is None


def _sandboxes(layout: Layout) -> dict[str, dict[str, str]]:
    secrets, ports = layout.credentials, layout.ports
    return {
        "stripe": {
            "STRIPE_SECRET_KEY": secrets.stripe_key,
            "STRIPE_API_BASE": f"http://127.0.0.1:{ports.stripe}",
            "STRIPE_WEBHOOK_SECRETS": secrets.stripe_webhook_secret,
            "STRIPE_CONNECT_WEBHOOK_SECRETS": secrets.stripe_connect_secret,
        },
        "resend": {
            "RESEND_API_KEY": secrets.resend_key,
            "RESEND_API_URL": f"http://127.0.0.1:{ports.resend}",
        },
        "pusher": {
            "PUSHER_APP_ID": secrets.pusher_app_id,
            "PUSHER_KEY": secrets.pusher_key,
            "PUSHER_SECRET": secrets.pusher_secret,
            "PUSHER_HOST": "127.0.0.1",
            "PUSHER_PORT": str(ports.pusher),
            "PUSHER_TLS": "false",
        },
    }


def third_parties(layout: Layout) -> dict[str, str]:
    """Settings of Stripe, Resend and Pusher: the developer's own, else the sandboxes'."""
    values: dict[str, str] = {}
    for party, sandbox in _sandboxes(layout).items():
        if uses_sandbox(party):
            values |= sandbox
        else:
            values |= {name: text for name in PASSED_ON[party] if (text := given(name))}
    return values


def product_environment(layout: Layout, role: str) -> dict[str, str]:
    """Everything that agora/settings.py reads, for a process that logs in as `role`."""
    secrets = layout.credentials
    return {
        "SUPABASE_URL": layout.url,
        "SUPABASE_PUBLISHABLE_KEY": secrets.publishable_key,
        "SUPABASE_JWT_SECRET": secrets.jwt_secret,
        "DATABASE_URL": layout.dsn(role),
        "STORAGE_EMAIL": secrets.storage_email,
        "STORAGE_PASSWORD": secrets.storage_password,
        "PUBLIC_URL": layout.url,
        "SITE_URL": "http://localhost:3000",
        "WATERMARK_KEY": secrets.watermark_key,
        "WEBHOOKS_BIND": f"127.0.0.1:{layout.ports.webhooks}",
        "WORKERS_METRICS_PORT": str(layout.ports.workers),
        **third_parties(layout),
        **{name: text for name in STOREFRONT if (text := given(name))},
    }
