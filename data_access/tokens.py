"""Tokens by which a school's own system hands in: made once, shown once, kept as a hash only.

A token is 256 random bits, so its SHA-256 needs neither salt nor work: nobody can try them all.
It stands for one school until it is revoked, and for nothing but handing in and asking about it.
"""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.audit import BY_TOKEN, record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.registry import writing
from data_access.schema import school as school_table
from data_access.scope import Scope
from data_access.workflow_schema import school_token
from data_access.workflow_scope import visible

PREFIX: Final = "qx_"
"""So that a token that lies about somewhere is known for what it is."""
LONGEST_NAME: Final = 60
USE_NOTED: Final = dt.timedelta(minutes=1)
"""How exactly the last use is known: a push a second need not write a second time."""
_FORM: Final = re.compile(r"qx_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token, without itself. Times are UTC; ``revoked_at`` None is in force."""

    id: int
    school: str
    name: str
    created_by: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None

    @property
    def actor(self) -> str:
        """What the trail calls whoever uses it."""
        return f"{BY_TOKEN}{self.id}"

    @property
    def scope(self) -> Scope:
        return Scope(frozenset({self.school}))


class Tokens:
    """Makes, lists, revokes and knows tokens of one registry."""

    def __init__(self, registry: Engine) -> None:
        self._registry = registry

    def create(self, scope: Scope, school: str, name: str, actor: str) -> tuple[Token, str]:
        """A new token and its text, which nobody can read again. ``name`` is the system's.

        Raises InputError: not the own school, no such school, no name or a long one.
        """
        text = PREFIX + secrets.token_urlsafe(32)
        called = name.strip()
        if scope.schools is not None and school not in scope.schools:
            raise InputError("api.token_other_school", value=school)
        if not called or len(called) > LONGEST_NAME or not called.isprintable():
            raise InputError("api.token_name", limit=LONGEST_NAME)
        values = {
            "school": school,
            "name": called,
            "token_hash": _hashed(text),
            "created_by": actor,
            "created_at": utc_now(),
        }
        with writing(self._registry) as connection:
            known = sa.select(school_table.c.code).where(school_table.c.code == school)
            if connection.scalar(known) is None:
                raise InputError("import.unknown_school", value=school)
            key = connection.execute(sa.insert(school_token).values(values)).inserted_primary_key
            assert key is not None
            number: int = key[0]
            record(connection, actor, "token_created", {"token": number, "school": school})
        made = Token(number, school, called, actor, values["created_at"], None, None)  # type: ignore[arg-type]
        return made, text

    def listed(self, scope: Scope) -> list[Token]:
        """Every token of the scope, the newest first, revoked ones included."""
        rows = visible(school_token, scope)
        columns = [rows.c[name] for name in Token.__dataclass_fields__]
        with self._registry.connect() as connection:
            found = connection.execute(sa.select(*columns).order_by(rows.c.id.desc()))
            return [Token(*row) for row in found]

    def revoke(self, scope: Scope, number: int, actor: str) -> None:
        """Ends a token at once. Raises InputError: none of the scope has this number, or it has
        been revoked already."""
        c = school_token.c
        mine = [c.id == number, c.revoked_at.is_(None)]
        if scope.schools is not None:
            mine.append(c.school.in_(sorted(scope.schools)))
        with writing(self._registry) as connection:
            done = connection.execute(
                sa.update(school_token).where(*mine).values(revoked_at=utc_now())
            )
            if done.rowcount != 1:
                raise InputError("api.token_unknown", number=number)
            code = connection.scalar(sa.select(c.school).where(c.id == number))
            record(connection, actor, "token_revoked", {"token": number, "school": code})

    def known(self, text: str) -> Token | None:
        """The token in force whose text this is; its use is noted."""
        if not _FORM.fullmatch(text):
            return None
        c = school_token.c
        columns = [c[name] for name in Token.__dataclass_fields__]
        statement = sa.select(*columns).where(c.token_hash == _hashed(text), c.revoked_at.is_(None))
        with self._registry.connect() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        found = Token(*row)
        if found.last_used_at is None or utc_now() - found.last_used_at > USE_NOTED:
            with self._registry.execution_options(writes=True).begin() as connection:
                noted = sa.update(school_token).where(c.id == found.id)
                connection.execute(noted.values(last_used_at=utc_now()))
        return found


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
