"""A throw-away PostgreSQL for one test run: a real server in its own folder, on loopback only.

`PostgresServer` starts it, makes databases (empty, or as copies of another) and stops it. The
programs are those of Debian's package; TEST_PG_BIN points at another folder of them. PostgreSQL
refuses to run as root, so root hands it over to the account `postgres`.
"""

from __future__ import annotations

import atexit
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "quxiang"
"""The role that tests sign in as. It owns its databases and is no superuser, as in production."""

START_SECONDS = 30

SETTINGS = {
    # Nothing here needs to survive a power cut, and everything waits for the disk otherwise.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    # Not the machine's zone and not UTC: a forgotten zone shows.
    "timezone": "Asia/Shanghai",
    "lc_messages": "C",
}


class PostgresMissing(RuntimeError):
    """The programs are not there, or the server did not start."""


def programs() -> Path:
    """The folder with initdb and postgres, the newest that is installed."""
    named = os.environ.get("TEST_PG_BIN")
    found = [Path(named)] if named else list(Path("/usr/lib/postgresql").glob("*/bin"))
    found = [folder for folder in found if (folder / "initdb").exists()]
    if not found:
        raise PostgresMissing("no initdb: run .ci/debian tests, or set TEST_PG_BIN")
    return max(found, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))])


def free_port() -> int:
    """A port on the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """One running server. Use `create` and `drop`; `stop` may be called any number of times."""

    def __init__(self) -> None:
        self._bin = programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._password = secrets.token_hex(12)
        self._count = 0
        self.folder = Path(tempfile.mkdtemp(prefix="quxiang-pg-"))
        atexit.register(self.stop)
        try:
            self._initialise()
            self._start()
            self._admin = psycopg.connect(self._dsn(), autocommit=True)
            self._admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(OWNER), sql.Literal(self._password)
                )
            )
        except BaseException:
            self.stop()
            raise

    # ---- databases

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of `template` (a URL of this server); its URL."""
        self._count += 1
        name = f"t{self._count}"
        source = template.rpartition("/")[2] if template else "template1"
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(source)
            )
        )
        return f"postgresql+psycopg://{OWNER}:{self._password}@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    # ---- the process

    @property
    def pid(self) -> int | None:
        """The server's process, None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        if hasattr(self, "_admin"):
            self._admin.close()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def _dsn(self) -> str:
        return f"host={self.folder} port={self.port} user=postgres dbname=postgres"

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._bin / program), *arguments]
        # The kernel ends the server with this process, however that dies.
        as_other = ["setpriv", "--pdeathsig", "QUIT"]
        if os.getuid() == 0:
            as_other += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        return [*as_other, "--", *command]

    def _initialise(self) -> None:
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        made = subprocess.run(
            self._command(
                "initdb",
                *("--pgdata", str(self.folder / "data"), "--username", "postgres", "--no-sync"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
                # The folder is private, so whoever can reach the socket may come in as anyone.
                *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
            ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise PostgresMissing(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _start(self) -> None:
        # Another process may take the port between the look and the start.
        for _ in range(3):
            self.port = free_port()
            self._launch()
            if self._answers():
                return
            told = (self.folder / "log").read_text("utf-8", "replace")
            if "address already in use" not in told.lower():
                break
        raise PostgresMissing(f"postgres did not start:\n{told}")

    def _launch(self) -> None:
        settings = SETTINGS | {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
        }
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self.folder / "data"), *flags),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # An interrupt at the keyboard is pytest's; it stops the server in its own time.
                start_new_session=True,
            )

    def _answers(self) -> bool:
        """Wait until the server takes connections; False if it ended instead."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self._dsn(), connect_timeout=2).close()
                return True
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)
        return False
