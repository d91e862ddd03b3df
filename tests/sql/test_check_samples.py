"""Samples: drawn alike on every database, kept with all that repeats them, once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from data_access.checks import (
    draw_sample,
    population,
)
from data_access.errors import InputError
from data_access.workflow_schema import (
    check_frame,
    check_item,
    check_sample,
)
from tests.sql.bookkeeping import DAYS, SCHOOLS, SIGNED
from tests.sql.check_store import REQUEST, events, fill, flagged, ids, rows

# ---- samples


def test_the_population_is_everybody_as_reported_on_the_day(registry: Engine) -> None:
    fill(registry)
    with registry.connect() as connection:
        people = population(connection, REQUEST)
    assert len(people) == 18
    signed = {(one.school, one.key) for one in people if one.destination == SIGNED}
    assert signed == {(SCHOOLS[0], "1"), (SCHOOLS[1], "1")}


def test_a_sample_is_kept_with_all_that_repeats_it(registry: Engine) -> None:
    fill(registry)
    number = draw_sample(registry, replace(REQUEST, title="spring"), actor="ann")
    (head,) = rows(registry, check_sample)
    version = head.pop("version")
    assert head.pop("drawn_at") is not None
    assert head == {
        "id": number,
        "title": "spring",
        "cohort": 2020,
        "counted_on": DAYS[1],
        "method": "random",
        "seed": 4,
        "size": 6,
        "population": 18,
        "drawn_by": "ann",
    }
    assert len({item["subject_id"] for item in rows(registry, check_item)}) == 6
    frame = rows(registry, check_frame)
    assert sum(cell["people"] for cell in frame) == 18
    assert {cell["stratum"] for cell in frame} == {""}
    ((actor, action, detail),) = events(registry)
    assert (actor, action) == ("ann", "draw_sample")
    assert f'"version": {version}' in detail
    assert "spring" not in detail


def test_the_same_draw_over_the_same_ledger_is_one_sample(registry: Engine) -> None:
    fill(registry)
    draw_sample(registry, REQUEST, actor="ann")
    with pytest.raises(InputError) as refused:
        draw_sample(registry, REQUEST, actor="bob")
    assert refused.value.message_key == "checks.drawn_already"
    draw_sample(registry, replace(REQUEST, seed=5), actor="bob")
    assert len(rows(registry, check_sample)) == 2


def test_the_same_seed_draws_the_same_people_on_every_database(
    sqlite_registry: Engine, postgres_registry: Engine
) -> None:
    drawn = []
    for engine in (sqlite_registry, postgres_registry):
        fill(engine)
        flagged(engine, ("a", [ids(engine)[SCHOOLS[0], "5"]]))
        for method in ("random", "stratified", "flagged"):
            request = replace(REQUEST, method=method)  # type: ignore[arg-type]
            draw_sample(engine, request, actor="ann")
        numbers = {who: key for key, who in ids(engine).items()}
        drawn.append(
            [
                (item["sample_id"], *numbers[item["subject_id"]], item["destination"])
                for item in rows(engine, check_item)
            ]
        )
    assert sorted(drawn[0]) == sorted(drawn[1])
    assert len(drawn[0]) == 18


def test_strata_have_their_own_part_and_frame(registry: Engine) -> None:
    fill(registry)
    draw_sample(registry, replace(REQUEST, method="stratified"), actor="ann")
    drawn = Counter((i["school"], i["level"]) for i in rows(registry, check_item))
    # 8 and 4 of one school, 4 and 2 of the other: a third of each.
    assert sorted(drawn.values()) == [1, 1, 1, 3] or sorted(drawn.values()) == [1, 1, 2, 2]
    frame: Counter[str] = Counter()
    for cell in rows(registry, check_frame):
        frame[cell["stratum"]] += cell["people"]
    assert frame == {
        f"{SCHOOLS[0]}|bachelor": 8,
        f"{SCHOOLS[0]}|master": 4,
        f"{SCHOOLS[1]}|bachelor": 4,
        f"{SCHOOLS[1]}|master": 2,
    }


def test_flagged_graduates_are_drawn_first_and_make_no_frame(registry: Engine) -> None:
    fill(registry)
    with pytest.raises(InputError) as refused:
        draw_sample(registry, replace(REQUEST, method="flagged"), actor="ann")
    assert refused.value.message_key == "checks.nobody_flagged"
    known = ids(registry)
    odd = [known[SCHOOLS[0], "3"], known[SCHOOLS[0], "4"]]
    flagged(registry, ("a", odd), ("a", odd), ("b", odd[:1]))
    with registry.connect() as connection:
        people = population(connection, replace(REQUEST, method="flagged"))
    # A rule that was run twice is one reason to look.
    assert {one.key: one.flags for one in people if one.flags} == {"3": 2, "4": 1}
    draw_sample(registry, replace(REQUEST, method="flagged", size=3), actor="ann")
    assert set(odd) < {item["subject_id"] for item in rows(registry, check_item)}
    assert rows(registry, check_frame) == []


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"size": 19}, "checks.larger_than_class"),
        ({"size": 0}, "checks.size_out_of_range"),
        ({"seed": 2**31}, "checks.seed_out_of_range"),
        ({"method": "by hand"}, "checks.unknown_method"),
        ({"title": "x" * 61}, "checks.title_too_long"),
        ({"cohort": 2017}, "checks.nobody_to_draw"),
        ({"cohort": 2018}, "checks.nobody_to_draw"),  # a published table only
        ({"counted_on": DAYS[0] - dt.timedelta(days=1)}, "checks.nobody_to_draw"),
    ],
)
def test_a_request_that_cannot_be_met_leaves_nothing(
    registry: Engine, changed: dict[str, Any], key: str
) -> None:
    fill(registry)
    with pytest.raises(InputError) as refused:
        draw_sample(registry, replace(REQUEST, **changed), actor="ann")
    assert refused.value.message_key == key
    assert rows(registry, check_sample) == rows(registry, check_item) == events(registry) == []


def test_two_who_draw_at_once_get_one_sample(registry: Engine) -> None:
    fill(registry)
    said: list[str] = []

    def run(actor: str) -> None:
        try:
            draw_sample(registry, REQUEST, actor=actor)
            said.append("drawn")
        except InputError as error:
            said.append(error.message_key)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("ann", "bob")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["checks.drawn_already", "drawn"]
    assert len(rows(registry, check_item)) == 6
