"""One process of the stack: started, watched, started again, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.runtime import User

MAX_LOG_BYTES = 5 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


@dataclass
class Service:
    """What to run and how to know that it is ready."""

    name: str
    argv: list[str]
    ready: Callable[[], bool]
    port: int
    env: dict[str, str] = field(default_factory=dict)
    user: User = field(default_factory=User)
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 10.0
    optional: bool = False


def started_at(pid: int) -> str | None:
    """A process' start time as the kernel counts it: with the pid it names one process for good."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rsplit(")", 1)[1].split()[19]


def _die_with_parent(signum: int) -> Callable[[], None] | None:
    """Have the kernel end the child when the supervisor is killed (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signum)

    return prepare


class Process:
    """A running service; restarts itself with a growing delay when polled after a death."""

    def __init__(self, service: Service, logs: Path) -> None:
        self.service = service
        self.log = logs / f"{service.name}.log"
        self.child: subprocess.Popen[bytes] | None = None
        self.deaths: list[float] = []
        self.next_start = 0.0

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self.child.pid if self.child is not None and self.child.poll() is None else None

    @property
    def is_failing(self) -> bool:
        """Has it died so often lately that a person must be told?"""
        return len([at for at in self.deaths if at > time.monotonic() - 60]) >= 5

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor only."""
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                self.service.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.service.env},
                cwd=self.service.cwd,
                start_new_session=True,
                user=self.service.user.uid,
                group=self.service.user.gid,
                extra_groups=[] if self.service.user.uid is not None else None,
                preexec_fn=_die_with_parent(self.service.stop_signal),  # noqa: PLW1509 - one thread
            )

    def wait_ready(self, timeout: float) -> bool:
        """Poll until it answers; False if it died or the time is over."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.pid is None:
                return False
            if self.service.ready():
                return True
            time.sleep(0.05)
        return False

    def tend(self) -> str | None:
        """Start it again if it has died; returns a line for the operator when it did."""
        now = time.monotonic()
        if self.pid is not None:
            return None
        if self.next_start == 0.0:
            code = self.child.returncode if self.child is not None else None
            self.deaths.append(now)
            recent = len([at for at in self.deaths if at > now - 60])
            delay = min(30.0, 0.25 * 2 ** (recent - 1))
            self.next_start = now + delay
            state = "DOWN" if self.is_failing else "died"
            return (
                f"{self.service.name} {state} (exit {code}); again in {delay:.1f} s, see {self.log}"
            )
        if now >= self.next_start:
            self.next_start = 0.0
            self.start()
        return None

    def stop(self) -> None:
        """Ask it to end, and insist when it does not."""
        if self.child is None or self.child.poll() is not None:
            return
        self.child.send_signal(self.service.stop_signal)
        try:
            self.child.wait(self.service.stop_timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(5)
