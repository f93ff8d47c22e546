"""`python -m seeds.large`. DATABASE_URL is a superuser's, of a local, migrated database."""

import argparse
import os
import sys
import time

import psycopg

from seeds.large.load import say
from seeds.large.make import make


def main() -> int:
    """Read the options, make the catalogue; 1 and a sentence if that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m seeds.large", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000, help="10 000 to 10 000 000")
    parser.add_argument("--shops", type=int, default=0, help="default: a tenth of the products")
    parser.add_argument("--reviews", type=int, default=-1, help="default: as many as products")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same data")
    options = parser.parse_args()
    dsn = os.environ.get("DATABASE_URL", "")
    if not dsn or not 10_000 <= options.products <= 10_000_000:
        say("error: DATABASE_URL (a superuser's) and 10 000 to 10 000 000 products are needed")
        return 1
    began = time.monotonic()
    try:
        make(
            dsn,
            products=options.products,
            shops_count=options.shops or max(1, options.products // 10),
            reviews=options.products if options.reviews < 0 else options.reviews,
            seed=options.seed,
        )
    except psycopg.Error as error:
        say(f"error: {error}")
        return 1
    say(f"done in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
