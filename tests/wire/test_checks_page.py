"""The page of checks against a slow count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dashboard.checks import FEWEST_RESULTS
from data_access.workflow_schema import check_frame, check_item, check_result
from layouts import checks as layout
from tests.wire.app_client import (
    Chosen,
    Site,
    demo_application,
    people,
    printed,
    texts,
)
from tests.wire.check_tools import (
    FIRST,
    LAST,
    believed,
    export,
    rows,
    show,
)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


def test_the_page_says_what_a_slow_count_says(site: Site) -> None:
    everybody, word = people(site.registry, Chosen(2020, LAST)), believed(site)
    counts = Counter(row["result"] for row in word.values())
    verified = counts["confirmed"] + counts["refuted"]
    assert verified > 200
    assert counts["refuted"] > 0 < counts["unreachable"]
    analyst = site.person("analyst")
    told = texts(show(analyst, "checks-kpis.children").values["checks-kpis.children"])
    assert f"{printed(verified, len(everybody))}%" in told
    assert f"{printed(counts['confirmed'], verified)}%" in told
    assert f"属实{counts['confirmed']}人，不属实{counts['refuted']}人" in told
    assert f"另有{counts['unreachable']}人无法联系" in told


def test_every_school_has_its_own_counts(site: Site) -> None:
    graduates = Counter(one.school for one in people(site.registry, Chosen(2020, LAST)))
    employed = Counter(
        one.school for one in people(site.registry, Chosen(2020, LAST)) if one.employed
    )
    word = Counter((row["school"], row["result"]) for row in believed(site).values())
    drawn = Counter(row["school"] for row in rows(site, check_item) if row["sample_id"] == 1)
    found = export(site.person("analyst"), "checks-schools", FIRST)
    assert found[0][0] == "total"
    assert len(found) == len(graduates) + 1
    for code, _name, n, reported, share, confirmed, refuted, unreachable, sampled, *_ in found[1:]:
        assert int(n) == graduates[code]
        assert reported == printed(employed[code], graduates[code])
        counts = [word[code, one] for one in ("confirmed", "refuted", "unreachable")]
        assert [int(confirmed), int(refuted), int(unreachable)] == counts
        assert share == printed(counts[0] + counts[1], graduates[code])
        assert int(sampled) == drawn[code]


def slow_estimate(site: Site, school: str = "") -> tuple[Decimal, int]:
    """The verified rate with decimal arithmetic, stratum by stratum; and its results."""
    employed = {
        one.destination for one in people(site.registry, Chosen(2020, LAST)) if one.employed
    }
    word = believed(site)
    population: Counter[tuple[str, str, bool]] = Counter()
    frame, items = (
        [r for r in rows(site, t) if r["sample_id"] == 1] for t in (check_frame, check_item)
    )
    for cell in frame:
        if school in ("", cell["school"]):
            population[cell["school"], cell["level"], cell["destination"] in employed] += cell[
                "people"
            ]
    value, reached = Decimal(0), 0
    for group in (True, False):
        weight, counted, known = Decimal(0), Decimal(0), 0
        for (code, level, works), n in population.items():
            results = [
                word[item["subject_id"]]["result"]
                for item in items
                if (item["school"], item["level"]) == (code, level)
                and (item["destination"] in employed) is group is works
                and word[item["subject_id"]]["result"] != "unreachable"
            ]
            if works is group and results:
                weight += n
                counted += Decimal(n * results.count("confirmed")) / len(results)
                known += len(results)
        total = sum(n for (_, _, works), n in population.items() if works is group)
        if total:
            true = counted / weight
            value += (true if group else 1 - true) * total
        reached += known
    return 100 * value / sum(population.values()), reached


def test_the_verified_rate_is_that_of_the_sample(site: Site) -> None:
    (total, *schools) = export(site.person("analyst"), "checks-schools", FIRST)
    value, reached = slow_estimate(site)
    assert total[10] == str(value.quantize(Decimal("0.01"), "ROUND_HALF_UP"))
    low, high = (Decimal(one) for one in total[11].split("-"))
    assert low < value < high
    assert Decimal(total[12]) == Decimal(total[10]) - Decimal(total[9])
    assert reached > 200
    told = [row for row in schools if row[10]]
    word = believed(site)
    enough = Counter(
        item["school"]
        for item in rows(site, check_item)
        if item["sample_id"] == 1 and word[item["subject_id"]]["result"] != "unreachable"
    )
    assert {row[0] for row in told} <= {code for code, n in enough.items() if n >= FEWEST_RESULTS}
    assert told
    for row in told:
        value, _ = slow_estimate(site, row[0])
        assert row[10] == str(value.quantize(Decimal("0.01"), "ROUND_HALF_UP"))


def test_channels_are_counted_by_their_newest_result(site: Site) -> None:
    newest: dict[tuple[int, str], str] = {}
    for row in sorted(rows(site, check_result), key=lambda one: (one["checked_on"], one["id"])):
        newest[row["subject_id"], row["channel"]] = row["result"]
    counts = Counter((channel, result) for (_, channel), result in newest.items())
    for code, _, *found in export(site.person("leader"), "checks-channels"):
        assert [int(n) for n in found] == [counts[code, one] for one in layout.OUTCOMES]


def test_a_day_before_the_calls_knows_nothing_of_them(site: Site) -> None:
    found = export(site.person("leader"), "checks-schools", "cohort=2020&as_of=2020-09-30")
    assert found[0][4:8] == ["0.00", "0", "0", "0"]


def test_every_page_and_file_says_how_much_is_verified(site: Site) -> None:
    everybody = people(site.registry, Chosen(2020, LAST))
    verified = sum(row["result"] != "unreachable" for row in believed(site).values())
    share = f"其中已核查{printed(verified, len(everybody))}%"
    leader = site.person("leader")
    assert share in "".join(texts(show(leader, "status.children").values["status.children"]))
    assert share in leader.get("/export/levels.csv?cohort=2020").data.decode("utf-8-sig")
