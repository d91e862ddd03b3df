"""What a person types finds what is meant, and the closer match stands first."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search import (
    BEGINNING,
    INSIDE,
    LONGEST,
    WHOLE,
    WORD,
    Entry,
    allot,
    entry,
    find,
    fold,
    match,
    spelling,
)

COMPUTERS = entry("discipline", "b-0809", ("计算机类", "Computer Science"), ("b-0809", "0809"))
CHONGQING = entry("region", "500000", ("重庆市", "重庆", "Chongqing"), ("500000",))
SHANXI = entry("region", "140000", ("山西省", "山西", "Shanxi"), ("140000",))
SHAANXI = entry("region", "610000", ("陕西省", "陕西", "Shaanxi"), ("610000",))
LULIANG = entry("region", "141100", ("吕梁市", "吕梁", "Lyuliang"), ("141100",))
THINGS = (COMPUTERS, CHONGQING, SHANXI, SHAANXI, LULIANG)


@pytest.mark.parametrize(
    ("thing", "typed", "how"),
    [
        (COMPUTERS, "计算机类", WHOLE),
        (COMPUTERS, "计算", BEGINNING),
        (COMPUTERS, "算机", INSIDE),
        (COMPUTERS, "jsjl", WHOLE),
        (COMPUTERS, "JSJ", BEGINNING),
        (COMPUTERS, "sj", WORD),
        (COMPUTERS, "jisuanjilei", WHOLE),
        (COMPUTERS, "ji suan", BEGINNING),
        (COMPUTERS, "suanji", WORD),
        (COMPUTERS, "uan", None),
        (COMPUTERS, "computer science", WHOLE),
        (COMPUTERS, "  Computer   sci", BEGINNING),
        (COMPUTERS, "science", WORD),
        (COMPUTERS, "cience", INSIDE),
        (COMPUTERS, "science computer", INSIDE),
        (COMPUTERS, "cience computer", None),
        (COMPUTERS, "计算 science", INSIDE),
        (COMPUTERS, "ｃｏｍｐｕｔｅｒ", BEGINNING),
        (COMPUTERS, "0809", WHOLE),
        (COMPUTERS, "b-08", BEGINNING),
        (COMPUTERS, "809", None),
        (CHONGQING, "chongqing", WHOLE),
        (CHONGQING, "zhongqing", None),
        (CHONGQING, "cq", WHOLE),
        (LULIANG, "lvliang", WHOLE),
        (LULIANG, "lüliang", WHOLE),
        (LULIANG, "lyul", BEGINNING),
        (SHANXI, "sx", WHOLE),
        (SHANXI, "an", None),
        (SHANXI, "anxi", INSIDE),
    ],
)
def test_how_closely_a_thing_is_meant(thing: Entry, typed: str, how: int | None) -> None:
    assert match(thing, fold(typed)) == how


def test_what_is_written_alike_is_found_together_and_in_the_given_order() -> None:
    def found(typed: str, *, last: Entry) -> list[str]:
        return [f.entry.code for f in find(THINGS, typed, lambda one: (int(one is last),))]

    assert found("shanxi", last=SHANXI) == ["610000", "140000"]
    assert found("shanxi", last=SHAANXI) == ["140000", "610000"]
    assert found("sh", last=SHANXI)[:2] == ["610000", "140000"], "others have it as a last syllable"
    assert found("l", last=SHANXI) == ["141100", "b-0809"], "lei begins a syllable"


@pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\t\n"])
def test_nothing_typed_finds_nothing(typed: str) -> None:
    assert find(THINGS, typed, lambda _: ()) == []


def test_only_the_beginning_of_a_long_question_is_looked_at() -> None:
    long = entry("school", "1", ("甲" * 2 * LONGEST,))
    assert find([long], "甲" * LONGEST + "乙", lambda _: ())[0].match == BEGINNING


def test_a_name_is_spelled_by_its_words_and_foreign_letters_stay_together() -> None:
    assert spelling("会计学（ACCA）") == ("kuai", "ji", "xue", "acca")
    assert spelling("长治市") == ("zhang", "zhi", "shi")


# ---- a second, slow way: every reading written out, every place tried


def places(thing_texts: list[tuple[str, set[int], bool]], typed: str) -> set[int]:
    """How often a text is found, by how close each place is."""
    found = set()
    for value, starts, strict in thing_texts:
        wanted = typed.replace(" ", "") if strict else typed
        for at in range(len(value)):
            if value[at : at + len(wanted)] != wanted:
                continue
            if at == 0:
                found.add(WHOLE if len(value) == len(wanted) else BEGINNING)
            elif at in starts:
                found.add(WORD)
            elif not strict and (len(wanted) > 2 or not wanted.isascii()):
                found.add(INSIDE)
    return found


def written_out(name: str, code: str) -> list[tuple[str, set[int], bool]]:
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    words = {
        at
        for at, letter in enumerate(plain)
        if letter.isalnum() and (at == 0 or not plain[at - 1].isalnum())
    }
    texts = [(plain, words, False), (code, set[int](), True)]
    syllables = spelling(name)
    if any("\u4e00" <= letter <= "\u9fff" for letter in plain):
        begins = {len("".join(syllables[:at])) for at in range(len(syllables))}
        texts.append(("".join(syllables), begins, True))
        texts.append(("".join(s[0] for s in syllables), set(range(len(syllables))), True))
    return texts


NAMES = st.text("山西吕梁计算机 abAB-", min_size=1, max_size=8).filter(
    lambda text: any(letter.isalnum() for letter in text)
)


@given(NAMES, NAMES)
def test_the_closest_place_of_all_is_the_match(name: str, typed: str) -> None:
    question = fold(typed)
    found = places(written_out(name, "b-1"), question)
    thing = entry("school", "b-1", (name,), ("b-1",))
    if found or " " not in question:
        assert match(thing, question) == (min(found) if found else None)
    else:
        assert match(thing, question) in (None, INSIDE)


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    found = find(THINGS, typed, lambda _: ())
    assert [one.match for one in found] == sorted(one.match for one in found)
    assert len({one.entry.code for one in found}) == len(found)
    assert fold(fold(typed)) == fold(typed)


@given(st.lists(st.integers(0, 30), max_size=5), st.integers(0, 20))
def test_room_is_shared_fairly_and_none_is_wasted(wanted: list[int], room: int) -> None:
    given_room = allot(wanted, room)
    assert sum(given_room) == min(room, sum(wanted))
    for got, want in zip(given_room, wanted, strict=True):
        assert got <= want
        if got < want:
            assert got >= max(given_room, default=0) - 1
