"""A minute of mixed catalogue writes by sixteen clients.

`python -m benchmarks.mixed_writes [seconds]`
On a stack of its own, with log_lock_waits on, so that who waited for whom can be read afterwards.
Prints transactions by operation, deadlocks and long lock waits; the result goes to
`benchmarks/results/mixed_writes.json`.
"""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from tests.invariants import run as violations
from tests.support.databases import install_helpers
from tests.support.mixed_writes import Result, mixed_writes
from tests.support.races import Arena
from tests.support.stack import Stack, running_stack

RESULTS = Path(__file__).parent / "results" / "mixed_writes.json"
CLIENTS = 16
# A wait that lasts this long is looked at: for a deadlock by Postgres, by a person in the log.
DEADLOCK_TIMEOUT = "200ms"


def _log_waits(stack: Stack) -> None:
    with stack.connect("supabase_admin") as admin:
        admin.execute("alter system set log_lock_waits = on")
        admin.execute(f"alter system set deadlock_timeout = '{DEADLOCK_TIMEOUT}'".encode())
        admin.execute("select pg_reload_conf()")


def waits(log: str) -> Counter[str]:
    """How often which statement waited over DEADLOCK_TIMEOUT, by the function it called."""
    found: Counter[str] = Counter()
    for _, statement in re.findall(
        r"LOG:  process \d+ (still waiting)[^\n]*\n(?:(?!still waiting|acquired).*\n)*?"
        r"[^\n]*STATEMENT:  ([^\n]+)",
        log,
    ):
        named = re.search(r"(?:public|private)\.(\w+)", statement)
        found[named[1] if named else statement[:60]] += 1
    return found


def longest(log: str) -> float:
    """The longest wait for a lock in milliseconds, of those that were logged."""
    return max(
        (float(ms) for ms in re.findall(r"acquired \w+ on .* after ([\d.]+) ms", log)), default=0
    )


def _report(result: Result, waited: Counter[str], broken: list[str]) -> None:
    for name in sorted({name for name, _ in result.outcomes}):
        by = {outcome: n for (which, outcome), n in result.outcomes.items() if which == name}
        print(f"{name:12} " + "  ".join(f"{o} {n}" for o, n in sorted(by.items())))
    print(f"\n{result.done} transactions in {result.seconds:.0f} s by {CLIENTS} clients")
    print(f"deadlocks: {result.deadlocks}; unexpected answers: {result.unexpected}")
    print(f"waits of over {DEADLOCK_TIMEOUT} for a lock: {dict(waited.most_common())}")
    print(f"broken invariants: {broken}")


def main() -> int:
    """Run; 0 if there was no deadlock and every invariant holds."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with running_stack(what="db") as stack:
        database = stack.clone()
        install_helpers(stack, database)
        _log_waits(stack)
        arena = Arena(stack, database)
        result = mixed_writes(arena, seconds, CLIENTS)
        broken = [str(one) for one in violations(arena.dsn("supabase_admin"))]
        log = stack.log("postgres")
    waited, slowest = waits(log), longest(log)
    _report(result, waited, broken)
    print(f"longest: {slowest:.0f} ms")
    holds = result.deadlocks == 0 and not result.unexpected and not broken
    facts = {"cores": os.cpu_count(), "clients": CLIENTS, "seconds": seconds}
    rows = [
        {
            "name": name, "unit": unit, "value": value, "baseline": None, "ratio": None,
            "goal": goal, "holds": good, "machine": facts,
        }
        for name, unit, value, goal, good in (
            ("deadlocks", "count", result.deadlocks, "0", result.deadlocks == 0),
            ("broken invariants", "count", len(broken), "0", not broken),
            ("transactions", "1/s", round(result.done / seconds, 1), None, True),
            (f"lock waits over {DEADLOCK_TIMEOUT}", "count", waited.total(), None, True),
            ("longest lock wait", "ms", round(slowest), None, True),
        )
    ]  # fmt: skip
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
