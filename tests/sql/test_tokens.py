"""Tokens of schools' systems: shown once, kept as a hash, for one school, until revoked."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import tokens as tokens_module
from data_access.audit import latest
from data_access.errors import InputError
from data_access.registry import writing
from data_access.scope import EVERYTHING, NOTHING, Scope
from data_access.tokens import Tokens
from data_access.workflow_schema import school_token
from tests.sql.bookkeeping import SCHOOLS
from tests.wire.no_personal_data import in_registry

OWN, OTHER = (Scope(frozenset({code})) for code in SCHOOLS)


def refused(tokens: Tokens, scope: Scope, school: str, name: str) -> str:
    with pytest.raises(InputError) as caught:
        tokens.create(scope, school, name, "reviewer")
    return caught.value.message_key


def test_a_token_is_known_until_it_is_revoked(registry: Engine) -> None:
    tokens = Tokens(registry)
    made, text = tokens.create(OWN, SCHOOLS[0], " 就业系统 ", "reviewer")
    found = tokens.known(text)
    assert found is not None
    assert (found.id, found.school, found.name) == (made.id, SCHOOLS[0], "就业系统")
    assert (found.actor, found.scope) == (f"token:{made.id}", OWN)
    tokens.revoke(OWN, made.id, "reviewer")
    assert tokens.known(text) is None
    with pytest.raises(InputError, match="token unknown"):
        tokens.revoke(OWN, made.id, "reviewer")


def test_nothing_of_the_token_is_kept_but_its_hash(registry: Engine) -> None:
    made, text = Tokens(registry).create(EVERYTHING, SCHOOLS[0], "x", "command line")
    assert list(in_registry([text, text.removeprefix("qx_")], registry)) == []
    with registry.connect() as connection:
        events = latest(connection, 1)
    assert (events[0].action, events[0].detail) == (
        "token_created",
        {"token": made.id, "school": SCHOOLS[0]},
    )


@pytest.mark.parametrize("text", ["", "x", "qx_", "qx_" + "A" * 43, "qx_" + "A" * 44, "qx_ü"])
def test_nothing_else_is_a_token(registry: Engine, text: str) -> None:
    tokens = Tokens(registry)
    _, good = tokens.create(EVERYTHING, SCHOOLS[0], "x", "command line")
    assert tokens.known(text) is None
    assert tokens.known(good.swapcase()) is None
    assert tokens.known(good + " ") is None


def test_a_school_sees_and_revokes_its_own_only(registry: Engine) -> None:
    tokens = Tokens(registry)
    mine, text = tokens.create(EVERYTHING, SCHOOLS[0], "a", "command line")
    tokens.create(EVERYTHING, SCHOOLS[1], "b", "command line")
    assert [one.id for one in tokens.listed(OWN)] == [mine.id]
    assert len(tokens.listed(EVERYTHING)) == 2
    assert tokens.listed(NOTHING) == []
    with pytest.raises(InputError, match="token unknown"):
        tokens.revoke(OTHER, mine.id, "somebody")
    assert tokens.known(text) is not None


def test_what_is_refused(registry: Engine) -> None:
    tokens = Tokens(registry)
    assert refused(tokens, OWN, SCHOOLS[1], "x") == "api.token_other_school"
    assert refused(tokens, EVERYTHING, "12345", "x") == "import.unknown_school"
    for name in ("", "  ", "x" * 61, "a\nb"):
        assert refused(tokens, OWN, SCHOOLS[0], name) == "api.token_name"
    assert tokens.listed(EVERYTHING) == []


def test_the_last_use_is_noted_to_the_minute(
    registry: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(registry)
    made, text = tokens.create(EVERYTHING, SCHOOLS[0], "x", "command line")
    assert made.last_used_at is None

    def used() -> dt.datetime | None:
        with registry.connect() as connection:
            return connection.scalar(sa.select(school_token.c.last_used_at))

    tokens.known(text)
    first = used()
    tokens.known(text)
    assert first is not None
    assert used() == first
    with writing(registry) as connection:
        connection.execute(
            sa.update(school_token).values(last_used_at=first - tokens_module.USE_NOTED * 2)
        )
    tokens.known(text)
    assert used() > first - tokens_module.USE_NOTED  # type: ignore[operator]
