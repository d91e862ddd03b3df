"""``quxiang token``: made, listed and revoked on the command line; the token is printed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from dashboard.__main__ import app
from data_access.tokens import Tokens
from tests.sql.bookkeeping import SCHOOLS


def test_the_life_of_a_token(
    sqlite_registry: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUXIANG_HOME", str(tmp_path))
    monkeypatch.setenv("QUXIANG_DATABASE_URL", str(sqlite_registry.url))
    monkeypatch.setenv("QUXIANG_LANGUAGE", "en")

    def run(*words: str, code: int = 0) -> list[str]:
        done = CliRunner().invoke(app, ["token", *words])
        assert done.exit_code == code, done.output
        return done.stdout.splitlines()

    assert run("list") == ["There is no token."]
    printed = run("create", SCHOOLS[0], "--name", "employment system")
    text = next(line for line in printed if line.startswith("qx_"))
    found = Tokens(sqlite_registry).known(text)
    assert found is not None
    assert (found.school, found.name, found.created_by) == (
        SCHOOLS[0],
        "employment system",
        "command line",
    )
    (listed,) = run("list", "--school", SCHOOLS[0])
    assert "employment system" in listed
    assert "in force" in listed
    assert text not in listed
    assert run("list", "--school", SCHOOLS[1]) == ["There is no token."]
    run("revoke", str(found.id))
    assert Tokens(sqlite_registry).known(text) is None
    assert "revoked" in run("list")[0]
    run("revoke", str(found.id), code=1)
    run("create", "12345", "--name", "x", code=1)
