"""What is said, in both languages: loading of the messages, numbers and dates."""

import datetime as dt
import json
import logging
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.i18n import (
    LANGUAGES,
    LocaleError,
    Translate,
    Translator,
    known_language,
    parameters,
    read_messages,
    translator,
)
from dashboard.indicators.calendar import QUICK_DATE_KEYS
from dashboard.indicators.editions import UNLISTED_KEY
from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import WhyMissing, missing, rate

ZH, EN = (translator(lang) for lang in LANGUAGES)
BOTH = pytest.mark.parametrize("t", [ZH, EN], ids=LANGUAGES)


def interval(low: str, high: str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


def test_a_translator_is_loaded_once_and_knows_its_language() -> None:
    assert translator("en") is EN
    assert (ZH.lang, EN.lang) == LANGUAGES
    as_protocol: Translate = ZH
    assert as_protocol.lang == "zh-CN"


def test_another_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="'fr' is not one of zh-CN, en"):
        Translator("fr")


@pytest.mark.parametrize("value", [None, "fr", "", 7, ["en"], "../en", "EN"])
def test_a_cookie_may_hold_anything(value: object) -> None:
    assert known_language(value) == "zh-CN"
    assert known_language(value, "en") == "en"
    assert known_language("en") == "en"


@BOTH
def test_an_unknown_key_or_a_missing_parameter_is_an_error(t: Translator) -> None:
    with pytest.raises(KeyError, match=r"nowhere.at_all"):
        t("nowhere.at_all")
    with pytest.raises(KeyError, match="cohort"):
        t("common.cohort")
    assert "2020" in t("common.cohort", cohort=2020, row=7)


def test_in_production_a_gap_is_logged_and_the_page_stands(
    caplog: pytest.LogCaptureFixture,
) -> None:
    t = Translator("en", strict=False)
    with caplog.at_level(logging.WARNING):
        assert t("nowhere.at_all{", x=1) == "nowhere.at_all{"
        assert t("common.cohort") == "Class of {cohort}"
    assert len(caplog.records) == 2


def test_sentences_follow_each_other_as_the_language_has_it() -> None:
    assert translator("zh-CN").sentences(["一。", "二。"]) == "一。二。"
    assert translator("en").sentences(["One.", "Two."]) == "One. Two."


def test_counts() -> None:
    for t in (ZH, EN):
        assert [t.count(n) for n in (0, 999, 12345, -1200)] == ["0", "999", "12,345", "−1,200"]


def test_rates() -> None:
    for t in (ZH, EN):
        assert t.rate(rate(113455, 229416)) == "49.45%"
        assert t.rate(rate(1, 2)) == "50.00%"
        assert t.rate(rate(0, 2)) == "0.00%"
        assert t.percent(Decimal("-3.50")) == "−3.50%"


@BOTH
def test_zero_and_the_four_reasons_are_five_different_texts(t: Translator) -> None:
    texts = {t.rate(missing(why)) for why in get_args(WhyMissing)} | {t.rate(rate(0, 5))}
    assert len(texts) == 5
    assert {t.missing(why) for why in get_args(WhyMissing)} < texts


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("1.20", "+1.20 个百分点", "+1.20 percentage points"),
        ("-0.05", "−0.05 个百分点", "−0.05 percentage points"),
        ("0.00", "0.00 个百分点", "0.00 percentage points"),
        ("-0.00", "0.00 个百分点", "0.00 percentage points"),
    ],
)
def test_points(value: str, zh: str, en: str) -> None:
    assert ZH.points(Decimal(value)) == zh
    assert EN.points(Decimal(value)) == en


def test_nothing_to_compare_with_is_said() -> None:
    assert ZH.points(None) == ZH.points_interval(None) == "不可比"
    assert EN.points(None) == EN.points_interval(None) == "not comparable"


def test_intervals() -> None:
    assert ZH.interval(interval("42.10", "45.30")) == "42.10%–45.30%"
    assert EN.interval(None) == EN.missing("none")
    assert ZH.points_interval(interval("-1.20", "3.40")) == "−1.20 至 +3.40 个百分点"
    assert EN.points_interval(interval("-1.20", "0.00")) == "−1.20 to 0.00 percentage points"


def test_dates() -> None:
    day = dt.date(2020, 9, 30)
    assert (ZH.date(day), EN.date(day)) == ("2020年9月30日", "30 September 2020")
    assert (ZH.day_month(day), EN.day_month(day)) == ("9月30日", "30 Sep")
    assert (ZH.month(day), EN.month(day)) == ("9月", "Sep")
    assert ZH.compact_date(day) == EN.compact_date(day) == "2020-09-30"


@BOTH
def test_every_month_has_its_own_name(t: Translator) -> None:
    months = [dt.date(2020, month, 1) for month in range(1, 13)]
    assert len({t.date(day) for day in months}) == 12
    assert len({t.day_month(day) for day in months}) == 12


def test_names_and_listings() -> None:
    assert (ZH.name("山西", "Shanxi"), EN.name("山西", "Shanxi")) == ("山西", "Shanxi")
    assert EN.name("某校", "") == "某校"
    assert (ZH.listing(["本科", "专科"]), EN.listing(["a", "b"])) == ("本科、专科", "a, b")


@BOTH
def test_the_meaning_layer_names_messages_that_exist(t: Translator) -> None:
    for key in (*QUICK_DATE_KEYS.values(), UNLISTED_KEY):
        assert t(key)
        assert key in t.keys


@given(st.integers(-(10**12), 10**12))
def test_a_count_can_be_read_back(n: int) -> None:
    assert int(ZH.count(n).replace(",", "").replace("−", "-")) == n


def write(folder: Path, **files: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def test_the_files_of_a_language_are_merged(tmp_path: Path) -> None:
    write(tmp_path / "en", a={"a.x": "one"}, b={"b.x": "two {n}"})
    t = Translator("en", folder=tmp_path)
    assert (t("a.x"), t("b.x", n=2), t.keys) == ("one", "two 2", {"a.x", "b.x"})


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a": {"a.x": "1"}, "b": {"a.x": "2"}}, "b.json: a.x: stands twice"),
        ({"a": '{"a.x": "1", "a.x": "2"}'}, "a.json: a.x: stands twice"),
        ({"a": {"a.x": {"y": "1"}}}, "a.json: a.x: is not a text"),
        ({"a": {"a.x": " "}}, "a.json: a.x: is not a text"),
        ({"a": {"a.x": "{n:.2f}"}}, "a.json: a.x: {n} is not a plain parameter"),
        ({"a": {"a.x": "{n.__class__}"}}, "a.json: a.x: {n.__class__} is not a plain parameter"),
        ({"a": {"a.x": "{}"}}, "a.json: a.x: {} is not a plain parameter"),
        ({"a": {"a.x": "{n!r}"}}, "a.json: a.x: {n} is not a plain parameter"),
        ({"a": ["a.x"]}, "a.json: not an object"),
    ],
)
def test_a_faulty_message_file_stops_the_start(
    tmp_path: Path, files: dict[str, object], problem: str
) -> None:
    with pytest.raises(LocaleError) as caught:
        read_messages(write(tmp_path / "en", **files))
    assert caught.value.problems == (problem,)


def test_broken_json_and_an_empty_folder_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(LocaleError, match="no message file"):
        read_messages(tmp_path)
    with pytest.raises(LocaleError, match=r"a\.json: Expecting"):
        read_messages(write(tmp_path, a="{", b={"b.x": "1"}))


def test_parameters() -> None:
    assert parameters("{a} of {b}, {{c}}, {a}") == {"a", "b"}
    with pytest.raises(ValueError, match="}"):
        parameters("a } b")
