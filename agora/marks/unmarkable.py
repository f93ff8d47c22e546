"""The one way in which marking refuses."""


class UnmarkableError(Exception):
    """This file cannot be marked (encrypted, broken, empty); the message says why."""
