"""Finds things by what a person types: Chinese, pinyin, its initials, English words, or the code.

What is typed and what is looked in are folded first (width, case, spaces), so that neither
matters. The closer the match the earlier the thing stands: the whole name, its beginning, the
beginning of a word or syllable, anywhere.
"""

import gc
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["school", "discipline", "region", "page"]
KINDS: tuple[Kind, ...] = ("school", "discipline", "region", "page")
LONGEST = 40  # characters of a question that are looked at
MOST = 12  # answers to a question
LATIN_INSIDE = 3  # letters from which on they are looked for inside of words too

WHOLE, BEGINNING, WORD, INSIDE = range(4)
"""How close a match is; the smaller the closer."""

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """One text that a thing is found by: at ``starts`` of words, elsewhere unless ``strict``."""

    value: str
    starts: frozenset[int]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found, by any of its texts."""

    kind: Kind
    code: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A thing and how closely it was meant."""

    entry: Entry
    match: int


def fold(text: str) -> str:
    """Half width, lower case, single spaces; what a keyboard without umlauts has for them."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u00fc", "v")
    return " ".join(plain.split())


@lru_cache(16_384)
def entry(kind: Kind, code: str, names: tuple[str, ...], codes: tuple[str, ...] = ()) -> Entry:
    """A thing with everything it is found by. Names that are empty or come twice count once."""
    texts = [text for name in names if fold(name) for text in _texts(name)]
    texts += [Text(fold(one), frozenset(), strict=True) for one in codes if fold(one)]
    return Entry(kind, code, tuple(dict.fromkeys(texts)))


def _texts(name: str) -> Iterator[Text]:
    folded = fold(name)
    yield Text(folded, frozenset(word.start() for word in _WORD.finditer(folded)))
    if _CHINESE.search(folded):
        syllables = spelling(name)
        yield _spelled(syllables)
        yield _spelled([syllable[0] for syllable in syllables])


def _spelled(syllables: Sequence[str]) -> Text:
    """A Chinese name in letters. Inside a syllable nothing begins: "an" is not in "shanxi"."""
    starts, at = [], 0
    for syllable in syllables:
        starts.append(at)
        at += len(syllable)
    return Text("".join(syllables), frozenset(starts), strict=True)


@lru_cache(8_192)
def spelling(name: str) -> tuple[str, ...]:
    """The syllables of a Chinese name; what is not Chinese stays together."""
    parts = ("".join(_WORD.findall(fold(part))) for part in _speller()(name))
    return tuple(part for part in parts if part)


@lru_cache(1)
def _speller() -> Callable[[str], list[str]]:
    # Imported by the first question: its phrases take 55 MB and a sixth of a second.
    from pypinyin import lazy_pinyin

    gc.freeze()  # two hundred thousand lists that stay; looking through them took 20 ms each time
    return lazy_pinyin


def match(thing: Entry, typed: str) -> int | None:
    """How closely a folded question means this thing; None if it does not.

    Chinese in letters knows no spaces. Several words may stand in any order; inside of another
    word only Chinese does.
    """
    closest = _closest(thing, typed)
    words = typed.split()
    if closest is not None or len(words) < 2:
        return closest
    furthest = [INSIDE if _CHINESE.search(word) else WORD for word in words]
    each = [_closest(thing, word) for word in words]
    meant = all(how is not None and how <= far for how, far in zip(each, furthest, strict=True))
    return INSIDE if meant else None


def _closest(thing: Entry, typed: str) -> int | None:
    joined = typed.replace(" ", "")
    found = (_match(text, joined if text.strict else typed) for text in thing.texts)
    return min((one for one in found if one is not None), default=None)


def _match(text: Text, typed: str) -> int | None:
    at = text.value.find(typed)
    if at <= 0:
        return None if at else WHOLE if typed == text.value else BEGINNING
    while at > 0:
        if at in text.starts:
            return WORD
        at = text.value.find(typed, at + 1)
    too_short = typed.isascii() and len(typed) < LATIN_INSIDE
    return None if text.strict or too_short else INSIDE


def find(
    things: Iterable[Entry], typed: str, rank: Callable[[Entry], tuple[int, ...]]
) -> list[Found]:
    """The things that are meant, closest first; among equals by ``rank``, then as they came."""
    question = fold(typed[:LONGEST])
    if not question:
        return []
    found = [Found(one, how) for one in things if (how := match(one, question)) is not None]
    return sorted(found, key=lambda one: (one.match, rank(one.entry)))


def allot(wanted: Sequence[int], room: int = MOST) -> list[int]:
    """How many of each group are shown: turn by turn, so that none keeps another out."""
    given = [0] * len(wanted)
    while sum(given) < room and any(g < w for g, w in zip(given, wanted, strict=True)):
        for at, want in enumerate(wanted):
            if given[at] < want and sum(given) < room:
                given[at] += 1
    return given
