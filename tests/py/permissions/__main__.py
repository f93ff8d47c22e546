"""`make permissions`: ask the live API and write the matrix; review the diff like code."""

import sys

from tests.py.permissions.probe import probe
from tests.py.permissions.render import DATA, PAGE, data_text, page_text
from tests.py.permissions.world import world
from tests.support.stack import running_stack


def main() -> int:
    """Write supabase/permissions.json and docs/permissions.md."""
    with running_stack(what="db") as stack, world(stack) as api:
        matrix = probe(api)
    DATA.write_text(data_text(matrix))
    PAGE.write_text(page_text(matrix))
    print(
        f"wrote {DATA.name}: {len(matrix['tables'])} tables, {len(matrix['functions'])} functions"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
