"""Command line of the developer tooling; `make` calls it."""

import argparse
import sys

from local.dev.sources import ROOT
from local.dev.stamp import stamp


def main() -> int:
    """Run one tool; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m local.dev")
    tools = parser.add_subparsers(dest="tool", required=True)
    one = tools.add_parser("stamp", help="write changed sources into a new migration")
    one.add_argument("--name", required=True)
    tools.add_parser("types", help="generate the TypeScript and Python types")
    tools.add_parser("prove", help="drift, advisors, pgrls, trespass: no leak, no drift")
    args = parser.parse_args()
    if args.tool == "stamp":
        try:
            target = stamp(args.name)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        print(f"stamped {target.relative_to(ROOT)}" if target else "no source has changed")
        return 0
    if args.tool == "types":
        from local.dev.types import generate

        return generate()
    from local.dev.prove import prove

    return prove()


if __name__ == "__main__":
    sys.exit(main())
