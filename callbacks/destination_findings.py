"""The sentences of the destinations page: the answer first, then what the chart leaves out."""

from collections.abc import Sequence

from dashboard import destination_questions as page_questions
from dashboard.answer_rows import Slice
from dashboard.asked import Asked
from dashboard.destination_answers import NOT_REPORTED
from dashboard.destination_questions import CUTS, DEPTHS, SIDES, UNITS, chosen
from dashboard.destination_rows import BehindRow, Change, Employer, Mixes, MixRow
from dashboard.figures.stacked import Unit
from dashboard.indicators.definitions import group_named
from dashboard.indicators.editions import UNIT, UNLISTED
from dashboard.indicators.rates import share

SHOWN = 20  # rows in a chart; the table has all
WITHIN_SIGHT = 4  # people: everybody is drawn where the bar is at most so many times the next


def shown_rows(mixes: Mixes, unit: Unit) -> list[MixRow]:
    """The rows of the chart: everybody (unless that would dwarf the rest), then the largest."""
    rows = list(mixes.rows[: SHOWN + 1])
    if unit == "count" and len(rows) > 1:
        largest = max(row.graduates for row in rows[1:])
        if rows[0].graduates > WITHIN_SIGHT * largest:
            return rows[1:]
    return rows


def mixes(asked: Asked) -> str:
    """The largest part, where it is largest and smallest, and what the chart leaves out."""
    t, found = asked.t, page_questions.mixes_of(asked)
    if not found.rows:
        return t("card.no_rows")
    everybody, rows = found.rows[0], found.rows[1:]
    part = max(found.parts, key=lambda one: everybody.counts.get(one.code, 0)).code
    names = page_questions.part_names(asked, chosen(asked, "depth", DEPTHS))
    said = [t("destinations.mixes_most", part=names[part], share=_share(asked, everybody, part))]
    ranked = [row for row in rows if not page_questions.is_small(asked, row)]
    if len(ranked) > 1:
        said.append(_extremes(asked, ranked, part))
    if unit_hides_total(asked, found):
        said.append(t("destinations.mixes_total"))
    if len(rows) > SHOWN:
        said.append(t("destinations.mixes_shown", shown=SHOWN, rows=t.count(len(rows))))
    if small := len(rows) - len(ranked):
        least = asked.services.minimum_n
        said.append(t("destinations.small", small=t.count(small), minimum=least))
    return t.sentences(said)


def unit_hides_total(asked: Asked, found: Mixes) -> bool:
    return shown_rows(found, chosen(asked, "unit", UNITS))[0] is not found.rows[0]


def _extremes(asked: Asked, rows: Sequence[MixRow], part: str) -> str:
    cut = chosen(asked, "cut", CUTS)
    ordered = sorted(rows, key=lambda row: share(row.counts.get(part, 0), row.graduates).value or 0)
    last, first = ordered[0], ordered[-1]
    return asked.t(
        "destinations.mixes_extremes",
        first=page_questions.cut_name(asked, cut, first.code),
        first_share=_share(asked, first, part),
        last=page_questions.cut_name(asked, cut, last.code),
        last_share=_share(asked, last, part),
    )


def _share(asked: Asked, row: MixRow, part: str) -> str:
    return asked.t.rate(share(row.counts.get(part, 0), row.graduates))


def codes(asked: Asked) -> str:
    """The most frequent destination, and how many people stand outside the definition."""
    t, answers = asked.t, page_questions.of(asked)
    counts = answers.counts()
    everybody = sum(counts.values())
    if not everybody:
        return t("card.no_rows")
    most = max(counts, key=lambda code: counts[code])
    said = [
        t(
            "destinations.codes_most",
            kinds=t.count(sum(1 for n in counts.values() if n)),
            name=asked.names("destination")[most],
            count=t.count(counts[most]),
            share=t.rate(share(counts[most], everybody)),
        )
    ]
    outside = sum(counts[p.code] for p in answers.parts(counts, "code") if p.group == UNLISTED)
    if outside:
        said.append(t("destinations.codes_unlisted", count=t.count(outside)))
    return t.sentences(said)


def changes(asked: Asked) -> str:
    """The largest gain and the largest loss against last year's same day."""
    t, depth = asked.t, chosen(asked, "depth", DEPTHS)
    found = page_questions.of(asked).changes(depth)
    before = asked.answers.earlier(asked.moment, 1)
    if not found or before is None or before.as_of is None:
        return t("destinations.changes_none")
    names = page_questions.part_names(asked, depth)
    said: list[str] = []
    first, last = found[0], found[-1]
    if first.points and first.points > 0:
        said.append(_moved("destinations.changes_up", first, names[first.part.code], asked))
    if last.points and last.points < 0:
        said.append(_moved("destinations.changes_down", last, names[last.part.code], asked))
    said.append(t("destinations.changes_day", date=t.date(before.as_of)))
    if any(not change.beyond for change in found):
        said.append(t("destinations.changes_chance"))
    return t.sentences(said)


def _moved(key: str, change: Change, name: str, asked: Asked) -> str:
    return asked.t(key, name=name, points=asked.t.points(change.points))


def season(asked: Asked) -> str:
    """From the first to the last statistical date: everybody employed, and those who seek."""
    t, days = asked.t, page_questions.of(asked).season()
    if not days:
        return t("card.no_rows")
    employed = [group.code for group in asked.moment.edition.groups if group.employed]
    first, last = (
        share(sum(day.counts.get(code, 0) for code in employed), day.graduates)
        for day in (days[0], days[-1])
    )
    return t(
        "destinations.season_finding",
        first=t.date(days[0].day),
        last=t.date(days[-1].day),
        name=asked.rate_name,
        before=t.rate(first),
        after=t.rate(last),
    )


def _employers(asked: Asked, dimension: Employer) -> str:
    """The base with its n, the largest, and how many are not reported."""
    t, found = asked.t, page_questions.of(asked).employers(dimension)
    base = sum(part.count for part in found)
    if not base:
        return t("destinations.no_units")
    name = page_questions.employer_name(asked, dimension, found[0].code)
    return t.sentences(
        [
            t("destinations.employers_base", base=t.count(base), **_base_source(asked)),
            t(
                "destinations.employers_most",
                name=name,
                count=t.count(found[0].count),
                share=t.rate(found[0].share),
            ),
            t("destinations.employers_missing", count=t.count(_not_reported(found))),
        ],
    )


def _not_reported(parts: Sequence[Slice]) -> int:
    return sum(part.count for part in parts if part.code == NOT_REPORTED)


def _base_source(asked: Asked) -> dict[str, str]:
    """Which group of which definition the base is."""
    edition = page_questions.of(asked).unit_edition
    if edition is None:
        return {"definition": "", "group": ""}
    return {
        "definition": asked.t.name(edition.name_zh, edition.name_en),
        "group": page_questions.group_name(asked, edition, UNIT),
    }


def kinds(asked: Asked) -> str:
    return _employers(asked, "employer_kind")


def industries(asked: Asked) -> str:
    return _employers(asked, "industry")


def behind(asked: Asked) -> str:
    """The part with its people, where its share is largest, and what the chart leaves out."""
    t, found = asked.t, page_questions.behind_of(asked)
    if not found.rows:
        return t("card.no_rows")
    side, units = chosen(asked, "behind", SIDES), found.part.kind in ("employer_kind", "industry")
    said = [
        t(
            "destinations.behind_of_units" if units else "destinations.behind_of_all",
            part=page_questions.part_name(asked, found.part),
            count=t.count(found.total.numerator),
            base=t.count(found.total.denominator),
            share=t.rate(found.total),
        )
    ]
    ranked = [row for row in found.rows if not row.small]
    if ranked:
        first: BehindRow = ranked[0]
        name = page_questions.cut_name(asked, side, first.code)
        said.append(t("destinations.behind_first", name=name, share=t.rate(first.share)))
    if len(ranked) > SHOWN:
        said.append(t("destinations.behind_shown", shown=SHOWN, rows=t.count(len(ranked))))
    if small := len(found.rows) - len(ranked):
        least = asked.services.minimum_n
        said.append(t("destinations.behind_small", small=t.count(small), minimum=least))
    return t.sentences(said)


def definitions(asked: Asked) -> str:
    """How many people change their group, which destinations they are, and both rates."""
    t, found = asked.t, page_questions.definitions_of(asked)
    if not found.graduates:
        return t("card.no_rows")
    one, other = found.edition, found.other
    moved = [row for row in found.rows if row.fate in ("moved", "recounted")]
    renamed = {row.before for row in found.rows if row.fate == "renamed"}
    said = [
        t(
            "destinations.rates",
            one=t.name(one.name_zh, one.name_en),
            one_name=t.name(one.rate_name_zh, one.rate_name_en),
            one_rate=t.rate(found.rate),
            other=t.name(other.name_zh, other.name_en),
            other_name=t.name(other.rate_name_zh, other.rate_name_en),
            other_rate=t.rate(found.other_rate),
        )
    ]
    if moved:
        people = sum(row.count for row in moved)
        names = t.listing(asked.names("destination")[row.code] for row in moved)
        share_of = t.rate(share(people, found.graduates))
        said.append(
            t("destinations.moved", count=t.count(people), share=share_of, destinations=names)
        )
    else:
        said.append(t("destinations.moved_none"))
    for code in sorted(renamed, key=lambda code: _place(asked, code)):
        after = next(
            row.after for row in found.rows if row.before == code and row.fate == "renamed"
        )
        said.append(
            t(
                "destinations.renamed",
                before=page_questions.group_name(asked, one, code),
                after=page_questions.group_name(asked, other, after),
            )
        )
    return t.sentences(said)


def _place(asked: Asked, code: str) -> int:
    group = group_named(asked.moment.edition, code)
    return group.position if group else 0
