"""What `make up` prints when everything is ready."""

import json

from local.environment import uses_sandbox
from local.layout import Layout
from local.runtime import ROOT


def _logins() -> list[str]:
    path = ROOT / "seeds" / "demo.json"
    if not path.exists():
        return []
    logins = json.loads(path.read_text())["logins"]
    return ["", "demo logins"] + [
        f"  {login['email']:<28} {login['password']:<18} {login['what']}" for login in logins
    ]


def banner(layout: Layout, seconds: float, *, product: bool) -> str:
    """Addresses, keys, logins, and how long it took."""
    secrets, ports = layout.credentials, layout.ports
    lines = ["", f"ready in {seconds:.1f} s", "", f"  database         {layout.dsn('postgres')}"]
    if product:
        lines += [
            f"  API              {layout.url}/rest/v1   /auth/v1   /storage/v1   /v1",
            f"  OpenAPI          {layout.url}/v1/openapi.json",
            f"  publishable key  {secrets.publishable_key}",
            f"  secret key       {secrets.secret_key}",
        ]
        for party in ("stripe", "resend", "pusher"):
            where = f"http://127.0.0.1:{getattr(ports, party)}" if uses_sandbox(party) else "real"
            lines.append(f"  {party:<16} {where}")
        lines += _logins()
    lines += ["", f"  logs in {layout.logs}; Ctrl-C stops everything", ""]
    return "\n".join(lines)
