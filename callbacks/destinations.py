"""Answers the destinations page: mixes, changes, season, employers, who is behind, definitions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output

from callbacks import destination_findings as findings
from callbacks.cards import Card, CardCallbacks, Content, Stored, card_outputs, register_cards
from dashboard import destination_questions as page_questions
from dashboard.answer_rows import Slice
from dashboard.asked import Asked
from dashboard.destination_answers import NOT_APPLICABLE, NOT_REPORTED
from dashboard.destination_questions import CUTS, DEPTHS, SIDES, UNITS, chosen
from dashboard.destination_rows import TOTAL, Behind, Cut, Depth, Employer, Part
from dashboard.figures.base import Figure
from dashboard.figures.destinations import change_bars, part_bars, season_areas, share_points
from dashboard.figures.stacked import Bar, Segment, stacked_bars
from dashboard.indicators.definitions import group_named
from dashboard.indicators.editions import Edition, group_counts
from dashboard.indicators.rates import share
from dashboard.services import Services
from dashboard.theme import TOKENS, group_colour, tints
from layouts import ids
from layouts.components import Drill
from layouts.destinations import ANY, TO_INDUSTRY, TO_KIND, TO_PART
from layouts.ids import Destinations
from layouts.pages import DESTINATIONS

# What a row of the cut narrows the page to. There is no filter of sexes.
NARROWS: dict[Cut, str] = {
    "level": "level={}",
    "school": "school={}&behind=discipline",
    "discipline": "discipline={}&behind=school",
    "origin": "origin={}",
}
NOWHERE = frozenset({TOTAL, "000000", "none"})


class DestinationsPage(CardCallbacks):
    """The cards whose rows lead elsewhere depending on the address."""

    def mixes(self, stored: Stored, _version: str | None) -> Content:
        asked = self.asked(stored)
        leads = NARROWS.get(chosen(asked, "cut", CUTS))
        drill = Drill(DESTINATIONS.path, leads, NOWHERE) if leads else None
        return self.content(replace(MIXES, drill=drill), asked)

    def behind(self, stored: Stored, _version: str | None) -> Content:
        """The card, and the parts that can be chosen."""
        asked = self.asked(stored)
        drill = Drill(DESTINATIONS.path, NARROWS[chosen(asked, "behind", SIDES)], NOWHERE)
        return *self.content(replace(BEHIND, drill=drill), asked), part_options(asked)


def part_options(asked: Asked) -> list[dict[str, str]]:
    """The largest group, every group with its destinations, employers, industries."""
    t, answers = asked.t, page_questions.of(asked)
    counts, names = answers.counts(), asked.names("destination")
    parts = answers.parts(counts, "code")
    options = [(ANY, t("destinations.part_any"))]
    for group in answers.parts(counts, "group"):
        options.append((group.code, asked.group_names()[group.code]))
        inside = [part.code for part in parts if part.group == group.code]
        options += [(code, f"\u2003{names[code]}") for code in inside]
    dimensions: tuple[tuple[str, Employer], ...] = (
        ("kind", "employer_kind"),
        ("industry", "industry"),
    )
    for prefix, dimension in dimensions:
        for one in answers.employers(dimension):
            name = page_questions.employer_name(asked, dimension, one.code)
            label = t(f"destinations.part_{dimension}", name=name)
            options.append((f"{prefix}.{one.code}", label))
    return [{"value": value, "label": label} for value, label in options]


def segments_of(asked: Asked, parts: Sequence[Part], depth: Depth) -> list[Segment]:
    """The parts in the colour of their group; destinations of one group in shades of it."""
    names = page_questions.part_names(asked, depth)
    if depth == "group":
        return [Segment(part.code, names[part.code], group_colour(part.code)) for part in parts]
    found: list[Segment] = []
    for group in dict.fromkeys(part.group for part in parts):
        inside = [part.code for part in parts if part.group == group]
        shades = tints(group_colour(group), len(inside))
        found += [
            Segment(code, names[code], shade) for code, shade in zip(inside, shades, strict=True)
        ]
    return found


def mixes_figure(asked: Asked) -> Figure:
    """Everybody first, then the largest values of the cut."""
    mixes, cut = page_questions.mixes_of(asked), chosen(asked, "cut", CUTS)
    depth, unit = chosen(asked, "depth", DEPTHS), chosen(asked, "unit", UNITS)
    shown = findings.shown_rows(mixes, unit)
    t, leads = asked.t, NARROWS.get(cut)
    bars = []
    for row in shown:
        note = t("figure.people", n=t.count(row.graduates))
        if page_questions.is_small(asked, row):
            note = t("destinations.small_note", people=note)
        lead: str | None = ""
        if row.code != TOTAL:
            dead = leads is None or row.code in NOWHERE
            lead = None if dead or leads is None else "&" + leads.replace("{}", row.code)
        bars.append(Bar(page_questions.cut_name(asked, cut, row.code), note, row.counts, lead))
    return stacked_bars(bars, segments_of(asked, mixes.parts, depth), unit, t)


def codes_figure(asked: Asked) -> Figure:
    """Every destination below its group; one that is all of a group of its name only once."""
    answers = page_questions.of(asked)
    counts = answers.counts()
    everybody, people = sum(counts.values()), group_counts(counts, asked.moment.edition)
    codes, shown = answers.parts(counts, "code"), []
    known = asked.names("destination")
    names = asked.group_names() | {part.code: known[part.code] for part in codes}
    colours = {part.code: group_colour(part.group) for part in codes}
    for group in answers.parts(counts, "group"):
        colours[group.code] = group_colour(group.code)
        n = people[group.code]
        shown.append((Slice(group.code, group.employed, n, share(n, everybody)), True))
        inside = [part for part in codes if part.group == group.code]
        if len(inside) == 1 and names[inside[0].code] == names[group.code]:
            continue
        for part in inside:
            n = counts[part.code]
            shown.append((Slice(part.code, part.employed, n, share(n, everybody)), False))
    return part_bars(shown, names, colours, asked.t)


def changes_figure(asked: Asked) -> Figure:
    depth = chosen(asked, "depth", DEPTHS)
    changes = page_questions.of(asked).changes(depth)
    return change_bars(changes, page_questions.part_names(asked, depth), asked.t)


def season_figure(asked: Asked) -> Figure:
    codes = page_questions.season_groups(asked)
    names = asked.group_names()
    segments = [Segment(code, names[code], group_colour(code)) for code in codes]
    days = page_questions.of(asked).season()
    return season_areas(days, segments, chosen(asked, "unit", UNITS), asked.t)


def _employers_figure(asked: Asked, dimension: Employer) -> Figure:
    parts = page_questions.of(asked).employers(dimension)
    names = {p.code: page_questions.employer_name(asked, dimension, p.code) for p in parts}
    unknown = (NOT_REPORTED, NOT_APPLICABLE)
    colours = {p.code: TOKENS.no_data if p.code in unknown else TOKENS.accent for p in parts}
    return part_bars([(part, True) for part in parts], names, colours, asked.t)


def kinds_figure(asked: Asked) -> Figure:
    return _employers_figure(asked, "employer_kind")


def industries_figure(asked: Asked) -> Figure:
    return _employers_figure(asked, "industry")


def behind_figure(asked: Asked) -> Figure:
    """The rows of the largest shares that are ranked; the small ones stand in the table."""
    found = page_questions.behind_of(asked)
    side: Behind = chosen(asked, "behind", SIDES)
    ranked = [row for row in found.rows if not row.small][: findings.SHOWN]
    names = {row.code: page_questions.cut_name(asked, side, row.code) for row in ranked}
    return share_points(ranked, names, found.total, asked.t)


def definitions_figure(asked: Asked) -> Figure:
    """The same people under both definitions, one bar each; groups of one name share a colour."""
    found, t = page_questions.definitions_of(asked), asked.t
    if not found.graduates:
        return stacked_bars([], [], "share", t)
    people = {row.code: row.count for row in found.rows}
    segments: dict[str, tuple[int, Segment]] = {}
    bars = []
    for edition, rate in ((found.edition, found.rate), (found.other, found.other_rate)):
        counts: dict[str, int] = {}
        for code, n in group_counts(people, edition).items():
            label = page_questions.group_name(asked, edition, code)
            key = f"{code} {label}"
            if n:
                counts[key] = n
                segment = Segment(key, label, group_colour(code), code)
                segments.setdefault(key, (_position(edition, code), segment))
        note = f"{t.name(edition.rate_name_zh, edition.rate_name_en)} {t.rate(rate)}"
        name = t.name(edition.name_zh, edition.name_en)
        bars.append(Bar(name, note, counts, f"&edition={edition.code}"))
    ordered = sorted(segments.values(), key=lambda one: one[0])
    return stacked_bars(bars, [segment for _, segment in ordered], "share", t)


def _position(edition: Edition, code: str) -> int:
    group = group_named(edition, code)
    return group.position if group else 10_000


MIXES = Card(Destinations.MIXES, "mix-by-cut", "destinations.mixes", mixes_figure, findings.mixes)
BEHIND = Card(Destinations.BEHIND, "behind", "destinations.behind", behind_figure, findings.behind)
CARDS = (
    Card(
        Destinations.CODES,
        "mix-by-code",
        "destinations.codes",
        codes_figure,
        findings.codes,
        TO_PART,
    ),
    Card(
        Destinations.CHANGES,
        "mix-changes",
        "destinations.changes",
        changes_figure,
        findings.changes,
        TO_PART,
    ),
    Card(Destinations.SEASON, "mix-season", "destinations.season", season_figure, findings.season),
    Card(
        Destinations.KINDS,
        "employer-kinds",
        "destinations.kinds",
        kinds_figure,
        findings.kinds,
        TO_KIND,
    ),
    Card(
        Destinations.INDUSTRIES,
        "industries",
        "destinations.industries",
        industries_figure,
        findings.industries,
        TO_INDUSTRY,
    ),
    Card(
        Destinations.DEFINITIONS,
        "definitions",
        "destinations.definitions",
        definitions_figure,
        findings.definitions,
        TO_PART,
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wires the destinations page."""
    page = DestinationsPage(services)
    inputs: list[Any] = [Input(ids.SELECTION, "data"), Input(ids.LIVE_VERSION, "data")]
    app.callback(*card_outputs(Destinations.MIXES), *inputs)(page.mixes)
    app.callback(*card_outputs(Destinations.BEHIND), Output(ids.state("part"), "options"), *inputs)(
        page.behind
    )
    register_cards(app, page, CARDS)
