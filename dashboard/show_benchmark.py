"""``quxiang show benchmark``: what the benchmark page shows, as JSON, CSV or a table."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from dashboard.answer_rows import Line, Moment
from dashboard.answers import Answers
from dashboard.benchmark_rows import Adjusted, Benchmark, Position
from dashboard.benchmark_words import group_sentences
from dashboard.i18n import Translator, translator
from dashboard.peers import Peers
from data_access.code_book import Kind
from data_access.errors import InputError
from data_access.scope import Scope
from data_access.selection import Selection

Record = dict[str, Any]


def found(
    answers: Answers,
    scope: Scope,
    selection: Selection,
    group: str,
    peers: Sequence[str],
    lang: str,
) -> Record:
    """The comparison as this scope sees it. Raises InputError where the school has nobody."""
    compared = Peers(answers).benchmark(scope, selection, group, peers)
    if compared is None:
        raise InputError("command.nobody", value=" ".join(selection.schools))
    return record(compared, answers, answers.moment(scope, selection), translator(lang))


def record(found: Benchmark, answers: Answers, moment: Moment, t: Translator) -> Record:
    """Everything of one comparison; numbers with decimals are texts, as they are printed."""
    groups = {g.code: t.name(g.name_zh, g.name_en) for g in moment.edition.groups}

    def named(kind: Kind, code: str) -> str:
        return answers.codes.name(kind, code, t.lang)

    everybody = t("benchmark.everybody")
    return {
        "school": found.school,
        "name": named("school", found.school),
        "as_of": moment.as_of.isoformat() if moment.as_of else None,
        "edition": moment.edition.code,
        "audience": found.audience,
        "group": found.group,
        "passed": [{"group": group, "why": why} for group, why in found.passed],
        "group_text": group_sentences(found, moment.selection, t),
        "total": _position(found.total, everybody),
        "adjusted": [
            _adjusted(line, named("level", line.code) if line.code else everybody)
            for line in found.adjusted
        ],
        "disciplines": [_position(x, named("discipline", x.code)) for x in found.disciplines],
        "destinations": [_position(x, groups.get(x.code, x.code)) for x in found.destinations],
        "peers": [_peer(line, named("school", line.code)) for line in found.peers],
    }


def _position(one: Position, name: str) -> Record:
    quartiles, interval = one.spread.quartiles, one.interval
    return {
        "code": one.code or "total",
        "name": name,
        "graduates": one.own.denominator,
        "count": one.own.numerator,
        "rate": _text(one.own.value),
        "group": one.spread.group,
        "schools": one.spread.schools if quartiles else None,
        "p25": _text(quartiles and quartiles.low),
        "median": _text(quartiles and quartiles.median),
        "p75": _text(quartiles and quartiles.high),
        "withheld": one.spread.why,
        "difference": _text(one.difference),
        "low": _text(interval and interval.low),
        "high": _text(interval and interval.high),
        "percentile": one.percentile,
    }


def _adjusted(line: Adjusted, name: str) -> Record:
    one = line.result
    return {
        "code": line.code or "total",
        "name": name,
        "graduates": one.graduates,
        "covered": one.observed.denominator,
        "wider": one.wider,
        "observed": _text(one.observed.value),
        "expected": _text(one.expected),
        "difference": _text(one.difference),
        "low": _text(one.interval and one.interval.low),
        "high": _text(one.interval and one.interval.high),
    }


def _peer(line: Line, name: str) -> Record:
    return {
        "code": line.code,
        "name": name,
        "graduates": line.graduates,
        "employed": line.employed,
        "rate": _text(line.rate.value),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def as_json(found: Record) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)


PARTS = ("total", "adjusted", "disciplines", "destinations", "peers")


def rows(found: Mapping[str, Any]) -> list[Record]:
    """The parts of a comparison below each other, each row with the name of its part."""
    parts = {part: found[part] for part in PARTS}
    parts["total"] = [found["total"]]
    return [{"part": part, **row} for part, lines in parts.items() for row in lines]


def as_csv(found: Record) -> str:
    """One table of every part; a part leaves the columns empty that it has not."""
    flat, text = rows(found), io.StringIO()
    names = list(dict.fromkeys(name for row in flat for name in row))
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue().rstrip("\n")


def print_table(found: Record, t: Translator) -> None:
    """For people: the group in words, then one line per row with own, peers and difference."""
    console = Console()
    for sentence in found["group_text"]:
        console.print(sentence, markup=False)
    heads = ("table.name", "table.graduates", "benchmark.own", "benchmark.schools")
    more = ("benchmark.quartiles", "benchmark.difference")
    table = RichTable(show_edge=False, pad_edge=False)
    for place, head_key in enumerate((*heads, *more)):
        table.add_column(t(head_key), justify="right" if place else "left")
    for part in ("total", "destinations", "disciplines"):
        for row in [found["total"]] if part == "total" else found[part]:
            told = row["median"] and " · ".join(row[key] for key in ("p25", "median", "p75"))
            cells = [row["rate"], row["schools"], told, row["difference"]]
            table.add_row(row["name"], t.count(row["graduates"]), *map(_cell, cells))
        table.add_section()
    console.print(table)
    adjusted = RichTable(title=t("benchmark.adjusted"), show_edge=False, pad_edge=False)
    heads = ("table.level", "benchmark.covered", "benchmark.observed", "benchmark.expected")
    for place, head_key in enumerate((*heads, "benchmark.adjusted_difference")):
        adjusted.add_column(t(head_key), justify="right" if place else "left")
    for row in found["adjusted"]:
        cells = [row[key] for key in ("covered", "observed", "expected", "difference")]
        adjusted.add_row(row["name"], *map(_cell, cells))
    console.print(adjusted)


def _cell(value: object) -> str:
    return "–" if value is None else str(value)
