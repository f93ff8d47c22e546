"""Measurements: printed as a table, kept as JSON."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Measurement:
    """A value against its baseline, measured in one run. `goal`: the most its ratio may be.

    `goal` None: for information. `holds` None: there is no goal.
    """

    name: str
    unit: str
    value: float
    baseline: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """Value over baseline, to three places."""
        return round(self.value / self.baseline, 3) if self.baseline else float("inf")

    @property
    def holds(self) -> bool | None:
        """Was the goal reached?"""
        return None if self.goal is None else self.ratio <= self.goal


def _memory_gib() -> float:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError):
        return 0.0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine() -> dict[str, object]:
    """Facts that a figure depends on."""
    return {
        "cpus": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": _memory_gib(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def write(
    name: str, measurements: Sequence[Measurement], facts: dict[str, object], **more: object
) -> Path:
    """Keep the measurements as benchmarks/results/<name>.json."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": facts,
        **more,
        "measurements": [{**asdict(m), "ratio": m.ratio, "holds": m.holds} for m in measurements],
    }
    path.write_text(json.dumps(document, indent=1) + "\n")
    return path


def show(measurements: Sequence[Measurement]) -> int:
    """Print the table; returns how many goals were missed."""
    width = max(len(m.name) for m in measurements)
    print(f"{'':{width}}  {'value':>10}  {'baseline':>10}  {'ratio':>7}  {'goal':>6}  unit")
    for m in measurements:
        goal = "" if m.goal is None else f"{m.goal:.2f}"
        verdict = {None: "", True: "holds", False: "MISSED"}[m.holds]
        print(
            f"{m.name:{width}}  {m.value:10,.2f}  {m.baseline:10,.2f}  {m.ratio:7.2f}  "
            f"{goal:>6}  {m.unit}  {verdict}"
        )
    missed = sum(m.holds is False for m in measurements)
    print(f"\n{missed} goal(s) missed" if missed else "\nall goals reached", file=sys.stdout)
    return missed
