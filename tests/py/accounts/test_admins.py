"""The last administrator, at once by many; the first, by an operator."""

import psycopg
import pytest

from tests.py.workers.test_operator import agora
from tests.support.people import at_once
from tests.support.stack import Stack

SETUP = """
select tests.make_staff('one', 'admin');
select tests.make_staff('two', 'admin');
select tests.make_staff('three', 'admin');
"""
WAYS = {
    "revoked": "select public.revoke_role(tests.id('{other}'), 'admin', 'a coup')",
    "suspended": "select public.sanction_user(tests.id('{other}'), 'suspend', 'a coup')",
    "ended": "select public.grant_role(tests.id('{other}'), 'admin', 'a coup', now() + '1 hour')",
}


@pytest.mark.parametrize("way", WAYS)
def test_three_administrators_depose_each_other(
    stack: Stack, persona_template: str, way: str
) -> None:
    name = stack.clone(persona_template)
    dsn = stack.layout.dsn("supabase_admin", name)
    try:
        with psycopg.connect(dsn) as connection:
            connection.execute(SETUP)

        def depose(pair: tuple[str, str]) -> str:
            me, other = pair
            with psycopg.connect(dsn) as connection:
                connection.execute("select tests.become(%s)", [me])
                row = connection.execute(
                    "select tests.outcome(%s)", [WAYS[way].format(other=other)]
                ).fetchone()
                assert row is not None
                return str(row[0])

        circle = [("one", "two"), ("two", "three"), ("three", "one")]
        outcomes = at_once(depose, circle * 4, 12)
        assert set(outcomes) <= {
            "ok",
            "last_admin",
            "admin_only",
            "moderator_only",
            "account_suspended",
            "staff_protected",
            "role_not_held",
        }
        assert "ok" in outcomes
        with psycopg.connect(dsn) as connection:
            standing = connection.execute("select count(*) from private.standing_admins()")
            assert standing.fetchone() == (1,)
    finally:
        stack.drop(name)


def test_the_first_is_made_by_an_operator(stack: Stack) -> None:
    name = stack.clone()
    try:
        with psycopg.connect(stack.layout.dsn("postgres", name)) as connection:
            connection.execute(
                "insert into auth.users (id, email) values "
                "(gen_random_uuid(), 'first@example.com'), "
                "(gen_random_uuid(), 'second@example.com')"
            )
        dsn = stack.layout.dsn("agora_operator", name)

        def grant(email: str) -> tuple[int, str]:
            ran = agora(stack, "admin", "grant", email, DATABASE_URL=dsn)
            return ran.returncode, ran.stdout + ran.stderr

        assert grant("nobody@example.com") == (
            1,
            "error: No such account. Sign it up first. (account_not_found)\n",
        )
        code, said = grant("first@example.com")
        assert code == 0
        assert said.endswith("is an administrator now.\n")
        code, said = grant("second@example.com")
        assert code == 1
        assert "admin_exists" in said
    finally:
        stack.drop(name)
