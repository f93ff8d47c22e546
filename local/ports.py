"""Which process listens where: ten consecutive ports."""

import socket
from dataclasses import dataclass

DEFAULT_BASE = 54321  # what `supabase start` uses for its API; the database is the next one


@dataclass(frozen=True)
class Ports:
    """The ports of one stack, all derived from the first."""

    base: int = DEFAULT_BASE

    @property
    def gateway(self) -> int:
        """The one origin that clients know."""
        return self.base

    @property
    def postgres(self) -> int:
        """Direct database connections."""
        return self.base + 1

    @property
    def postgrest(self) -> int:
        """PostgREST, behind the gateway."""
        return self.base + 2

    @property
    def storage(self) -> int:
        """Storage, behind the gateway."""
        return self.base + 3

    @property
    def webhooks(self) -> int:
        """The Flask service, behind the gateway."""
        return self.base + 4

    @property
    def stripe(self) -> int:
        """Stripe's sandbox."""
        return self.base + 5

    @property
    def resend(self) -> int:
        """Resend's sandbox."""
        return self.base + 6

    @property
    def pusher(self) -> int:
        """Pusher's sandbox."""
        return self.base + 7

    @property
    def workers(self) -> int:
        """The workers' metrics."""
        return self.base + 8

    def named(self) -> dict[str, int]:
        """Every port by the name of its process."""
        return {
            name: getattr(self, name)
            for name, value in vars(type(self)).items()
            if isinstance(value, property)
        }


def is_free(port: int) -> bool:
    """Can this port of the loopback address be listened on?"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
