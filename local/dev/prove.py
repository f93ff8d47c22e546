"""`make drift` and `make prove`."""

import sys

from local import provision
from local.dev import guard, types
from local.dev.drift import compare, unstamped_problems
from local.dev.proofs import PROVERS
from local.dev.scratch import scratch_cluster
from local.layout import Layout


def _drift_problems(layout: Layout) -> list[str]:
    """Everything in which sources, migrations, database and generated types disagree."""
    return (
        unstamped_problems()
        + guard.problems()
        + compare(layout, "postgres")
        + types.stale(layout, "postgres")
    )


def _report(what: str, problems: list[str]) -> bool:
    print(f"{what}: {'ok' if not problems else f'{len(problems)} problem(s)'}", flush=True)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return not problems


def drift() -> int:
    """`make drift`."""
    with scratch_cluster() as layout:
        provision.migrate(layout)
        return 0 if _report("drift", _drift_problems(layout)) else 1


def prove() -> int:
    """`make prove`: drift, and every prover."""
    with scratch_cluster() as layout:
        provision.migrate(layout)
        good = _report("drift", _drift_problems(layout))
        for name, prover in PROVERS.items():
            good = _report(name, prover(layout, "postgres")) and good
    return 0 if good else 1
