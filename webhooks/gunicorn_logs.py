"""gunicorn's own messages as JSON lines too, with secrets kept out in the same place."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from agora.logs import configure_logging


class JsonLogger(Logger):  # type: ignore[misc]
    """Hands everything to the root logger."""

    def setup(self, cfg: Any) -> None:
        """Instead of gunicorn's handlers."""
        configure_logging("webhooks")
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(cfg.loglevel.upper())
        self.access_log.handlers.clear()
