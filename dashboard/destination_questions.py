"""The tables of the destinations page, and what its address says of them."""

from collections.abc import Callable, Mapping
from typing import TypeVar, get_args

from dashboard.asked import Asked
from dashboard.destination_answers import NOT_APPLICABLE, NOT_REPORTED, DestinationAnswers
from dashboard.destination_rows import (
    TOTAL,
    Behind,
    BehindPart,
    ChosenPart,
    Cut,
    Definitions,
    Depth,
    Employer,
    Mixes,
    MixRow,
)
from dashboard.figures.stacked import Unit
from dashboard.indicators.definitions import group_named
from dashboard.indicators.editions import UNLISTED_KEY, Edition, group_counts
from dashboard.indicators.rates import share
from dashboard.tables import Column, Table, Value

CUTS: tuple[Cut, ...] = get_args(Cut)
DEPTHS: tuple[Depth, ...] = get_args(Depth)
UNITS: tuple[Unit, ...] = get_args(Unit)
SIDES: tuple[Behind, ...] = get_args(Behind)

Choice = TypeVar("Choice", bound=str)


def chosen(asked: Asked, name: str, allowed: tuple[Choice, ...]) -> Choice:
    """What the address says of this, else the first."""
    return next((value for value in allowed if asked.state.get(name) == value), allowed[0])


def of(asked: Asked) -> DestinationAnswers:
    """The answers to what is asked."""
    return DestinationAnswers(asked.answers, asked.scope, asked.selection)


def mixes_of(asked: Asked) -> Mixes:
    """The cut of the address at its depth."""
    cut, depth = chosen(asked, "cut", CUTS), chosen(asked, "depth", DEPTHS)
    return of(asked).mixes(cut, depth, asked.rank)


def part_of(asked: Asked) -> ChosenPart:
    return of(asked).part(asked.state.get("part"))


def behind_of(asked: Asked) -> BehindPart:
    """Who is behind the part of the address."""
    side = chosen(asked, "behind", SIDES)
    return of(asked).behind(part_of(asked), side, asked.rank, asked.services.minimum_n)


def definitions_of(asked: Asked) -> Definitions:
    return of(asked).definitions(asked.state.get("versus"))


def part_names(asked: Asked, depth: Depth) -> Mapping[str, str]:
    """Names of groups or of destinations."""
    return asked.group_names() if depth == "group" else asked.names("destination")


def group_name(asked: Asked, edition: Edition, code: str) -> str:
    """The name of a group of this edition; what it does not list has a name too."""
    group = group_named(edition, code)
    return asked.t.name(group.name_zh, group.name_en) if group else asked.t(UNLISTED_KEY)


def cut_name(asked: Asked, cut: Cut, code: str) -> str:
    """The name of one value of a cut, unmistakable among all of them."""
    t = asked.t
    if code == TOTAL:
        return t("table.total")
    if cut == "sex":
        return t(f"destinations.sex_{code}")
    if cut == "origin":
        return asked.names("region")[code]
    if cut == "discipline":
        return discipline_name(asked, code)
    return asked.names(cut)[code]


def discipline_name(asked: Asked, code: str) -> str:
    """With its family: the catalogues of two levels have classes of the same name."""
    t, name = asked.t, asked.names("discipline")[code]
    return t("bar.category", name=name, family=t(f"bar.family_{code[0]}"))


def employer_name(asked: Asked, dimension: Employer, code: str) -> str:
    """The name of a kind of employer or of an industry; "not reported" is one too."""
    if not asked.answers.codes.knows(dimension, code):
        if code == NOT_REPORTED:
            return asked.t("destinations.not_reported")
        if code == NOT_APPLICABLE:
            return asked.t("destinations.not_applicable")
    return asked.names(dimension)[code]


def part_name(asked: Asked, part: ChosenPart) -> str:
    """What a bar that was clicked is called."""
    t = asked.t
    if part.kind == "group":
        return asked.group_names()[part.code]
    if part.kind == "destination":
        return asked.names("destination")[part.code]
    name = employer_name(asked, part.kind, part.code)
    return t(f"destinations.part_{part.kind}", name=name)


def mix_by_cut(asked: Asked) -> Table:
    """One row per value of the cut, everybody first: n, and every part as share or people."""
    t, mixes = asked.t, mixes_of(asked)
    cut, depth = chosen(asked, "cut", CUTS), chosen(asked, "depth", DEPTHS)
    unit, names = chosen(asked, "unit", UNITS), part_names(asked, depth)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t(f"table.{cut}"), "text"),
        Column("graduates", t("table.graduates"), "count"),
        *(
            Column(part.code, names[part.code], "rate" if unit == "share" else "count")
            for part in mixes.parts
        ),
        Column("mark", t("table.mark"), "text"),
    )
    rows = tuple(
        (
            row.code,
            cut_name(asked, cut, row.code),
            row.graduates,
            *(_cell(row, part.code, unit) for part in mixes.parts),
            t("table.small") if is_small(asked, row) else "",
        )
        for row in mixes.rows
    )
    return Table(columns, rows)


def _cell(row: MixRow, part: str, unit: Unit) -> Value:
    people = row.counts.get(part, 0)
    return people if unit == "count" else share(people, row.graduates)


def is_small(asked: Asked, row: MixRow) -> bool:
    return row.graduates < asked.services.minimum_n


def mix_by_code(asked: Asked) -> Table:
    """One row per destination that occurs, in the order of the groups of the edition."""
    t, answers = asked.t, of(asked)
    counts, edition = answers.counts(), asked.moment.edition
    everybody = sum(counts.values())
    names, codes = asked.names("destination"), asked.answers.codes
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.destination"), "text"),
        Column("group", t("destinations.group"), "text"),
        Column("count", t("table.people"), "count"),
        Column("share", t("table.share"), "rate"),
        Column("counted_as", t("table.counted_as"), "text"),
        Column("mark", t("table.mark"), "text"),
    )
    rows = tuple(
        (
            part.code,
            names[part.code],
            group_name(asked, edition, part.group),
            counts[part.code],
            share(counts[part.code], everybody),
            t("table.employed_yes") if part.employed else t("table.employed_no"),
            t("table.flagged") if codes.get("destination", part.code).extra.get("flagged") else "",
        )
        for part in answers.parts(counts, "code")
    )
    return Table(columns, rows)


def _employers(asked: Asked, dimension: Employer) -> Table:
    t = asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t(f"destinations.part_head_{dimension}"), "text"),
        Column("count", t("table.people"), "count"),
        Column("share", t("destinations.share_of_units"), "rate"),
    )
    rows = tuple(
        (part.code, employer_name(asked, dimension, part.code), part.count, part.share)
        for part in of(asked).employers(dimension)
    )
    return Table(columns, rows)


def employer_kinds(asked: Asked) -> Table:
    return _employers(asked, "employer_kind")


def industries(asked: Asked) -> Table:
    return _employers(asked, "industry")


def changes(asked: Asked) -> Table:
    """One row per part: now, the same day of the class before, the difference."""
    t, depth = asked.t, chosen(asked, "depth", DEPTHS)
    names = part_names(asked, depth)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.group"), "text"),
        Column("count", t("table.people"), "count"),
        Column("share", t("table.share"), "rate"),
        Column("count_before", t("destinations.people_before"), "count"),
        Column("share_before", t("destinations.share_before"), "rate"),
        Column("points", t("table.year"), "points"),
        Column("interval", t("destinations.interval_points"), "text"),
    )
    rows = tuple(
        (
            change.part.code,
            names[change.part.code],
            change.now.numerator,
            change.now,
            change.before.numerator,
            change.before,
            change.points,
            t.points_interval(change.interval),
        )
        for change in of(asked).changes(depth)
    )
    return Table(columns, rows)


def season(asked: Asked) -> Table:
    """One row per statistical date: n, and every group as share or people."""
    t, names, days = asked.t, asked.group_names(), of(asked).season()
    unit = chosen(asked, "unit", UNITS)
    groups = season_groups(asked)
    columns = (
        Column("counted_on", t("table.counted_on"), "date"),
        Column("graduates", t("table.graduates"), "count"),
        *(Column(code, names[code], "rate" if unit == "share" else "count") for code in groups),
    )
    rows = tuple(
        (
            day.day,
            day.graduates,
            *(_cell(MixRow("", day.graduates, day.counts), code, unit) for code in groups),
        )
        for day in days
    )
    return Table(columns, rows)


def season_groups(asked: Asked) -> list[str]:
    """The groups that had people on any day of the season, in the order of the edition."""
    days = of(asked).season()
    order = [*group_counts({}, asked.moment.edition), "unlisted"]
    return [code for code in order if any(day.counts.get(code, 0) for day in days)]


def behind(asked: Asked) -> Table:
    """Schools or disciplines by the share of their people in the part, the small ones last."""
    t, side = asked.t, chosen(asked, "behind", SIDES)
    found = behind_of(asked)
    of_units = found.part.kind in ("employer_kind", "industry")
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t(f"table.{side}"), "text"),
        Column("count", t("destinations.people_in_part"), "count"),
        Column("base", t("destinations.units" if of_units else "table.graduates"), "count"),
        Column("share", t("destinations.share_in_part"), "rate"),
        Column("interval", t("table.interval"), "interval"),
        Column("mark", t("table.mark"), "text"),
    )
    rows = tuple(
        (
            row.code,
            cut_name(asked, side, row.code),
            row.count,
            row.share.denominator,
            row.share,
            row.interval,
            t("table.small") if row.small else "",
        )
        for row in found.rows
    )
    return Table(columns, rows)


def definitions(asked: Asked) -> Table:
    """One row per destination: people, its group under both definitions, what becomes of it."""
    t, found = asked.t, definitions_of(asked)
    one, other = found.edition, found.other
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.destination"), "text"),
        Column("count", t("table.people"), "count"),
        Column("before", t.name(one.name_zh, one.name_en), "text"),
        Column("after", t.name(other.name_zh, other.name_en), "text"),
        Column("fate", t("destinations.fate"), "text"),
    )
    rows = tuple(
        (
            row.code,
            asked.names("destination")[row.code],
            row.count,
            group_name(asked, one, row.before),
            group_name(asked, other, row.after),
            t(f"destinations.fate_{row.fate}"),
        )
        for row in found.rows
    )
    return Table(columns, rows)


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "mix-by-cut": mix_by_cut,
    "mix-by-code": mix_by_code,
    "employer-kinds": employer_kinds,
    "industries": industries,
    "mix-changes": changes,
    "mix-season": season,
    "behind": behind,
    "definitions": definitions,
}
