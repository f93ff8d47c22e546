"""How to know that a process is ready."""

import socket
import urllib.error
import urllib.request
from collections.abc import Callable

import psycopg


def http_answers(url: str) -> Callable[[], bool]:
    """Ready when this address answers with anything below 500."""

    def probe() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    return probe


def port_open(port: int) -> Callable[[], bool]:
    """Ready when something listens there."""

    def probe() -> bool:
        with socket.socket() as client:
            client.settimeout(1)
            return client.connect_ex(("127.0.0.1", port)) == 0

    return probe


def database_answers(dsn: str) -> Callable[[], bool]:
    """Ready when a query is answered."""

    def probe() -> bool:
        try:
            with psycopg.connect(dsn, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    return probe
