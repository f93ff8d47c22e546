"""Command line of the developer tooling; `make` calls it."""

import argparse
import sys

from local.dev.guard import lock_new
from local.dev.prove import drift, prove
from local.dev.sources import ROOT
from local.dev.stamp import stamp
from local.dev.types import generate


def _stamp(name: str) -> int:
    try:
        target = stamp(name)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    lock_new()
    print(f"stamped {target.relative_to(ROOT)}" if target else "no source has changed")
    return 0


def _lock() -> int:
    print("\n".join(f"locked {name}" for name in lock_new()) or "nothing new")
    return 0


def main() -> int:
    """Run one tool; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m local.dev")
    tools = parser.add_subparsers(dest="tool", required=True)
    one = tools.add_parser("stamp", help="write changed sources into a new migration")
    one.add_argument("--name", required=True)
    tools.add_parser("lock", help="remember new hand-written migrations: they never change again")
    tools.add_parser("types", help="generate the TypeScript and Python types")
    tools.add_parser("drift", help="do sources, migrations, database and types agree?")
    tools.add_parser("prove", help="drift, advisors, pgrls, trespass: no leak, no drift")
    args = parser.parse_args()
    if args.tool == "stamp":
        return _stamp(args.name)
    return {"lock": _lock, "types": generate, "drift": drift, "prove": prove}[args.tool]()


if __name__ == "__main__":
    sys.exit(main())
