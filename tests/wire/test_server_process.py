"""The real server as operators start it: answers, stops, and says why it cannot start."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.server import RunningServer, ServerFailed, environment, quxiang, start_server


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of a registry with code tables and nothing else."""
    made = {
        "QUXIANG_HOME": str(tmp_path_factory.mktemp("empty")),
        "QUXIANG_SECRET_KEY": "a key for tests, long enough and secret to nobody",
    }
    quxiang(made, "init")
    return made


@pytest.fixture(scope="module")
def server(settings: dict[str, str]) -> Iterator[RunningServer]:
    with start_server(settings) as running:
        yield running


def _get(server: RunningServer, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/ready", 200), ("/", 302)])
def test_it_answers(server: RunningServer, path: str, status: int) -> None:
    assert _get(server, path).status == status


def test_it_listens_on_loopback_only(server: RunningServer) -> None:
    main = psutil.Process(server.pid)
    heard = {
        connection.laddr.ip
        for process in (main, *main.children(recursive=True))
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert heard == {"127.0.0.1"}


def test_it_stops_with_all_that_it_started(settings: dict[str, str]) -> None:
    with start_server(settings) as running:
        main = psutil.Process(running.pid)
        processes = [main, *main.children(recursive=True)]
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def test_a_server_that_cannot_start_says_why(settings: dict[str, str], tmp_path: Path) -> None:
    wrong = {**settings, "QUXIANG_HOME": str(tmp_path / "missing")}
    with pytest.raises(ServerFailed, match="QUXIANG_HOME"), start_server(wrong):
        pass


def test_a_second_server_on_the_same_port_is_refused(
    server: RunningServer, settings: dict[str, str]
) -> None:
    """The kernel would share the requests out between the two."""
    port = server.url.rpartition(":")[2]
    with pytest.raises(ServerFailed, match=f"127.0.0.1:{port}.*QUXIANG_PORT"):
        quxiang({**settings, "QUXIANG_PORT": port}, "serve")


def test_a_command_that_fails_says_why(settings: dict[str, str]) -> None:
    with pytest.raises(ServerFailed, match="QUXIANG_THREADS"):
        quxiang({**settings, "QUXIANG_THREADS": "many"}, "init")


def test_settings_of_the_caller_do_not_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUXIANG_LANGUAGE", "en")
    given = environment({"QUXIANG_PORT": "1"})
    assert "QUXIANG_LANGUAGE" not in given
    assert given["QUXIANG_PORT"] == "1"
