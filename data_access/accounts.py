"""The people who may sign in: their roles, their schools and their passwords.

Usernames are compared in one form (NFKC, case folded). Passwords are stored as argon2id hashes
only, and an unknown username costs the same time as a wrong password. Every change of an
account is one transaction together with its audit event.
"""

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, RowMapping

from data_access.audit import SYSTEM_ACTORS, record
from data_access.clock import utc_now
from data_access.errors import InputError
from data_access.schema import account, returns, school

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256  # characters
HASHES_AT_ONCE = 2  # one argon2 hash takes 64 MiB
_BY_ID = sa.select(account).where(account.c.id == sa.bindparam("wanted"))
_USERNAME = re.compile(r"[^\W_][\w.@-]{1,63}")


class Role(StrEnum):
    """What a person is here for; ``dashboard.auth`` says what each role may do."""

    LEADER = "leader"
    ANALYST = "analyst"
    SCHOOL_REVIEWER = "school_reviewer"
    SCHOOL_STAFF = "school_staff"
    VIEWER = "viewer"


SCHOOL_ROLES = frozenset({Role.SCHOOL_REVIEWER, Role.SCHOOL_STAFF})

DEMO_SCHOOL = "99001"
DEMO_ACCOUNTS: tuple[tuple[str, Role], ...] = (
    ("leader", Role.LEADER),
    ("analyst", Role.ANALYST),
    ("reviewer", Role.SCHOOL_REVIEWER),
    ("staff", Role.SCHOOL_STAFF),
    ("viewer", Role.VIEWER),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. ``school`` is None for every role but the school roles.

    ``credential`` changes whenever the password does, and tells nothing about it.
    """

    id: int
    username: str
    display_name: str
    role: Role
    school: str | None
    active: bool
    created_at: dt.datetime
    credential: str = field(repr=False)


class Accounts:
    """Reads and changes the accounts of one registry."""

    def __init__(self, engine: Engine, hasher: PasswordHasher | None = None) -> None:
        self._engine = engine
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(HASHES_AT_ONCE)
        self._dummy = self._hash(secrets.token_urlsafe())

    def create(
        self,
        username: str,
        password: str,
        role: Role,
        *,
        display_name: str,
        school: str | None = None,
        actor: str,
    ) -> Account:
        """A new active account; raises ``InputError`` for anything that breaks a rule."""
        name = _checked_username(username)
        values = {
            "username": name,
            "display_name": display_name.strip() or name,
            "role": role.value,
            "school": school,
            "password_hash": self._hash(_checked_password(password, name)),
            "active": True,
            "created_at": utc_now(),
        }
        try:
            with _writing(self._engine) as connection:
                _check_school(connection, role, school)
                key = connection.execute(sa.insert(account).values(values)).inserted_primary_key
                detail = {"username": name, "role": role.value, "school": school}
                record(connection, actor, "account_created", detail)
        except sa.exc.IntegrityError:
            raise InputError("auth.error.username_taken", value=name) from None
        assert key is not None
        return _account({**values, "id": key[0]})

    def by_username(self, username: str) -> Account | None:
        row = self._row(username)
        return None if row is None else _account(row)

    def by_id(self, account_id: int) -> Account | None:
        """Asked by every request, so that whoever loses an account loses it at once."""
        with self._engine.connect() as connection:
            row = connection.execute(_BY_ID, {"wanted": account_id}).mappings().one_or_none()
        return None if row is None else _account(row)

    def all(self) -> list[Account]:
        """Every account, deactivated ones included, by username."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(account).order_by(account.c.username))
            return [_account(row) for row in rows.mappings()]

    def authenticate(self, username: str, password: str) -> Account | None:
        """The active account that this password opens, else None, after the same work.

        A hash made with older parameters is renewed on the way.
        """
        row = self._row(username)
        given = _normal(password)[: LONGEST_PASSWORD + 1]
        right = self._verify(self._dummy if row is None else row["password_hash"], given)
        if row is None or not right or not row["active"]:
            return None
        if not self._hasher.check_needs_rehash(row["password_hash"]):
            return _account(row)
        renewed = self._hash(given)
        with _writing(self._engine) as connection:
            _store(connection, row["id"], password_hash=renewed)
        return self.by_id(row["id"])

    def set_password(self, account_id: int, password: str, *, actor: str) -> None:
        """Replaces the password and so ends every session of the account."""
        found = self._existing(account_id)
        new = self._hash(_checked_password(password, found.username))
        with _writing(self._engine) as connection:
            _store(connection, account_id, password_hash=new)
            record(connection, actor, "password_set", {"username": found.username})

    def deactivate(self, account_id: int, *, actor: str) -> None:
        """Closes the account; its next request is refused. The row stays for the audit trail."""
        found = self._existing(account_id)
        with _writing(self._engine) as connection:
            _store(connection, account_id, active=False)
            record(connection, actor, "account_deactivated", {"username": found.username})

    def log(self, actor: str, action: str, detail: dict[str, Any]) -> None:
        """Records an event that changes nothing else, such as a sign-in."""
        with _writing(self._engine) as connection:
            record(connection, actor, action, detail)

    def _row(self, username: str) -> RowMapping | None:
        name = _normal(username).strip().casefold()
        if not _USERNAME.fullmatch(name):
            return None
        with self._engine.connect() as connection:
            return (
                connection.execute(sa.select(account).where(account.c.username == name))
                .mappings()
                .one_or_none()
            )

    def _existing(self, account_id: int) -> Account:
        found = self.by_id(account_id)
        if found is None:
            raise InputError("auth.error.unknown_account", value=str(account_id))
        return found

    def _hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def _verify(self, password_hash: str, password: str) -> bool:
        with self._turn, contextlib.suppress(VerificationError, InvalidHashError):
            return self._hasher.verify(password_hash, password)
        return False


@contextlib.contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that need not wait for the ledger's lock on PostgreSQL."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def _store(connection: Connection, account_id: int, **values: Any) -> None:
    connection.execute(sa.update(account).where(account.c.id == account_id).values(values))


def _account(row: Mapping[str, Any] | RowMapping) -> Account:
    return Account(
        id=row["id"],
        username=row["username"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        school=row["school"],
        active=row["active"],
        created_at=row["created_at"],
        credential=hashlib.sha256(row["password_hash"].encode()).hexdigest()[:16],
    )


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _checked_username(username: str) -> str:
    name = _normal(username).strip().casefold()
    if not _USERNAME.fullmatch(name):
        raise InputError("auth.error.username_not_allowed", value=username[:64])
    if name in SYSTEM_ACTORS:
        raise InputError("auth.error.username_taken", value=name)
    return name


def _checked_password(password: str, username: str) -> str:
    given = _normal(password)
    if not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise InputError(
            "auth.error.password_length", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD
        )
    if given.casefold() == username:
        raise InputError("auth.error.password_is_username")
    return given


def _check_school(connection: Connection, role: Role, code: str | None) -> None:
    if role not in SCHOOL_ROLES:
        if code is not None:
            raise InputError("auth.error.school_not_allowed", value=code)
        return
    if code is None:
        raise InputError("auth.error.school_needed")
    if connection.scalar(sa.select(school.c.code).where(school.c.code == code)) is None:
        raise InputError("auth.error.unknown_school", value=code)


def demo_password(secret_key: str, username: str) -> str:
    """Four groups of four letters and digits (80 bits): the same for the same key, so that a
    demonstration store can print it at each start and never needs to keep it."""
    digest = hmac.digest(secret_key.encode(), f"demonstration:{username}".encode(), "sha256")
    text = base64.b32encode(digest[:10]).decode().lower()  # a-z and 2-7: no 0/o, no 1/l
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def create_demo_accounts(
    engine: Engine, secret_key: str, hasher: PasswordHasher | None = None
) -> list[Account]:
    """Makes the demonstration accounts that are missing; returns those their password opens.

    An account that exists is never changed. Raises ``InputError`` in a store whose school 99001
    is not fictional or that holds graduates of real schools.
    """
    _check_demonstration(engine)
    accounts = Accounts(engine, hasher)
    for username, role in DEMO_ACCOUNTS:
        if accounts.by_username(username) is None:
            accounts.create(
                username,
                demo_password(secret_key, username),
                role,
                display_name=username,
                school=DEMO_SCHOOL if role in SCHOOL_ROLES else None,
                actor="system",
            )
    opened = (accounts.authenticate(u, demo_password(secret_key, u)) for u, _ in DEMO_ACCOUNTS)
    return [found for found in opened if found is not None]


def _check_demonstration(engine: Engine) -> None:
    real = sa.select(returns.c.id).where(~returns.c.synthetic, returns.c.kind == "graduates")
    fictional = sa.select(school.c.code).where(school.c.code == DEMO_SCHOOL, school.c.synthetic)
    with engine.connect() as connection:
        is_demonstration = connection.execute(fictional).first() is not None
        if not is_demonstration or connection.execute(real.limit(1)).first() is not None:
            raise InputError("auth.error.not_demonstration", value=DEMO_SCHOOL)
