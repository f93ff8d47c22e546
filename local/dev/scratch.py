"""A throw-away Postgres cluster for the developer tooling."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import provision, services
from local.credentials import load_credentials
from local.layout import Layout
from local.ports import Ports, is_free
from local.process import Process
from local.runtime import install_postgres, postgres_home, postgres_user


def _free_base() -> int:
    for _ in range(200):
        base = random.SystemRandom().randrange(31_000, 32_700, 10)
        if is_free(base + 1):
            return base
    raise RuntimeError("no free port")


@contextmanager
def scratch_cluster() -> Iterator[Layout]:
    """Postgres with what hosted Supabase has, and no migration; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="agora-scratch-") as folder:
        home = Path(folder)
        layout = Layout(
            home=home,
            ports=Ports(_free_base()),
            credentials=load_credentials(home / "secrets.json"),
            durable=False,
        )
        layout.logs.mkdir()
        binaries = install_postgres(home)
        provision.init_cluster(layout, binaries, postgres_user())
        server = Process(services.postgres(layout, binaries), layout.logs)
        server.start()
        try:
            if not server.wait_ready(60):
                raise RuntimeError(f"Postgres did not start: {server.log.read_text()[-500:]}")
            provision.bootstrap(layout)
            yield layout
        finally:
            server.stop()
            shutil.rmtree(postgres_home(home), ignore_errors=True)
