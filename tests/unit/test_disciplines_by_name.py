"""The code of a discipline, by the name or official code that a file prints."""

from __future__ import annotations

from data_access.readers.disciplines import DisciplineIndex
from tests.unit.import_tools import shipped_disciplines

DISCIPLINES = shipped_disciplines()


def test_disciplines_are_found_by_name() -> None:
    def code(family: str, name: str, *, fine: bool = False) -> str:
        return DISCIPLINES.lookup(family, name, fine=fine).code

    assert code("b", "化学类") == "b-0703"
    assert code("b", "化学") == "b-070301"  # as printed before "without its ending"
    assert code("b", "兵器") == "b-0821"
    assert code("b", "哲学") == "b-010101"  # a major before the category of the same name
    assert code("b", "哲学类") == "b-0101"
    assert code("g", "安全科学与工程类") == "g-0837"
    assert code("b", " 安全科学与\u3000工程类") == "b-0829"
    unknown = DISCIPLINES.lookup("v", "市场营销与策划（连锁）")
    assert unknown.flagged
    assert unknown.code == code("v", "市场营销与策划(连锁)")


def test_plain_tuples_will_do_and_the_newest_catalogue_comes_first() -> None:
    index = DisciplineIndex(
        [
            ("g-1305", "graduate-2011", "class", None, "设计学", "g"),
            ("g-1403", "graduate-2022", "class", None, "设计学", "g"),
            ("g-xaaaaaaaa", "local", "class", "g-x", "设计学", "g"),
        ]
    )
    assert index.lookup("g", "设计学").code == "g-1403"
    assert index.lookup("b", "设计学").flagged
    assert index.lookup_coded("g", "1305", "", 2020).discipline.code == "g-1305"


def test_records_of_persons_by_name_and_code() -> None:
    def found(family: str, code: str, name: str, cohort: int = 2024) -> tuple[str, str | None]:
        match = DISCIPLINES.lookup_coded(family, code, name, cohort)
        return match.discipline.code, match.note and match.note.rpartition(".")[2]

    assert found("b", "080901", "计算机科学与技术") == ("b-080901", None)
    assert found("b", "080910T", "") == ("b-080910", None)
    assert found("b", "10101", "哲学") == ("b-010101", None)  # a zero lost in a spreadsheet
    assert found("b", "020101", "法学") == ("b-030101", "discipline_code_differs")
    assert found("b", "080999", "未来方向") == ("b-0809", "discipline_by_code")
    assert found("g", "081203", "计算机应用技术") == ("g-0812", "discipline_by_code")
    # codes of the vocational catalogue of 2021 say nothing about who began before
    assert found("v", "510201", "计算机应用技术") == ("v-5102", "discipline_by_code")
    code, note = found("v", "510201", "计算机应用技术", 2020)
    assert (code[:3], note) == ("v-x", "discipline_unknown")
    assert found("b", "999999", "")[1] == "discipline_unknown"
