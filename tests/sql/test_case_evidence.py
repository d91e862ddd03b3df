"""Files of evidence on both databases: kept once, as they came, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access.cases import MOVES, Who, open_case, remark
from data_access.errors import InputError
from data_access.evidence import EvidenceFolder, attach, find
from data_access.registry import writing
from data_access.scope import EVERYTHING
from data_access.workflow_schema import case_evidence
from tests.sql.case_tools import (
    DEPARTMENT,
    DUE,
    NEIGHBOUR,
    OWN,
    SCHOOL,
    at_once,
    moved,
    opened,
    refused,
    said,
    two_schools,
)
from tests.unit.evidence_files import PNG, pdf


@pytest.fixture
def engine(registry: Engine) -> Engine:
    return two_schools(registry)


def test_a_closed_case_takes_nothing_more(engine: Engine, tmp_path: Path) -> None:
    case, folder = opened(engine), EvidenceFolder(tmp_path / "evidence")
    moved(engine, SCHOOL, case, "answer")
    moved(engine, DEPARTMENT, case, "refute")
    moved(engine, DEPARTMENT, case, "close_refuted", "登记无误")
    with pytest.raises(InputError, match="now closed"), writing(engine) as connection:
        remark(connection, SCHOOL, case, "还有一句")
    with pytest.raises(InputError, match="now closed"), writing(engine) as connection:
        attach(connection, folder, SCHOOL, case, "材料", pdf())
    for move in MOVES:
        who = SCHOOL if move.by == "answer" else DEPARTMENT
        assert refused(engine, who, case, move.key) == "cases.error.now_closed"
    assert not folder.root.exists(), "no file without a row"


def test_the_same_file_at_once_is_kept_once(engine: Engine, tmp_path: Path) -> None:
    case, folder = opened(engine), EvidenceFolder(tmp_path / "evidence")

    def add() -> None:
        with writing(engine) as connection:
            attach(connection, folder, SCHOOL, case, "协议", pdf())

    told = at_once(engine, add, add, add)
    assert sorted(told) == ["", "evidence.known ", "evidence.known "]
    assert len(list(folder.root.rglob("*.*")) + list(folder.root.glob("*/*"))) == 1


def test_evidence_is_kept_as_it_came(engine: Engine, tmp_path: Path) -> None:
    case, folder = opened(engine), EvidenceFolder(tmp_path / "evidence")
    with writing(engine) as connection:
        number = attach(connection, folder, SCHOOL, case, " 就业协议 ", PNG)
        with pytest.raises(InputError, match="known"):
            attach(connection, folder, DEPARTMENT, case, "又一次", PNG)
    with engine.connect() as connection:
        kept = find(connection, EVERYTHING, case, number)
        row = connection.execute(sa.select(case_evidence)).one()
    assert kept is not None
    assert (kept.label, kept.media_type, kept.size) == ("就业协议", "png", len(PNG))
    assert row.actor == "reviewer"
    path = folder.path(kept.sha256)
    assert path.parent.name == kept.sha256[:2]
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(folder.root.stat().st_mode & 0o777) == "0o700"
    assert [one for one in folder.root.rglob("*") if one.is_file()] == [path], "no draft is left"
    assert folder.read(kept.sha256) == PNG
    path.write_bytes(PNG + b"x")
    assert folder.read(kept.sha256) is None, "it is not what it was"
    path.unlink()
    assert folder.read(kept.sha256) is None


def test_a_refused_file_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    case, folder = opened(engine), EvidenceFolder(tmp_path / "evidence")
    for who, label, content, key in (
        (SCHOOL, "", pdf(), "words.empty"),
        (SCHOOL, "张三 13800138000", pdf(), "words.personal"),
        (SCHOOL, "材料", b"MZ" + b"\0" * 100, "evidence.kind"),
        (SCHOOL, "材料", pdf() + b" " * (10 * 1024 * 1024), "evidence.large"),
        (NEIGHBOUR, "材料", pdf(), "cases.error.unknown"),
        (
            Who("staff", SCHOOL.scope, frozenset({"upload"})),
            "材料",
            pdf(),
            "cases.error.not_allowed",
        ),
    ):
        with pytest.raises(InputError) as error, writing(engine) as connection:
            attach(connection, folder, who, case, label, content)
        assert error.value.message_key == key
    assert not folder.root.exists()
    assert len(said(engine, case)) == 1


def test_a_case_takes_twenty_files(engine: Engine, tmp_path: Path) -> None:
    case, folder = opened(engine), EvidenceFolder(tmp_path / "evidence")
    with writing(engine) as connection:
        for i in range(20):
            attach(connection, folder, SCHOOL, case, f"材料{i}", pdf(str(i)))
        with pytest.raises(InputError, match="many"):
            attach(connection, folder, SCHOOL, case, "第二十一份", pdf("20"))
        attach(connection, folder, SCHOOL, opened_beside(connection, engine), "另一件", pdf("0"))


def opened_beside(connection: sa.Connection, engine: Engine) -> int:
    return open_case(
        connection,
        cohort=2020,
        school=OWN,
        origin="manual",
        title="另一件",
        problem="另一件",
        responsible="学院",
        due_on=DUE,
        subjects=[],
        actor="analyst",
    )
