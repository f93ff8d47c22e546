"""A pusher-js client in a process of its own, read from Python."""

import json
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from local.layout import Layout
from local.runtime import ROOT
from seeds.actors import wait_for

Json = dict[str, Any]


class Listener:
    """Subscribes to channels as somebody and keeps what it hears."""

    def __init__(self, layout: Layout, token: str, channels: Sequence[str]) -> None:
        options = {
            "key": layout.credentials.pusher_key,
            "host": "127.0.0.1",
            "port": layout.ports.pusher,
            "auth": f"{layout.url}/v1/pusher/auth",
            "token": token,
            "channels": list(channels),
        }
        self.lines: list[Json] = []
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).parent / "listen.mjs"), json.dumps(options)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        if self._process.stdout is not None:
            for line in self._process.stdout:
                self.lines.append(json.loads(line))

    def wait(self, what: str, **wanted: object) -> Json:
        """The first line that has all of these. Raises TimeoutError."""

        def look() -> Json | None:
            for line in list(self.lines):
                if all(line.get(key) == value for key, value in wanted.items()):
                    return line
            return None

        return wait_for(what, look)

    def __enter__(self) -> "Listener":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._reader.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()
