"""`python -m local.demo`: on the running stack, or on one of its own for as long as it takes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local.credentials import load_credentials
from local.demo.purchase import purchase
from local.layout import Layout
from local.ports import Ports
from local.runtime import ROOT
from local.supervisor import supervised_state

START_SECONDS = 180


def _layout(home: Path) -> Layout | None:
    state = supervised_state(home)
    if state is None or not state["ready"]:
        return None
    return Layout(
        home=home,
        ports=Ports(int(str(state["base_port"]))),
        credentials=load_credentials(home / "secrets.json"),
    )


def _own_stack() -> int:
    """Start a stack in a temporary folder, run there, remove it."""
    with tempfile.TemporaryDirectory(prefix="agora-demo-") as folder:
        home = Path(folder)
        base = os.environ.get("AGORA_BASE_PORT", "54421")
        command = [sys.executable, "-m", "local", "--home", folder, "--base-port", base]
        print("no stack is running: starting one for the demo", flush=True)
        supervisor = subprocess.Popen([*command, "--no-seed", "up"], cwd=ROOT)
        try:
            deadline = time.monotonic() + START_SECONDS
            while (layout := _layout(home)) is None:
                if supervisor.poll() is not None or time.monotonic() > deadline:
                    return 1
                time.sleep(0.1)
            return purchase(layout)
        finally:
            if supervisor.poll() is None:
                supervisor.terminate()
                supervisor.wait(60)
            subprocess.run([*command, "reset"], cwd=ROOT, check=False)


def main() -> int:
    """The demo's exit code: 0 only if every step held."""
    home = Path(os.environ.get("AGORA_HOME", str(ROOT / ".agora"))).resolve()
    layout = _layout(home)
    if layout is None:
        return _own_stack()
    print(f"on the running stack at {layout.url}")
    return purchase(layout)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except json.JSONDecodeError as error:
        sys.exit(f"error: {error}")
