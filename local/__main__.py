"""`python -m local`: the embedded stack. `make` calls it."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.credentials import load_credentials
from local.environment import product_environment
from local.layout import Layout
from local.ports import DEFAULT_BASE, Ports
from local.process import started_at
from local.runtime import ROOT, RuntimeUnavailableError, postgres_home
from local.supervisor import Supervisor, supervised_state


def _layout(args: argparse.Namespace) -> Layout:
    home = Path(args.home).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return Layout(
        home=home,
        ports=Ports(args.base_port),
        credentials=load_credentials(home / "secrets.json"),
        durable=not args.throwaway,
    )


def _up(args: argparse.Namespace) -> int:
    try:
        layout = _layout(args)
        return Supervisor(layout, seed=not args.no_seed, product=args.command == "up").run()
    except (RuntimeUnavailableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _status(args: argparse.Namespace) -> int:
    state = supervised_state(Path(args.home))
    if state is None:
        print("not running: make up")
        return 1
    processes = state["processes"]
    if not isinstance(processes, list):
        raise TypeError("state.json is not ours")
    for entry in processes:
        print(f"{entry['state']:<10} {entry['name']:<10} port {entry['port']}  pid {entry['pid']}")
    return 0 if all(entry["state"] == "up" for entry in processes) else 1


def _down(args: argparse.Namespace) -> int:
    state = supervised_state(Path(args.home))
    boss = state["supervisor"] if state else None
    if not isinstance(boss, dict):
        print("not running")
        return 0
    os.kill(int(boss["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + 60
    while started_at(int(boss["pid"])) == boss["started"]:
        if time.monotonic() > deadline:
            print("it does not stop: see the logs", file=sys.stderr)
            return 1
        time.sleep(0.1)
    return 0


def _reset(args: argparse.Namespace) -> int:
    code = _down(args)
    home = Path(args.home).resolve()
    for folder in {home, postgres_home(home)}:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"removed {home}")
    return code


def _logs(args: argparse.Namespace) -> int:
    logs = sorted(str(path) for path in (Path(args.home) / "logs").glob("*.log"))
    if not logs:
        print("no logs yet")
        return 1
    follow = ["-F"] if sys.stdout.isatty() else []
    return subprocess.run(["tail", "-n", "20", *follow, *logs], check=False).returncode


def _env(args: argparse.Namespace) -> int:
    for name, value in product_environment(_layout(args), args.role).items():
        print(f"export {name}='{value}'")
    return 0


def main() -> int:
    """Parse the command line and run one command."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--home", default=os.environ.get("AGORA_HOME", str(ROOT / ".agora")))
    parser.add_argument(
        "--base-port", type=int, default=int(os.environ.get("AGORA_BASE_PORT", DEFAULT_BASE))
    )
    parser.add_argument("--throwaway", action="store_true", help="no fsync: tests only")
    parser.add_argument("--no-seed", action="store_true", help="no demo data")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "up": "start everything, in the foreground",
        "db": "start only Postgres, with what hosted Supabase has and no migration",
        "down": "stop a running stack",
        "status": "what is up and what is down",
        "logs": "the last lines of every log, and on",
        "reset": "stop, and remove all data",
    }.items():
        commands.add_parser(name, help=text)
    commands.add_parser("env", help="settings of a product process, for a shell").add_argument(
        "role", nargs="?", default="agora_operator"
    )
    args = parser.parse_args()
    run = {
        "up": _up,
        "db": _up,
        "down": _down,
        "status": _status,
        "logs": _logs,
        "reset": _reset,
        "env": _env,
    }
    return run[args.command](args)


if __name__ == "__main__":
    sys.exit(main())
