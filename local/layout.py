"""Where one stack keeps its things, and the addresses that follow from its ports."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local.credentials import Credentials
from local.ports import Ports
from local.runtime import ROOT, postgres_home

LOGINS = {
    "supabase_admin": "superuser_password",
    "postgres": "postgres_password",
    "authenticator": "authenticator_password",
    "supabase_auth_admin": "auth_password",
    "agora_webhooks": "webhooks_password",
    "agora_workers": "workers_password",
    "agora_operator": "operator_password",
}


@dataclass(frozen=True)
class Layout:
    """Folders, ports and secrets of one stack."""

    home: Path
    ports: Ports
    credentials: Credentials
    durable: bool = True

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.home / "logs"

    @property
    def data(self) -> Path:
        """Postgres' data; outside of home when we are root."""
        return postgres_home(self.home) / "data"

    @property
    def sockets(self) -> Path:
        """Postgres' lock and socket folder."""
        return postgres_home(self.home)

    @property
    def state_file(self) -> Path:
        """What runs now: pids, ports."""
        return self.home / "state.json"

    @property
    def url(self) -> str:
        """The one origin that clients know."""
        return f"http://127.0.0.1:{self.ports.gateway}"

    def dsn(self, role: str, database: str = "postgres") -> str:
        """Connection string of a login role."""
        password = getattr(self.credentials, LOGINS[role])
        return f"postgresql://{role}:{password}@127.0.0.1:{self.ports.postgres}/{database}"


def node_script(*parts: str) -> list[str]:
    """Command line of one of our Node programs."""
    return ["node", str(ROOT.joinpath("local", *parts))]


def python_module(module: str, *args: str) -> list[str]:
    """Command line of a Python module, in this interpreter."""
    return [sys.executable, "-m", module, *args]


def given(name: str) -> str | None:
    """A third party's setting that the developer's own environment provides."""
    return os.environ.get(name) or None
