"""Starts the stack in order, watches it, stops it in reverse order."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from local import provision, services
from local.banner import banner
from local.environment import uses_sandbox
from local.layout import Layout
from local.preflight import PreflightError, check_disk, check_ports, check_tools
from local.process import Process, Service, started_at
from local.runtime import ROOT, install_postgres, postgres_home, postgres_user

READY_TIMEOUT = 60.0


class StackError(RuntimeError):
    """The stack did not start; the message says what failed and where its log is."""


class Supervisor:
    """One stack in the foreground."""

    def __init__(self, layout: Layout, *, seed: bool = True, product: bool = True) -> None:
        self.layout = layout
        self.seed = seed
        self.product = product
        self.processes: list[Process] = []
        self.stopping = False

    def say(self, text: str) -> None:
        """One progress line."""
        print(text, flush=True)

    # --- before anything runs ---------------------------------------------------------------

    def preflight(self) -> None:
        """Refuse early and clearly. Raises PreflightError; leaves nothing behind."""
        check_tools()
        check_disk(self.layout.home, postgres_home(self.layout.home))
        self._end_leftovers()
        check_ports(self.layout.ports)

    def _end_leftovers(self) -> None:
        """End what an earlier supervisor left when it was killed; refuse if one still runs."""
        try:
            state = json.loads(self.layout.state_file.read_text())
        except (OSError, ValueError):
            return
        boss = state["supervisor"]
        if started_at(boss["pid"]) == boss["started"] and boss["pid"] != os.getpid():
            raise PreflightError(
                f"this stack is already running (pid {boss['pid']}): see 'make status'"
            )
        for entry in reversed(state["processes"]):
            if entry["pid"] and started_at(entry["pid"]) == entry["started"]:
                os.kill(
                    entry["pid"], signal.SIGINT if entry["name"] == "postgres" else signal.SIGTERM
                )
                deadline = time.monotonic() + 10
                while started_at(entry["pid"]) == entry["started"] and time.monotonic() < deadline:
                    time.sleep(0.05)

    # --- start ------------------------------------------------------------------------------

    def launch(self, service: Service) -> None:
        """Start one process and wait for it. Raises StackError."""
        process = Process(service, self.layout.logs)
        self.processes.append(process)
        began = time.monotonic()
        process.start()
        if not process.wait_ready(READY_TIMEOUT):
            tail = process.log.read_text(errors="replace").strip().splitlines()[-3:]
            raise StackError(
                f"{service.name} did not start, see {process.log}\n  " + "\n  ".join(tail)
            )
        self.say(f"  {service.name:<10} port {service.port}  {time.monotonic() - began:4.1f} s")
        self.write_state(ready=False)

    def start(self) -> None:
        """Everything, in order. Raises PreflightError, ProvisionError, StackError."""
        layout = self.layout
        self.preflight()
        layout.logs.mkdir(parents=True, exist_ok=True)
        binaries = install_postgres(layout.home)
        if provision.init_cluster(layout, binaries, postgres_user()):
            self.say("  made a new database cluster")
        self.launch(services.postgres(layout, binaries))
        provision.bootstrap(layout)
        if not self.product:
            return
        count = provision.migrate(layout)
        self.say(f"  migrations: {f'{count} applied' if count else 'up to date'}")
        provision.allow_origins(layout)
        for service in (services.postgrest(layout), services.storage(layout)):
            self.launch(service)
        for service in services.sandboxes(layout):
            self.launch(service)
        self.launch(services.gateway(layout))
        provision.storage_machine(layout)
        self.launch(services.webhooks(layout))
        self.launch(services.workers(layout))
        if self.seed:
            self._run_seeds()

    def _run_seeds(self) -> None:
        # The buyer among them pays with a test card: not with a developer's own Stripe key.
        if not uses_sandbox("stripe"):
            self.say("  demo data: skipped, a real Stripe account is configured")
            return
        env = {
            **os.environ,
            "SUPABASE_URL": self.layout.url,
            "SUPABASE_PUBLISHABLE_KEY": self.layout.credentials.publishable_key,
            "STRIPE_API_BASE": f"http://127.0.0.1:{self.layout.ports.stripe}",
            "STRIPE_PUBLISHABLE_KEY": self.layout.credentials.stripe_publishable,
        }
        ran = subprocess.run([sys.executable, "-m", "seeds"], cwd=ROOT, env=env, check=False)
        if ran.returncode != 0:
            raise StackError("the demo data could not be loaded: python -m seeds")

    # --- while it runs ----------------------------------------------------------------------

    def write_state(self, *, ready: bool) -> None:
        """Tell `status` and the tests what runs, by pid and start time."""
        layout = self.layout
        state = {
            "supervisor": {"pid": os.getpid(), "started": started_at(os.getpid())},
            "ready": ready,
            "home": str(layout.home),
            "base_port": layout.ports.base,
            "url": layout.url,
            "processes": [
                {
                    "name": process.service.name,
                    "pid": process.pid,
                    "started": started_at(process.pid) if process.pid else None,
                    "port": process.service.port,
                    "log": str(process.log),
                    "state": "up"
                    if process.pid
                    else ("DOWN" if process.is_failing else "restarting"),
                }
                for process in self.processes
            ],
        }
        temporary = layout.state_file.with_suffix(".tmp")
        temporary.write_text(json.dumps(state, indent=2))
        temporary.replace(layout.state_file)

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        while not self.stopping:
            changed = False
            for process in self.processes:
                before = process.pid
                line = process.tend()
                if line:
                    self.say(f"  {line}")
                changed = changed or line is not None or process.pid != before
            if changed:
                self.write_state(ready=True)
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop in reverse order; Postgres last."""
        for process in reversed(self.processes):
            process.stop()
        self.layout.state_file.unlink(missing_ok=True)

    def on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        """Ctrl-C or SIGTERM: leave at the next look round; during the start, at once."""
        if not self.stopping:
            self.stopping = True
            if not getattr(self, "watching", False):
                raise KeyboardInterrupt

    def run(self) -> int:
        """Start, say what there is, watch, stop. The exit code is not 0 if it did not start."""
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self.on_signal)
        began = time.monotonic()
        try:
            self.start()
            self.write_state(ready=True)
            self.say(banner(self.layout, time.monotonic() - began, product=self.product))
            self.watching = True
            self.watch()
        except (PreflightError, provision.ProvisionError, StackError) as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            if self.processes:
                self.say("stopping …")
                self.stop()
        return 0


def supervised_state(home: Path) -> dict[str, object] | None:
    """What a running supervisor wrote about itself; None when none runs."""
    try:
        state: dict[str, object] = json.loads((home / "state.json").read_text())
    except (OSError, ValueError):
        return None
    boss = state["supervisor"]
    if not isinstance(boss, dict) or started_at(int(boss["pid"])) != boss["started"]:
        return None
    return state
