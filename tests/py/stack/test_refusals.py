"""What keeps the stack from starting: one clear line, exit code not 0, nothing left running."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.ports import Ports
from local.runtime import ROOT
from tests.support.stack import free_base_port


def _up(home: Path, base: int, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(sys.executable, "-m", "local", "--home", str(home), "--base-port", str(base)),
            *("--throwaway", "--no-seed", "up"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def _started(home: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(home).encode() in command:
                found.append(command.decode())
    return found


def _refused(home: Path, ran: subprocess.CompletedProcess[str], says: str) -> None:
    assert ran.returncode != 0
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("error: ")
    assert says in lines[0]
    assert not (home / "state.json").exists()
    assert _started(home) == []


@pytest.mark.parametrize("name", ["gateway", "postgres", "stripe"])
def test_a_busy_port(tmp_path: Path, name: str) -> None:
    base = free_base_port()
    port = getattr(Ports(base), name)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        _refused(tmp_path, _up(tmp_path, base), f"port {port} ({name}) is busy")


def test_a_full_disk(tmp_path: Path) -> None:
    more = str(shutil.disk_usage(tmp_path).total * 2)
    ran = _up(tmp_path, free_base_port(), AGORA_MIN_FREE_BYTES=more)
    _refused(tmp_path, ran, "disk full: ")


def test_a_missing_tool(tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    _refused(tmp_path, _up(tmp_path, free_base_port(), PATH=str(empty)), "missing tool: node")


def test_an_old_tool(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    node = folder / "node"
    node.write_text("#!/bin/sh\necho v18.20.0\n")
    node.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    _refused(tmp_path, _up(tmp_path, free_base_port(), PATH=path), "Node 20 or newer, this is 18")


def test_make_names_a_missing_tool(tmp_path: Path) -> None:
    """Even before Python runs: a machine without node gets one line from make."""
    tree = tmp_path / "clone"
    tree.mkdir()
    for name in ("Makefile", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tree / name)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "sh", "make", "python3.11", "touch", "sed", "awk", "grep", "sort"):
        found = shutil.which(tool)
        assert found is not None, tool
        (tools / tool).symlink_to(found)
    ran = subprocess.run(
        ["make", "node_modules/.agora"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tools), "HOME": str(tmp_path)},
    )
    assert ran.returncode != 0
    assert "error: missing tool: node is needed" in ran.stderr
