"""What must be true before anything is started: one clear line if it is not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.ports import Ports, is_free

MIN_FREE_BYTES = 1024**3


class PreflightError(RuntimeError):
    """The stack cannot start; the message is for a person."""


def _node_major() -> int:
    node = shutil.which("node")
    if node is None:
        raise PreflightError("missing tool: node 20 or newer is needed (https://nodejs.org)")
    version = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.match(r"v(\d+)", version)
    return int(match[1]) if match else 0


def check_tools() -> None:
    """Python and Node in the versions we need. Raises PreflightError."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said to whoever starts it with an older one
        raise PreflightError(
            f"missing tool: Python 3.11 or newer, this is {sys.version.split()[0]}"
        )
    if (major := _node_major()) < 20:
        raise PreflightError(f"missing tool: Node 20 or newer, this is {major}")


def check_disk(home: Path, data: Path) -> None:
    """Both folders writable, with room. Raises PreflightError."""
    minimum = int(os.environ.get("AGORA_MIN_FREE_BYTES", MIN_FREE_BYTES))
    for folder in (home, data):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
        except OSError as error:
            raise PreflightError(f"cannot write to {folder}: {error.strerror}") from error
        free = shutil.disk_usage(folder).free
        if free < minimum:
            raise PreflightError(
                f"disk full: {free // 2**20} MiB free in {folder}, {minimum // 2**20} MiB needed"
            )


def check_ports(ports: Ports) -> None:
    """Every port free. Raises PreflightError that names the first busy one."""
    for name, port in ports.named().items():
        if not is_free(port):
            raise PreflightError(
                f"port {port} ({name}) is busy: stop what listens there, or start with "
                "AGORA_BASE_PORT=<other>"
            )
