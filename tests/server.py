"""The real server as a process of its own: `quxiang serve` on a free loopback port."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import free_port

ROOT = Path(__file__).parents[1]
START_SECONDS = 60
STOP_SECONDS = 15


class ServerFailed(RuntimeError):
    """The server did not start, or a command beside it failed."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers."""

    url: str
    """Without a slash at the end."""
    pid: int
    log: Path
    """What it printed on both channels, so far."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without its own settings, with these, and behind the fence."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("QUXIANG_")}
    path = os.pathsep.join([str(ROOT / "tests" / "fenced"), str(ROOT)])
    return {**inherited, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **settings}


def quxiang(settings: Mapping[str, str], *arguments: str) -> str:
    """Run one command of the application to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments],
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"quxiang {' '.join(arguments)} ended {done.returncode}:\n{done.stdout}")
    return done.stdout


@contextlib.contextmanager
def start_server(settings: Mapping[str, str]) -> Iterator[RunningServer]:
    """Serve with these settings (QUXIANG_…) until the block ends; the port is chosen here.

    Raises ServerFailed with the log if the server does not answer on /health.
    """
    with tempfile.TemporaryDirectory(prefix="quxiang-server-") as folder:
        log = Path(folder) / "log"
        process, url = _launch(settings, log)
        try:
            yield RunningServer(url, process.pid, log)
        finally:
            _stop(process)


def _launch(settings: Mapping[str, str], log: Path) -> tuple[subprocess.Popen[bytes], str]:
    # Another process may take the port between the look and the start.
    for _ in range(3):
        port = free_port()
        chosen = {**settings, "QUXIANG_HOST": "127.0.0.1", "QUXIANG_PORT": str(port)}
        with log.open("wb") as out:
            process = subprocess.Popen(
                # The kernel ends the server with this process, however that dies.
                ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "dashboard", "serve"],
                cwd=ROOT,
                env=environment(chosen),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            if _answers(process, port):
                return process, f"http://127.0.0.1:{port}"
        except BaseException:
            _stop(process)
            raise
        _stop(process)
        told = log.read_text("utf-8", "replace")
        if "address already in use" not in told.lower():
            break
    raise ServerFailed(f"the server did not start:\n{told[-4000:]}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until /health says 200; False if the process ended or took too long."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                # Somebody else's server on this port would answer while ours has ended.
                return process.poll() is None
        except OSError:
            pass
        finally:
            connection.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then end it and whatever it started."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
