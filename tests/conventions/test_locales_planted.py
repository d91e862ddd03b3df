"""Each checker of the message files finds a planted fault."""

import pytest

from tests.conventions.test_locales import (
    Uses,
    cjk_literals,
    language_differences,
    pattern_faults,
    tone_faults,
    topic_faults,
    unknown_keys,
    unused_keys,
    uses_in_python,
    uses_in_template,
)


def uses_of(source: str) -> Uses:
    uses = Uses()
    uses_in_python(uses, source, "a.py", {"page", "common"})
    return uses


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('t("page.title")', {"page.title"}),
        ('self.t("Title")', {"Title"}),
        ('self.t()("page.title")', {"page.title"}),
        ('translator("en")("page.title")', {"page.title"}),
        ('t("page.a" if x else "page.b")', {"page.a", "page.b"}),
        ('t(known or "page.b")', {"page.b"}),
        ('t("page.m_" + n)', {"page.m_"}),  # no such key: an f-string would be seen as a pattern
        ('Page("page.nav", 1)', {"page.nav"}),
        ('TITLES_KEYS = {"other.x": "other.title"}', {"other.title"}),
        ('title_key: str = "other.title"', {"other.title"}),
        ('Spec(label_key="other.title")', {"other.title"}),
        (
            'def f(x, label_key="other.title", *, why_key="other.y"): ...',
            {"other.title", "other.y"},
        ),
        ('ForeignKey("page.id")', set()),
        ('open("page.json")', set()),
        ('"""page.title"""', set()),
        ('x = "other.title"', set()),
        ('f"{a}page.title"', set()),
    ],
)
def test_the_scan_finds_keys(source: str, keys: set[str]) -> None:
    assert set(uses_of(source).keys) == keys


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ('t(f"page.{name}")', "page.*"),
        ('x = f"page.{name}_title"', "page.*_title"),
        ('t(f"{page}.title")', "*.title"),
    ],
)
def test_the_scan_finds_patterns(source: str, pattern: str) -> None:
    assert set(uses_of(source).patterns) == {pattern}


def test_the_scan_reads_templates() -> None:
    uses = Uses()
    uses_in_template(uses, "<h1>\n{{ t('page.title') }} {{ t(\"page.x\") }}", "a.html", {"page"})
    assert uses.keys == {"page.title": {"a.html:2"}, "page.x": {"a.html:2"}}


def test_a_planted_unknown_or_unused_key_is_found() -> None:
    uses = uses_of('t("page.titel"); t(f"page.m_{n}")')
    assert unknown_keys(uses, ["page.title"]) == ["a.py:1: page.titel"]
    assert unused_keys(uses, ["page.title", "page.m_1"]) == ["page.title"]


def test_planted_pattern_faults_are_found() -> None:
    uses = uses_of('t(f"page.{n}")')
    assert pattern_faults(uses, {}, ["page.x"]) == ["a.py:1: page.* is not declared"]
    assert pattern_faults(uses, {"page.*": "why"}, ["page.x"]) == []
    assert pattern_faults(uses, {"page.*": " "}, ["other.x"]) == [
        "page.* fits no message",
        "page.* has no reason",
    ]
    assert pattern_faults(Uses(), {"page.*": "why"}, ["page.x"]) == [
        "page.* is declared, but nobody uses it"
    ]


def test_planted_differences_between_languages_are_found() -> None:
    texts = {"zh-CN": {"a.x": "{n}所", "a.y": "甲"}, "en": {"a.x": "{m} schools", "a.z": "b"}}
    assert language_differences(texts) == [
        "a.x takes different parameters: [['m'], ['n']]",
        "a.y is missing in en",
        "a.z is missing in zh-CN",
    ]


def test_planted_faults_of_topic_and_tone_are_found() -> None:
    assert topic_faults("a", ["a.x", "b.x", "a", "a.X", "a.x-y"]) == [
        "a.json: b.x",
        "a.json: a",
        "a.json: a.X",
        "a.json: a.x-y",
    ]
    texts = {"zh-CN": {"a.x": "导出KPI", "a.y": "好！", "a.z": "{rate}"}, "en": {"a.x": "口径"}}
    assert tone_faults(texts) == ["zh-CN a.x: KPI", "zh-CN a.y: exclamation", "en a.x: Chinese"]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('x = "本科"', ["本科"]),
        ('x = f"{n}人"', ["人"]),
        (r'x = "\u672c"', ["本"]),
        ('x = "，"', ["，"]),
        ('def f():\n    """本科"""\n    return "（"', ["（"]),
        ('"""本科"""\nx = r"[\\u4e00-\\u9fff]"  # 本科', []),
        ('x = "–−·é"', []),
    ],
)
def test_planted_chinese_is_found_outside_docstrings(source: str, texts: list[str]) -> None:
    assert [text for _, text in cjk_literals(source)] == texts
