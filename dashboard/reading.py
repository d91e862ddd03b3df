"""Reads files that were handed in beside the server's other work.

A thread looks for files; small ones it reads itself, large ones a process of their own reads, so
that pages are answered as quickly meanwhile. Whatever ends in the middle is begun again (see
:mod:`data_access.submission_reading`).
"""

import logging
import os
import subprocess
import sys
import threading
from typing import Final

from sqlalchemy import Engine

from dashboard.settings import Settings
from data_access.sealed import Box
from data_access.submission_reading import claim, read

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.5
SMALL: Final = 200_000
"""Bytes up to which a file is read in the server's own process: a quarter of a second."""


class FileReader(threading.Thread):
    """Reads what was handed in, one file at a time, until stopped."""

    def __init__(self, registry: Engine, settings: Settings) -> None:
        super().__init__(name="file-reader", daemon=True)
        self._registry = registry
        self._settings = settings
        self._stop_asked = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while not self._stop_asked.wait(LOOK_SECONDS):
            try:
                while not self._stop_asked.is_set() and self.read_one():
                    pass
            except Exception:  # the registry may be away for a while; the next round tries again
                log.exception("files could not be looked for; trying again")
                self._stop_asked.wait(5)

    def read_one(self) -> bool:
        """Reads the next file, if there is one."""
        found = claim(self._registry)
        if found is None:
            return False
        number, size = found
        if size <= SMALL:
            read_claimed(self._registry, self._settings.secret_key, number)
        else:
            command = [sys.executable, "-m", "dashboard", "read-submission", str(number)]
            self._child = subprocess.Popen(command, env=self._environment())  # noqa: S603 - ours
            if self._child.wait() != 0 and not self._stop_asked.is_set():
                log.error("the reader of submission %d ended early; it will be begun again", number)
        return True

    def _environment(self) -> dict[str, str]:
        """Secrets go by the environment: a command line is seen by everybody on the machine."""
        url = self._registry.url.render_as_string(hide_password=False)
        return {
            **os.environ,
            "QUXIANG_HOME": str(self._settings.home),
            "QUXIANG_DATABASE_URL": url,
            "QUXIANG_SECRET_KEY": self._settings.secret_key,
        }

    def stop(self) -> None:
        self._stop_asked.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
        self.join(timeout=10)


def read_claimed(registry: Engine, secret_key: str, number: int) -> None:
    """Reads one file that was claimed."""
    read(registry, Box(secret_key), secret_key.encode(), number)
