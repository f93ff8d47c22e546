"""Which queues this process works on and how hard, from the command line and the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.queues import LOOPS, QUEUES


class OptionError(ValueError):
    """A setting that makes no sense; the message names it."""


@dataclass(frozen=True)
class Options:
    """What one process does. `listen_url` empty: polling only."""

    queues: tuple[str, ...]
    loops: tuple[str, ...]
    concurrency: Mapping[str, int]
    metrics_host: str
    metrics_port: int
    listen_url: str
    stop_seconds: float
    # A lease ends this long after the last heartbeat: a killed worker's jobs are seen again then.
    lease_seconds: int


def _number(text: str, name: str, least: int, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise OptionError(f"{name} must be a number from {least} to {most}, not '{text}'")
    return value


def _chosen(text: str) -> list[str]:
    names = [part.strip() for part in text.split(",") if part.strip()]
    known = [*QUEUES, *LOOPS]
    for name in names:
        if name not in known:
            raise OptionError(f"no queue '{name}'; there are: {', '.join(known)}")
    return names or known


def _concurrency(text: str) -> dict[str, int]:
    values = {name: spec.concurrency for name, spec in QUEUES.items()}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, separator, number = part.partition("=")
        if not separator or name not in QUEUES:
            raise OptionError(f"WORKERS_CONCURRENCY: '{part}' is not <queue>=<threads>")
        values[name] = _number(number, f"WORKERS_CONCURRENCY of {name}", 1, 64)
    return values


def read_options(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> Options:
    """Options from arguments, else from WORKERS_* variables. Raises OptionError."""
    env = os.environ if environment is None else environment
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument(
        "--queues",
        default=env.get("WORKERS_QUEUES", ""),
        help=f"comma-separated, of {', '.join([*QUEUES, *LOOPS])} (WORKERS_QUEUES; default: all)",
    )
    parser.add_argument(
        "--concurrency",
        default=env.get("WORKERS_CONCURRENCY", ""),
        help="threads per queue, as email=2,watermark=4 (WORKERS_CONCURRENCY)",
    )
    arguments = parser.parse_args(list(argv))
    names = _chosen(arguments.queues)
    return Options(
        queues=tuple(name for name in names if name in QUEUES),
        loops=tuple(name for name in names if name in LOOPS),
        concurrency=_concurrency(arguments.concurrency),
        metrics_host=env.get("WORKERS_METRICS_HOST", "127.0.0.1"),
        metrics_port=_number(
            env.get("WORKERS_METRICS_PORT", "9102"), "WORKERS_METRICS_PORT", 0, 65535
        ),
        # A transaction pooler hears no notification: there, give a direct connection or nothing.
        listen_url=env.get("WORKERS_LISTEN_DATABASE_URL", env.get("DATABASE_URL", "")),
        stop_seconds=_number(env.get("WORKERS_STOP_SECONDS", "12"), "WORKERS_STOP_SECONDS", 1, 600),
        lease_seconds=_number(
            env.get("WORKERS_LEASE_SECONDS", "20"), "WORKERS_LEASE_SECONDS", 4, 600
        ),
    )
