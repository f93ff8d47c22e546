"""How a command refuses."""

import json

import psycopg


class CommandError(Exception):
    """What to tell the operator, and the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def refusal(error: psycopg.Error) -> CommandError:
    """The database's refusal (private.fail) as a sentence."""
    try:
        told = json.loads(str(error.diag.message_primary))
    except ValueError:
        return CommandError(str(error).strip())
    hint = f" {told['hint']}" if told.get("hint") else ""
    return CommandError(f"{told['message']}{hint} ({told['code']})")
