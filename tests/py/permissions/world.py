"""The world in which everybody is asked: tests/sql/helpers.sql, with a row in every table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.py.permissions.api import Api, serving
from tests.support.databases import install_helpers
from tests.support.stack import Stack

WORLD = (Path(__file__).parent / "world.sql").read_bytes()


@contextmanager
def world(stack: Stack, plant: str = "") -> Iterator[Api]:
    """A database with the world in it, and its API. `plant`: SQL to run last, as superuser."""
    name = stack.clone()
    try:
        install_helpers(stack, name)
        with psycopg.connect(
            stack.layout.dsn("supabase_admin", name), autocommit=True
        ) as connection:
            connection.execute(WORLD)
            if plant:
                connection.execute(plant.encode())
        with serving(stack, name) as api:
            yield api
    finally:
        stack.drop(name)
