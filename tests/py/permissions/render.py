"""The matrix as a data file (supabase/permissions.json) and as a page (docs/permissions.md)."""

import json
from typing import Any

from local.runtime import ROOT
from tests.py.permissions.api import PERSONAS

Json = dict[str, Any]
DATA = ROOT / "supabase" / "permissions.json"
PAGE = ROOT / "docs" / "permissions.md"
_HEAD = """# Who may do what

Made by `make permissions` from the answers of the live API; the data is
`supabase/permissions.json`, and `make test` fails when the database answers otherwise. Do not
edit this page.

Personas: `anon` (a visitor), `customer` (signed in, has bought nothing here), `buyer` (of the item
in question), `owner`, `manager` and `staff` of the shop in question, `other_shop` (the owner of
another shop), `support`, `moderator`, `admin`, and `service` (the secret key). The world they are
asked in: two shops, one sale (`tests/sql/helpers.sql`).

Cells: `all`, `some` or `none` of the world's rows; `-` is refused by the grants, whatever the row.
"""


def load() -> Json:
    """The reviewed matrix."""
    value: Json = json.loads(DATA.read_text())
    return value


def data_text(matrix: Json) -> str:
    """The data file's text."""
    return json.dumps(matrix, indent=1, sort_keys=True) + "\n"


def _cell(value: str) -> str:
    return "-" if value == "refused" else value


def _table(name: str, entry: Json) -> list[str]:
    lines = [f"### {name}", "", f"| | {' | '.join(PERSONAS)} |", f"|---{'|---' * len(PERSONAS)}|"]
    for command in ("select", "insert", "update", "delete"):
        cells = [_cell(entry["rows"][persona][command]) for persona in PERSONAS]
        if set(cells) != {"-"}:
            lines.append(f"| {command} | {' | '.join(cells)} |")
    for role, commands in entry["columns"].items():
        for command, columns in commands.items():
            if columns:
                lines += ["", f"`{role}` may {command}: {', '.join(f'`{c}`' for c in columns)}"]
    return [*lines, ""]


def page_text(matrix: Json) -> str:
    """The page's text."""
    lines = [_HEAD, "## Tables", ""]
    for name in sorted(matrix["tables"]):
        lines += _table(name, matrix["tables"][name])
    lines += ["## Functions", "", f"| | {' | '.join(PERSONAS)} |", f"|---{'|---' * len(PERSONAS)}|"]
    for name in sorted(matrix["functions"]):
        cells = [matrix["functions"][name][persona] for persona in PERSONAS]
        lines.append(f"| `{name}` | {' | '.join('yes' if c == 'yes' else '-' for c in cells)} |")
    return "\n".join(lines) + "\n"
