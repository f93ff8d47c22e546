"""What handlers work with."""

import threading
from dataclasses import dataclass

from stripe import StripeClient

from agora.db import Database
from agora.settings import Settings
from agora.supabase import StorageMachine


@dataclass(frozen=True)
class Context:
    """Clients of one process; all of them may be used by many threads."""

    settings: Settings
    db: Database
    stripe: StripeClient
    storage: StorageMachine
    stopping: threading.Event

    def pause(self, seconds: float) -> bool:
        """Wait, but no longer than until the process is told to stop; True: it is stopping."""
        return self.stopping.wait(seconds)
