"""`python -m workers`: run jobs until SIGTERM or SIGINT."""

import signal
import sys
import threading
from types import FrameType

from pydantic import ValidationError

from agora.db import Database, open_pool
from agora.logs import configure_logging, get_logger
from agora.settings import Settings
from agora.stripe import stripe_client
from agora.supabase import StorageMachine
from workers.context import Context
from workers.handlers.email import configure_resend
from workers.options import OptionError, Options, read_options
from workers.runner import Runner


def _configuration() -> tuple[Settings, Options]:
    try:
        return Settings(), read_options(sys.argv[1:])  # type: ignore[call-arg]  # from environment
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SystemExit(f"error: settings: {wrong}") from None
    except OptionError as error:
        raise SystemExit(f"error: {error}") from None


def main() -> int:
    """Run until told to stop; 0 then, 1 if the process could not start."""
    settings, options = _configuration()
    configure_logging("workers", settings.log_level)
    logger = get_logger("workers")
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    configure_resend(settings)
    pool = open_pool(
        settings.database_url.get_secret_value(),
        name="agora-workers",
        max_size=4 + sum(options.concurrency[name] for name in options.queues),
    )
    context = Context(
        settings=settings,
        db=Database(pool),
        stripe=stripe_client(settings),
        storage=StorageMachine(settings),
        stopping=stopping,
    )
    try:
        Runner(context, options).run()
    except OSError as error:
        logger.error("workers_not_started", error=str(error))
        return 1
    finally:
        context.db.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
