"""The fences of the test run itself: nothing leaves this machine, and nothing is skipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.network import REFUSED, OutsideConnection, is_local, is_loopback

ROOT = Path(__file__).parents[2]
OUTSIDE = "192.0.2.1"  # RFC 5737: never assigned


@pytest.mark.outside
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_connection_outside_is_refused(family: socket.AddressFamily) -> None:
    address = OUTSIDE if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as client, pytest.raises(OutsideConnection, match="connect"):
        client.connect((address, 80))


@pytest.mark.outside
def test_a_datagram_outside_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(OutsideConnection):
        client.sendto(b"?", (OUTSIDE, 53))


@pytest.mark.outside
def test_looking_up_a_name_outside_is_refused() -> None:
    with pytest.raises(OutsideConnection, match="getaddrinfo"):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.outside
def test_listening_on_every_interface_is_refused() -> None:
    with socket.socket() as server, pytest.raises(OutsideConnection, match="bind"):
        server.bind(("0.0.0.0", 0))


@pytest.mark.outside
def test_a_refusal_that_the_code_swallows_is_remembered() -> None:
    with pytest.raises(OutsideConnection):
        urllib.request.urlopen("http://example.org/", timeout=1)
    assert REFUSED == ["socket.getaddrinfo 'example.org': only this machine may be reached"]


def test_this_machine_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        client.sendall(b"hello")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(5) == b"hello"
    assert socket.getaddrinfo("localhost", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", b"127.0.0.1", "::1", "localhost"])
def test_loopback_is_local(host: object) -> None:
    assert is_loopback(host)
    assert is_local(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "8.8.8.8", "example.org", "1270.0.1"])
def test_other_hosts_are_not_local(host: object) -> None:
    assert not is_loopback(host)
    assert not is_local(host)


def test_a_process_started_with_the_fence_is_fenced() -> None:
    code = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=1)"
    path = os.pathsep.join([str(ROOT / "tests" / "fenced"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "OutsideConnection" in done.stderr


SKIPPING = """
import pytest, socket
def test_skips():
    pytest.skip("no browser")
@pytest.mark.skipif(True, reason="not today")
def test_marked():
    pass
@pytest.mark.xfail(reason="known", strict=True)
def test_known():
    assert False
def test_swallows():
    try:
        socket.getaddrinfo("example.org", 80)
    except RuntimeError:
        pass
def test_passes():
    pass
"""


def _run_pytest(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_planted.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.strictness", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-q", "-rA", "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_skips_and_swallowed_refusals_fail(tmp_path: Path) -> None:
    done = _run_pytest(tmp_path, SKIPPING)
    assert done.returncode == 1
    last = done.stdout.strip().splitlines()[-1]
    assert "1 failed, 2 passed, 1 xfailed, 2 errors" in last, done.stdout
    assert "no browser" in done.stdout
    assert "socket.getaddrinfo 'example.org'" in done.stdout


def test_a_file_that_skips_itself_fails(tmp_path: Path) -> None:
    done = _run_pytest(tmp_path, "import pytest\npytest.importorskip('no_such_library')\n")
    assert done.returncode != 0
    assert "no_such_library" in done.stdout
    assert "skipped" not in done.stdout.strip().splitlines()[-1]


def test_nothing_follows_the_closing_line() -> None:
    code = "import os, tests.strictness as s; s._last_word(); os.write(2, b'late')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
