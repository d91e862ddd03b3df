"""Accounts and the audit trail, on the real registry."""

import datetime as dt

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy import Engine

from data_access.accounts import (
    DEMO_ACCOUNTS,
    DEMO_SCHOOL,
    SCHOOL_ROLES,
    Accounts,
    Role,
    create_demo_accounts,
    demo_password,
)
from data_access.audit import AuditEvent, latest, record
from data_access.errors import InputError
from data_access.registry import writing
from data_access.schema import account, audit_event, returns, school

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a long enough password"
KEY = "k" * 40


def add_school(engine: Engine, code: str, *, synthetic: bool = True) -> None:
    texts = ("name_zh", "name_en", "initials", "tier", "supervisor", "province", "city", "moe_code")
    with writing(engine) as connection:
        connection.execute(
            sa.insert(school).values(
                dict.fromkeys(texts, "x") | {"code": code, "synthetic": synthetic, "flagged": False}
            )
        )


def add_return(engine: Engine, kind: str, *, synthetic: bool) -> None:
    with writing(engine) as connection:
        connection.execute(
            sa.insert(returns).values(
                kind=kind,
                cohort=2020,
                school=DEMO_SCHOOL,
                counted_on=dt.date(2020, 9, 30),
                source="test",
                content_hash=f"{kind}-{synthetic}",
                rows=0,
                status="accepted",
                synthetic=synthetic,
                accepted_at=dt.datetime(2020, 10, 1),  # noqa: DTZ001  (stored without a zone, as UTC)
                accepted_by="test",
            )
        )


def events(engine: Engine) -> list[AuditEvent]:
    with engine.connect() as connection:
        return latest(connection, 100)


@pytest.fixture
def engine(registry: Engine) -> Engine:
    with registry.connect() as connection:
        known = connection.scalar(sa.select(school.c.code).where(school.c.code == DEMO_SCHOOL))
    if known is None:
        add_school(registry, DEMO_SCHOOL)
    return registry


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    return Accounts(engine, FAST)


def make(accounts: Accounts, username: str = "lin", role: Role = Role.ANALYST, **more: str) -> int:
    return accounts.create(username, PASSWORD, role, display_name="Lin", actor="test", **more).id


def test_a_new_account_is_found_and_opened_by_its_password(accounts: Accounts) -> None:
    made = make(accounts, "Lin.Wei")
    found = accounts.by_username(" LIN.WEI ")
    assert found is not None
    assert (found.id, found.username, found.role, found.school) == (
        made, "lin.wei", Role.ANALYST, None,
    )  # fmt: skip
    assert found == accounts.by_id(made) == accounts.authenticate("lin.wei", PASSWORD)
    assert accounts.all() == [found]


def test_the_password_is_stored_as_argon2id_only(accounts: Accounts, engine: Engine) -> None:
    make(accounts)
    with engine.connect() as connection:
        stored = connection.scalar(sa.select(account.c.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000])
def test_a_wrong_password_opens_nothing(accounts: Accounts, password: str) -> None:
    make(accounts)
    assert accounts.authenticate("lin", password) is None


@pytest.mark.parametrize("username", ["nobody", "", "li\x00n", "x" * 1000, "' OR 1=1 --"])
def test_an_unknown_username_does_the_same_work(
    engine: Engine, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One real argon2 verification, whoever asks: time does not tell who has an account."""
    worked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            worked.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    accounts = Accounts(engine, Counting(time_cost=1, memory_cost=8, parallelism=1))
    make(accounts)
    assert accounts.authenticate("lin", "wrong") is None
    assert accounts.authenticate(username, "wrong") is None
    assert len(worked) == 2
    assert worked[0] == worked[1], "with the same parameters"


def test_a_deactivated_account_is_not_opened_and_costs_the_same(accounts: Accounts) -> None:
    made = make(accounts)
    accounts.deactivate(made, actor="boss")
    assert accounts.authenticate("lin", PASSWORD) is None
    found = accounts.by_id(made)
    assert found is not None
    assert not found.active


def test_a_new_password_replaces_the_old_and_changes_the_credential(accounts: Accounts) -> None:
    made = make(accounts)
    before = accounts.by_id(made)
    accounts.set_password(made, "quite another password", actor="boss")
    after = accounts.by_id(made)
    assert before is not None
    assert after is not None
    assert before.credential != after.credential
    assert accounts.authenticate("lin", PASSWORD) is None
    assert accounts.authenticate("lin", "quite another password") == after


def test_a_password_of_other_unicode_form_is_the_same_password(accounts: Accounts) -> None:
    accounts.create("wu", "ｐassword·１２３４５", Role.VIEWER, display_name="Wu", actor="test")
    assert accounts.authenticate("wu", "password·12345") is not None


def test_an_old_hash_is_renewed_at_sign_in(engine: Engine) -> None:
    made = make(Accounts(engine, FAST))
    stronger = Accounts(engine, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    opened = stronger.authenticate("lin", PASSWORD)
    with engine.connect() as connection:
        stored = connection.scalar(sa.select(account.c.password_hash)) or ""
    assert "m=16,t=2" in stored
    assert opened == stronger.by_id(made), "the session will carry the new credential"
    assert stronger.authenticate("lin", PASSWORD) == opened, "renewed once only"
    assert stronger.authenticate("lin", "wrong") is None


def test_a_broken_stored_hash_opens_nothing(accounts: Accounts, engine: Engine) -> None:
    make(accounts)
    with writing(engine) as connection:
        connection.execute(sa.update(account).values(password_hash="broken"))
    assert accounts.authenticate("lin", PASSWORD) is None


@pytest.mark.parametrize(
    ("username", "password", "role", "of", "key"),
    [
        ("l", PASSWORD, Role.VIEWER, None, "username_not_allowed"),
        ("has space", PASSWORD, Role.VIEWER, None, "username_not_allowed"),
        ("_lin", PASSWORD, Role.VIEWER, None, "username_not_allowed"),
        ("System", PASSWORD, Role.VIEWER, None, "username_taken"),
        ("x" * 65, PASSWORD, Role.VIEWER, None, "username_not_allowed"),
        ("TAKEN", PASSWORD, Role.VIEWER, None, "username_taken"),
        ("lin", "short", Role.VIEWER, None, "password_length"),
        ("lin", "x" * 257, Role.VIEWER, None, "password_length"),
        ("lin.wei.2020", "Lin.Wei.2020", Role.VIEWER, None, "password_is_username"),
        ("lin", PASSWORD, Role.SCHOOL_STAFF, None, "school_needed"),
        ("lin", PASSWORD, Role.SCHOOL_REVIEWER, None, "school_needed"),
        ("lin", PASSWORD, Role.SCHOOL_REVIEWER, "12345", "unknown_school"),
        ("lin", PASSWORD, Role.LEADER, DEMO_SCHOOL, "school_not_allowed"),
        ("lin", PASSWORD, Role.ANALYST, DEMO_SCHOOL, "school_not_allowed"),
        ("lin", PASSWORD, Role.VIEWER, DEMO_SCHOOL, "school_not_allowed"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing(
    accounts: Accounts,
    engine: Engine,
    username: str,
    password: str,
    role: Role,
    of: str | None,
    key: str,
) -> None:
    make(accounts, "taken")
    before = (accounts.all(), events(engine))
    with pytest.raises(InputError) as caught:
        accounts.create(username, password, role, display_name="x", school=of, actor="test")
    assert caught.value.message_key == f"auth.error.{key}"
    assert (accounts.all(), events(engine)) == before


def test_an_unknown_account_cannot_be_changed(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.deactivate(99, actor="test"),
        lambda: accounts.set_password(99, PASSWORD, actor="test"),
    ):
        with pytest.raises(InputError) as caught:
            change()
        assert caught.value.message_key == "auth.error.unknown_account"


def test_every_change_leaves_an_event_without_the_password(
    accounts: Accounts, engine: Engine
) -> None:
    made = make(accounts, role=Role.SCHOOL_STAFF, school=DEMO_SCHOOL)
    accounts.set_password(made, "quite another password", actor="boss")
    accounts.deactivate(made, actor="boss")
    trail = events(engine)[::-1]
    assert [(e.actor, e.action) for e in trail] == [
        ("test", "account_created"),
        ("boss", "password_set"),
        ("boss", "account_deactivated"),
    ]
    assert trail[0].detail == {"username": "lin", "role": "school_staff", "school": DEMO_SCHOOL}
    assert "password" not in str([e.detail for e in trail])


# ---- the trail


def test_an_event_lives_and_dies_with_its_transaction(engine: Engine) -> None:
    class Crashed(RuntimeError):
        pass

    def change_and_crash(connection: sa.Connection) -> None:
        record(connection, "lin", "tried", {})
        raise Crashed

    with pytest.raises(Crashed), writing(engine) as connection:
        change_and_crash(connection)
    assert events(engine) == []


def test_events_are_read_newest_first_as_they_were_written(engine: Engine) -> None:
    detail = {"n": 3, "学校": ["99001"], "nothing": None}
    with writing(engine) as connection:
        for action in ("first", "second", "third"):
            record(connection, "lin", action, detail)
        read = latest(connection, 2)
    assert [e.action for e in read] == ["third", "second"]
    assert read[0].detail == detail
    age = dt.datetime.now(dt.UTC).replace(tzinfo=None) - read[0].at
    assert dt.timedelta(seconds=-1) < age < dt.timedelta(minutes=5), (
        "UTC, whatever the server's zone"
    )


@pytest.mark.parametrize(
    "change", [sa.update(audit_event).values(actor="nobody"), sa.delete(audit_event)]
)
def test_the_trail_cannot_be_changed(engine: Engine, change: sa.Executable) -> None:
    with writing(engine) as connection:
        record(connection, "lin", "did", {})
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), writing(engine) as connection:
        connection.execute(change)
    assert [e.actor for e in events(engine)] == ["lin"]


# ---- the demonstration


def test_demo_passwords_are_readable_and_belong_to_key_and_name() -> None:
    password = demo_password(KEY, "leader")
    groups = password.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert password == demo_password(KEY, "leader")
    assert len({demo_password(k, u) for k in (KEY, KEY + "x") for u, _ in DEMO_ACCOUNTS}) == 10


def test_demo_accounts_are_made_once_and_opened_by_their_password(engine: Engine) -> None:
    first = create_demo_accounts(engine, KEY, FAST)
    trail = events(engine)
    assert create_demo_accounts(engine, KEY, FAST) == first
    assert events(engine) == trail, "the second time changes nothing"
    assert [(a.username, a.role) for a in first] == list(DEMO_ACCOUNTS)
    assert {a.school for a in first if a.role in SCHOOL_ROLES} == {DEMO_SCHOOL}
    assert {a.school for a in first if a.role not in SCHOOL_ROLES} == {None}
    accounts = Accounts(engine, FAST)
    for username, _ in DEMO_ACCOUNTS:
        assert accounts.authenticate(username, demo_password(KEY, username)) is not None
        assert accounts.authenticate(username, demo_password(KEY + "x", username)) is None


def test_demo_accounts_never_change_an_account_that_is_there(engine: Engine) -> None:
    accounts = Accounts(engine, FAST)
    make(accounts, "leader", Role.VIEWER)
    made = create_demo_accounts(engine, KEY, FAST)
    assert "leader" not in [a.username for a in made]
    assert accounts.authenticate("leader", PASSWORD) is not None


def test_a_deactivated_demo_account_stays_closed(engine: Engine) -> None:
    staff = next(a for a in create_demo_accounts(engine, KEY, FAST) if a.username == "staff")
    Accounts(engine, FAST).deactivate(staff.id, actor="boss")
    assert "staff" not in [a.username for a in create_demo_accounts(engine, KEY, FAST)]


def test_no_demo_accounts_beside_real_graduates(engine: Engine) -> None:
    add_return(engine, "graduates", synthetic=False)
    with pytest.raises(InputError):
        create_demo_accounts(engine, KEY, FAST)
    assert Accounts(engine, FAST).all() == []


def test_published_tables_and_synthetic_graduates_do_not_forbid_demo_accounts(
    engine: Engine,
) -> None:
    add_return(engine, "graduates", synthetic=True)
    add_return(engine, "table", synthetic=False)
    assert len(create_demo_accounts(engine, KEY, FAST)) == len(DEMO_ACCOUNTS)


def test_no_demo_accounts_where_the_demo_school_is_real(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(school).values(synthetic=False))
    with pytest.raises(InputError):
        create_demo_accounts(engine, KEY, FAST)
