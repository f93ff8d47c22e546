"""`agora admin`: the first administrator; later ones are made by administrators."""

import psycopg

from agora.commands.outcome import refusal
from agora.db import Database


def grant(database: Database, email: str, reason: str) -> str:
    """Make the account with this address the first administrator. Raises CommandError."""
    try:
        user_id = database.value("grant_first_admin", {"p_email": email, "p_reason": reason})
    except psycopg.Error as error:
        if isinstance(error, psycopg.OperationalError):
            raise
        raise refusal(error) from error
    return f"{email} ({user_id}) is an administrator now."
