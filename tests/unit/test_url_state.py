"""The URL, the page's store and the selection mean the same, whatever anyone types."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.i18n import translator
from dashboard.url_state import (
    LISTS,
    LONGEST_LIST,
    STATE,
    TEXTS,
    describe,
    page_query,
    parse,
    parse_lists,
    parse_state,
    parse_texts,
    to_query,
    to_search,
)
from data_access.selection import Selection

FULL = Selection(
    cohort=2020,
    as_of=dt.date(2020, 9, 30),
    schools=("99001", "99002"),
    levels=("bachelor",),
    discipline="b-08",
    origin="140000",
    work_region="110000",
    edition="2014",
)
FULL_URL = (
    "?cohort=2020&as_of=2020-09-30&school=99001&school=99002&level=bachelor"
    "&discipline=b-08&origin=140000&work_region=110000&edition=2014"
)
PARAMETERS = list(to_query(FULL))

codes = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", fullmatch=True)
code_lists = st.lists(codes, max_size=LONGEST_LIST).map(tuple)
selections = st.builds(
    Selection,
    cohort=st.integers(2000, 2100),
    as_of=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)),
    schools=code_lists,
    levels=code_lists,
    discipline=st.none() | codes,
    origin=st.none() | codes,
    work_region=st.none() | codes,
    edition=st.none() | codes,
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=80)
    | codes
    | st.sampled_from(["2020", "２０２０", "2020-09-30", "2020-02-30", "٢٠٢٠", "99001\n", "\x00"])
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
queries = st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=5), junk)


@given(selections)
def test_a_selection_survives_the_store_and_the_url(selection: Selection) -> None:
    assert parse(to_query(selection), default_cohort=1999) == selection
    assert parse(parse_qs(to_search(selection)[1:]), default_cohort=1999) == selection


@given(queries | st.none())
def test_any_query_means_a_selection_that_its_own_url_means_again(query: Any) -> None:
    selection = parse(query, default_cohort=2020)
    assert parse(to_query(selection), default_cohort=2001) == selection
    assert to_search(parse(parse_qs(to_search(selection)[1:]), default_cohort=1)) == to_search(
        selection
    )


@given(junk)
def test_even_a_store_that_is_no_mapping_means_a_selection(store: Any) -> None:
    assert parse(store, default_cohort=2020).cohort >= 2000


def test_the_url_reads_as_documented() -> None:
    assert to_search(FULL) == FULL_URL
    assert parse(parse_qs(FULL_URL[1:]), default_cohort=2024) == FULL
    assert to_search(Selection(2020)) == "?cohort=2020"


@given(selections, st.randoms())
def test_equal_meaning_is_an_equal_value_and_an_equal_url(
    selection: Selection, random: Any
) -> None:
    shuffled = {
        name: random.sample(value, len(value)) + value if isinstance(value, list) else f" {value} "
        for name, value in to_query(selection).items()
    }
    same = parse(shuffled, default_cohort=2020)
    assert (same, hash(same), to_search(same)) == (
        selection,
        hash(selection),
        to_search(selection),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cohort", "２０２０"),
        ("cohort", "1999"),
        ("cohort", "2101"),
        ("cohort", "20200"),
        ("cohort", True),
        ("cohort", 2020.0),
        ("cohort", []),
        ("cohort", {"year": "2020"}),
        ("as_of", "2020-02-30"),
        ("as_of", "20200930"),
        ("as_of", "2020-W40-3"),
        ("as_of", "２０２０-09-30"),
        ("as_of", "1999-12-31"),
        ("as_of", "2101-01-01"),
        ("as_of", "0000-00-00"),
        ("school", "９９００１"),
        ("school", "99001' OR 1=1 --"),
        ("school", "a" * 41),
        ("school", [None, 1.5, ["99001"], "", "-x"]),
        ("level", "本科"),
        ("level", "bach elor"),
        ("discipline", "b\x0008"),
        pytest.param("discipline", 10**5000, id="too long for str()"),
        ("discipline", True),
        ("origin", -1),
        ("edition", "x" * 10**6),
        ("nothing_of_ours", "2014"),
    ],
)
def test_what_cannot_be_meant_is_dropped(name: str, value: object) -> None:
    assert parse({name: value}, default_cohort=2024) == Selection(2024)


def test_the_first_usable_value_counts_and_numbers_are_taken() -> None:
    assert parse({"cohort": ["x", "2019", "2020"]}, default_cohort=2024).cohort == 2019
    assert parse({"cohort": 2019, "school": [99002, 99001]}, default_cohort=2024) == Selection(
        2019, schools=("99001", "99002")
    )


def test_lists_are_capped() -> None:
    many = [f"{number:05}" for number in range(99_999, 0, -1)]
    found = parse({"school": many}, default_cohort=2024).schools
    assert len(found) == LONGEST_LIST
    assert list(found) == sorted(found)


def test_a_selection_normalises_itself() -> None:
    loose = Selection(
        2020,
        as_of=dt.datetime(2020, 9, 30, 8, tzinfo=dt.UTC),
        schools=("99002", "", "99001", "99002"),
        discipline="",
    )
    tidy = Selection(2020, dt.date(2020, 9, 30), ("99001", "99002"))
    assert (loose, hash(loose), repr(loose)) == (tidy, hash(tidy), repr(tidy))
    assert tidy.replace(schools=("99003", "99001")).schools == ("99001", "99003")
    with pytest.raises(AttributeError):
        tidy.cohort = 2021  # type: ignore[misc]


NAMES = {
    "zh-CN": {"bachelor": "本科", "diploma": "专科", "b-08": "工学", "140000": "山西省"},
    "en": {"bachelor": "Bachelor", "diploma": "Diploma", "b-08": "Engineering"},
}


@pytest.mark.parametrize(
    ("lang", "selection", "sentence"),
    [
        (
            "zh-CN",
            Selection(2020, dt.date(2020, 9, 30), ("99001", "99002"), ("bachelor",)),
            "2020届 · 本科 · 2所学校 · 截至2020年9月30日",
        ),
        (
            "en",
            Selection(2020, dt.date(2020, 9, 30), ("99001", "99002"), ("bachelor",)),
            "Class of 2020 · Bachelor · 2 schools · as of 30 September 2020",
        ),
        ("zh-CN", Selection(2020), "2020届 · 截至最新统计日期"),
        ("en", Selection(2020), "Class of 2020 · as of the latest statistical date"),
        (
            "zh-CN",
            FULL.replace(schools=("99001",), levels=("diploma", "bachelor")),
            (
                "2020届 · 本科、专科 · school 99001 · 工学 · 生源地：山西省 · 就业地：region 110000"
                " · edition 2014 · 截至2020年9月30日"
            ),
        ),
        (
            "en",
            FULL,
            (
                "Class of 2020 · Bachelor · 2 schools · Engineering · origin: region 140000"
                " · work region: region 110000 · edition 2014 · as of 30 September 2020"
            ),
        ),
    ],
)
def test_the_sentence_above_the_charts(lang: str, selection: Selection, sentence: str) -> None:
    def names(kind: str, code: str) -> str:
        return NAMES[lang].get(code, f"{kind} {code}")

    assert describe(selection, translator(lang), names) == sentence


@given(selections)
def test_the_sentence_never_hides_a_filter(selection: Selection) -> None:
    t = translator("en")
    shown = describe(selection, t, lambda kind, code: f"<{kind}:{code}>")
    for code in (selection.discipline, selection.origin, selection.work_region, selection.edition):
        assert code is None or f":{code}>" in shown
    assert all(f"<level:{code}>" in shown for code in selection.levels)
    assert not selection.as_of or t.date(selection.as_of) in shown


@given(
    st.dictionaries(st.sampled_from((*STATE, *LISTS, *TEXTS)) | st.text(max_size=5), junk) | junk
)
def test_what_a_query_says_of_the_page_is_said_again_by_its_own_query(query: Any) -> None:
    said = page_query(query)
    assert page_query(said) == said
    assert set(said) <= {*STATE, *LISTS, *TEXTS}
    lists = {name: list(codes) for name, codes in parse_lists(query).items()}
    assert {**parse_state(query), **parse_texts(query), **lists} == said


def test_a_list_of_the_page_is_sorted_without_repeats_and_bounded() -> None:
    assert parse_lists({"peer": ["99003", "99002", "99003", "\x00", None]}) == {
        "peer": ("99002", "99003")
    }
    many = [f"{number:05}" for number in range(200)]
    assert len(parse_lists({"peer": many})["peer"]) == LONGEST_LIST
    assert parse_lists({"peer": []}) == parse_lists(None) == parse_lists(7) == {}
    assert parse_lists({"peer": "99002"}) == {"peer": ("99002",)}


def test_a_text_of_the_page_is_one_short_printable_line() -> None:
    assert parse_texts({"person": "  李雷 ", "words": ["", "x" * 65, "\x00", 7]}) == {
        "person": "李雷",
        "words": "7",
    }
    assert parse_texts({"words": "a\nb"}) == parse_texts(None) == parse_texts(3) == {}
    assert "words" not in parse_state({"words": "secret"}), "what is exported is remembered"
