"""The matrix as the live API answers: every table, column and function, for every persona."""

from typing import Any

from tests.py.permissions.api import PERSONAS, Api, refused

Json = dict[str, Any]
ROLES = {"anon": "anon", "authenticated": "customer", "service_role": "service"}
MAX_ROWS = 12

_TABLES = """
select c.relname as name,
  array(
    select a.attname::text from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attidentity <> 'a'  -- nobody can write those
    order by a.attname
  ) as columns,
  array(
    select a.attname::text from pg_index as i
    inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = c.oid and i.indisprimary order by a.attnum
  ) as key
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
order by c.relname
"""
_FUNCTIONS = """
select p.proname as name, coalesce(p.proargnames[1:p.pronargs], '{}') as arguments
from pg_proc as p
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
order by p.proname, p.pronargs
"""


def share(found: int, total: int) -> str:
    """none, some or all of the world's rows."""
    return "none" if found == 0 else "all" if found == total else "some"


class Table:
    """One table of the world, probed."""

    def __init__(self, api: Api, name: str, columns: list[str], key: list[str]) -> None:
        self.api, self.name, self.columns, self.key = api, name, columns, key
        self.rows = api.ask("service", "GET", name, {"limit": str(MAX_ROWS)}).json()

    def _of(self, row: Json) -> Json:
        """A filter that names this row only."""
        return {column: f"eq.{row[column]}" for column in self.key}

    def writable(self, role: str, command: str) -> list[str]:
        """Columns that a role may name in an insert or update; the row itself is impossible."""
        persona = ROLES[role]
        allowed = []
        for column in self.columns:
            if command == "insert":
                answer = self.api.ask(
                    persona, "POST", self.name, {"columns": column}, {column: None}
                )
                # A policy's refusal comes after the grant's: the grant let it through.
                passed = not refused(answer) or "row-level security" in answer.text
            else:
                nobody = {self.key[0]: "is.null"}
                passed = not refused(
                    self.api.ask(persona, "PATCH", self.name, nobody, {column: None})
                )
            if passed:
                allowed.append(column)
        return allowed

    def read(self, persona: str) -> str:
        """Which of the rows a persona sees."""
        answer = self.api.ask(persona, "GET", self.name, {"limit": "1000"})
        if refused(answer):
            return "refused"
        seen = [[row[c] for c in self.key] for row in answer.json()]
        return share(sum([row[c] for c in self.key] in seen for row in self.rows), len(self.rows))

    def update(self, persona: str, column: str) -> str:
        """Which of the rows a persona can update (to what they are)."""
        done = 0
        for row in self.rows:
            answer = self.api.ask(persona, "PATCH", self.name, self._of(row), {column: row[column]})
            if refused(answer):
                continue
            done += 1 if answer.is_error else len(answer.json())
        return share(done, len(self.rows))

    def delete(self, persona: str) -> str:
        """Which of the rows a persona can delete; one that others refer to counts."""
        done = 0
        for row in self.rows:
            answer = self.api.ask(persona, "DELETE", self.name, self._of(row))
            if refused(answer):
                if "permission denied for table" in answer.text:
                    return "refused"
                continue
            done += 1 if answer.is_error else len(answer.json())
        return share(done, len(self.rows))

    def insert(self, persona: str, columns: list[str]) -> str:
        """Which of the rows a persona could have inserted; a taken key means yes."""
        done = sum(
            not refused(
                self.api.ask(persona, "POST", self.name, None, {c: row[c] for c in columns})
            )
            for row in self.rows
        )
        return share(done, len(self.rows))


def _role_of(persona: str) -> str:
    return {"anon": "anon", "service": "service_role"}.get(persona, "authenticated")


def table_matrix(api: Api) -> Json:
    """{table: {columns: {role: {insert, update}}, rows: {persona: {select, insert, …}}}}."""
    matrix: Json = {}
    for entry in api.rows(_TABLES):
        table = Table(api, entry["name"], entry["columns"], entry["key"])
        columns = {
            role: {command: table.writable(role, command) for command in ("insert", "update")}
            for role in ROLES
        }
        rows: Json = {}
        for persona in PERSONAS:
            own = columns[_role_of(persona)]
            rows[persona] = {
                "select": table.read(persona),
                "insert": table.insert(persona, own["insert"]) if own["insert"] else "refused",
                "update": table.update(persona, own["update"][0]) if own["update"] else "refused",
                "delete": table.delete(persona),
            }
        matrix[table.name] = {"columns": columns, "rows": rows, "world": len(table.rows)}
    return matrix


def function_matrix(api: Api) -> Json:
    """{function(arguments): {persona: yes|no}}: may it be called at all?"""
    matrix: Json = {}
    for entry in api.rows(_FUNCTIONS):
        body = dict.fromkeys(entry["arguments"])
        name = f"{entry['name']}({', '.join(entry['arguments'])})"
        matrix[name] = {
            persona: "no"
            if refused(api.ask(persona, "POST", f"rpc/{entry['name']}", None, body))
            else "yes"
            for persona in PERSONAS
        }
    return matrix


def probe(api: Api) -> Json:
    """The whole matrix."""
    return {"tables": table_matrix(api), "functions": function_matrix(api)}
