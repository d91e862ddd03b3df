"""Says things in the reader's language: message keys in, text out.

The messages are ``locales/<language>/<topic>.json``, flat objects of ``topic.key`` and a text with
plain ``{name}`` parameters. Numbers and dates for people are formatted here and nowhere else.
"""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Protocol

from dashboard.indicators.intervals import Interval
from dashboard.indicators.rates import Rate, WhyMissing
from dashboard.indicators.surveys import SHARES, Measure, MeasureInterval

LANGUAGES = ("zh-CN", "en")
LOCALES = Path(__file__).parent / "locales"

MISSING_KEYS: Mapping[WhyMissing, str] = {
    "none": "common.missing_none",
    "small": "common.missing_small",
    "not_collected": "common.missing_not_collected",
    "not_allowed": "common.missing_not_allowed",
}

_MINUS = "\N{MINUS SIGN}"
_log = logging.getLogger(__name__)


class Translate(Protocol):
    """What a layout, a figure or an export needs of a language; ``Translator`` is the one kind."""

    @property
    def lang(self) -> str: ...
    def __call__(self, key: str, **params: object) -> str: ...
    def name(self, name_zh: str, name_en: str) -> str: ...
    def listing(self, items: Iterable[str]) -> str: ...
    def sentences(self, sentences: Iterable[str]) -> str: ...
    def count(self, n: int) -> str: ...
    def percent(self, value: Decimal) -> str: ...
    def percent_as_is(self, value: Decimal) -> str: ...
    def signed(self, value: Decimal) -> str: ...
    def rate(self, rate: Rate) -> str: ...
    def missing(self, why: WhyMissing) -> str: ...
    def points(self, value: Decimal | None) -> str: ...
    def interval(self, interval: Interval | None) -> str: ...
    def points_interval(self, interval: Interval | None) -> str: ...
    def date(self, day: dt.date) -> str: ...
    def day_month(self, day: dt.date) -> str: ...
    def month(self, day: dt.date) -> str: ...
    def compact_date(self, day: dt.date) -> str: ...


class LocaleError(ValueError):
    """The message files of a language cannot be used; ``problems`` has every reason."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Translator:
    """One language. Unchanging after loading, so that threads may share it."""

    def __init__(self, lang: str, *, folder: Path = LOCALES, strict: bool = True) -> None:
        """Raises LocaleError for files that cannot be used, ValueError for another language.

        ``strict``: an unknown key or a missing parameter is a KeyError. Otherwise it is logged,
        and the key, or the parameter in its braces, stands in the text.
        """
        if lang not in LANGUAGES:
            raise ValueError(f"{lang!r} is not one of {', '.join(LANGUAGES)}")
        self.lang = lang
        self.strict = strict
        self._messages = read_messages(folder / lang)

    @property
    def keys(self) -> frozenset[str]:
        """Every message key of this language."""
        return frozenset(self._messages)

    def __call__(self, key: str, **params: object) -> str:
        """The text of a message. Parameters the text does not use are ignored."""
        text = self._messages.get(key)
        if text is None:
            return self._without(key, "no such message", key)
        try:
            return text.format_map(params)
        except KeyError as error:
            return self._without(key, f"no parameter {error}", text.format_map(_Braces(params)))

    def _without(self, key: str, reason: str, instead: str) -> str:
        if self.strict:
            raise KeyError(f"{key} in {self.lang}: {reason}")
        _log.warning("%s in %s: %s", key, self.lang, reason)
        return instead

    def name(self, name_zh: str, name_en: str) -> str:
        """The name in this language; Chinese where no English name is known."""
        return name_en if self.lang == "en" and name_en else name_zh

    def listing(self, items: Iterable[str]) -> str:
        """Names in a row, with the comma of the language."""
        return self("common.list_separator").join(items)

    def sentences(self, sentences: Iterable[str]) -> str:
        """Whole sentences one after the other; Chinese puts no space between them."""
        return (" " if self.lang == "en" else "").join(sentences)

    def count(self, n: int) -> str:
        """12345 -> 12,345; a negative count has a true minus sign."""
        return f"{n:,}".replace("-", _MINUS)

    def percent(self, value: Decimal) -> str:
        """A percentage that is no rate of people, such as growth: 49.45%."""
        return f"{value:.2f}%".replace("-", _MINUS)

    def percent_as_is(self, value: Decimal) -> str:
        """A percentage with the decimals it has, where fewer than two are told: 49.5%."""
        return f"{value}%".replace("-", _MINUS)

    def rate(self, rate: Rate) -> str:
        """49.45%, or the reason why there is no rate."""
        if rate.value is None:
            return self.missing(rate.why_missing or "none")
        return self.percent(rate.value)

    def missing(self, why: WhyMissing) -> str:
        """Why a number is not there: four reasons, four texts."""
        return self(MISSING_KEYS[why])

    def points(self, value: Decimal | None) -> str:
        """A difference of rates, always signed but for zero; None: nothing to compare with."""
        if value is None:
            return self("common.not_comparable")
        return self("common.points", value=_signed(value))

    def signed(self, value: Decimal) -> str:
        """A difference of rates whose unit stands elsewhere: +1.20, with a true minus sign."""
        return _signed(value)

    def interval(self, interval: Interval | None) -> str:
        """The interval of a rate: 42.10%-45.30% with an en dash; None: nobody in the group."""
        if interval is None:
            return self.missing("none")
        return f"{self.percent(interval.low)}\N{EN DASH}{self.percent(interval.high)}"

    def points_interval(self, interval: Interval | None) -> str:
        """The interval of a difference of rates, both ends signed."""
        if interval is None:
            return self("common.not_comparable")
        low, high = _signed(interval.low), _signed(interval.high)
        return self("common.points_interval", low=low, high=high)

    def measure(self, measure: Measure) -> str:
        """A statistic of a survey: 72.31%, 4.21 of five, or 6,540 yuan."""
        if measure.scale in SHARES:
            return self.percent(measure.value)
        if measure.scale == "rating":
            return f"{measure.value:.2f}"
        return self("common.yuan", value=f"{measure.value:,.0f}")

    def measure_interval(self, interval: MeasureInterval) -> str:
        """The interval of a statistic, its unit once where it is a word."""
        ends = [self.measure(Measure(end, interval.scale)) for end in (interval.low, interval.high)]
        if interval.scale == "amount":
            ends[0] = f"{interval.low:,.0f}"
        return "\N{EN DASH}".join(ends)

    def date(self, day: dt.date) -> str:
        """The date as it is written in a bulletin: 30 September 2020."""
        month = self(f"common.month_{day.month}")
        return self("common.date", year=day.year, month=month, day=day.day)

    def day_month(self, day: dt.date) -> str:
        """A day within a season, for axes and narrow columns: 30 Sep."""
        month = self(f"common.short_month_{day.month}")
        return self("common.day_month", month=month, day=day.day)

    def month(self, day: dt.date) -> str:
        """The short name of the day's month, for the ticks of an axis: Sep."""
        return self("common.month", month=self(f"common.short_month_{day.month}"))

    def compact_date(self, day: dt.date) -> str:
        """2020-09-30 in every language: for tables, where dates are sorted and compared."""
        return day.isoformat()


class _Braces(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@lru_cache(maxsize=len(LANGUAGES) * 2)
def translator(lang: str, *, strict: bool = True) -> Translator:
    """The translator of a language, loaded once per process."""
    return Translator(lang, strict=strict)


def known_language(value: object, default: str = LANGUAGES[0]) -> str:
    """The value if it is one of our languages (a cookie may hold anything), else the default."""
    return value if isinstance(value, str) and value in LANGUAGES else default


def parameters(text: str) -> frozenset[str]:
    """The names of a message's parameters.

    Raises ValueError for anything but a plain ``{name}``: attributes, indices, conversions and
    format specifications would be code in a text file.
    """
    names = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not a plain parameter")
        names.add(name)
    return frozenset(names)


def read_messages(folder: Path) -> dict[str, str]:
    """Every message of one language's folder. Raises LocaleError with every problem found."""
    problems: list[str] = []
    messages: dict[str, str] = {}
    files = sorted(folder.glob("*.json"))
    if not files:
        problems.append(f"{folder}: no message file")
    for path in files:
        try:
            pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_Pairs)
        except ValueError as error:
            problems.append(f"{path.name}: {error}")
            continue
        if not isinstance(pairs, _Pairs):
            problems.append(f"{path.name}: not an object")
            continue
        for key, text in pairs:
            problem = _problem(key, text, messages)
            if problem:
                problems.append(f"{path.name}: {key}: {problem}")
            else:
                messages[key] = str(text)
    if problems:
        raise LocaleError(problems)
    return messages


class _Pairs(list[tuple[str, object]]):
    """A JSON object as its pairs, so that a key that stands twice is seen."""


def _problem(key: str, text: object, messages: Mapping[str, str]) -> str | None:
    if key in messages:
        return "stands twice"
    if not isinstance(text, str) or not text.strip():
        return "is not a text"
    try:
        parameters(text)
    except ValueError as error:
        return str(error)
    return None


def _signed(value: Decimal) -> str:
    return f"{value:+.2f}".replace("-", _MINUS) if value else "0.00"
