"""The demonstration's surveys are the same everywhere, plausible, and of people of the class."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dashboard.demo import Catalogue, Season, cohort_season, schools
from dashboard.demo.population import LEVELS
from dashboard.demo.surveys import demo_surveys
from data_access.survey_ledger import SurveyFile

SCALE = 0.2


@pytest.fixture(scope="module")
def season() -> Season:
    return cohort_season(2020, Catalogue.shipped(), scale=SCALE)


@pytest.fixture(scope="module")
def surveys(season: Season) -> list[SurveyFile]:
    return demo_surveys(season)


def test_another_process_makes_the_same(surveys: list[SurveyFile]) -> None:
    code = (
        "from dashboard.demo import Catalogue, cohort_season\n"
        "from dashboard.demo.surveys import demo_surveys\n"
        f"season = cohort_season(2020, Catalogue.shipped(), scale={SCALE})\n"
        "print(*[one.content_hash for one in demo_surveys(season)])"
    )
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": root}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert run.stdout.split() == [one.content_hash for one in surveys]


def test_they_are_marked_synthetic_and_cover_every_school(surveys: list[SurveyFile]) -> None:
    for one in surveys:
        assert one.synthetic
        assert {school for school, _ in one.invited} == {school.code for school in schools()}
    assert [one.kind for one in surveys] == ["graduate", "employer"]


def test_the_class_in_progress_is_asked_in_part_of_the_schools() -> None:
    for one in demo_surveys(cohort_season(2021, Catalogue.shipped(), scale=0.05)):
        asked = {school for school, _ in one.invited}
        assert 40 < len(asked) < len(schools())
        assert "99001" in asked


def test_nobody_is_asked_who_is_not_there(season: Season, surveys: list[SurveyFile]) -> None:
    people = season.population
    codes = [one.code for one in schools()]
    size = Counter(
        (codes[s], LEVELS[at])
        for s, at in zip(people.school.tolist(), people.level.tolist(), strict=True)
    )
    graduate = surveys[0]
    assert all(n <= size[key] for key, n in graduate.invited.items())
    assert set(graduate.invited) == set(size)
    answered = Counter((r.school, r.level) for r in graduate.respondents)
    assert all(n <= graduate.invited[key] for key, n in answered.items())


def test_answers_look_like_those_of_such_surveys(surveys: list[SurveyFile]) -> None:
    graduate, employer = surveys
    response = len(graduate.respondents) / sum(graduate.invited.values())
    assert 0.30 < response < 0.40

    def share(item: str, least: float) -> float:
        pairs = [(r.weight, dict(r.answers).get(item)) for r in graduate.respondents]
        known = [(w, v) for w, v in pairs if v is not None]
        return sum(w for w, v in known if v >= least) / sum(w for w, _ in known)

    assert 0.67 < share("match", 1) < 0.77
    assert 0.74 < share("satisfaction", 4) < 0.83
    pay = {
        level: [
            value
            for r in graduate.respondents
            if r.level == level and (value := dict(r.answers).get("pay"))
        ]
        for level in LEVELS
    }
    means = [sum(found) / len(found) for found in pay.values()]
    assert means == sorted(means, reverse=True), "more with every level"
    assert 4_000 < means[-1] < 6_000
    grades = [value for r in employer.respondents for _, value in r.answers]
    assert set(grades) <= {1, 2, 3, 4, 5}
    assert 3.8 < sum(grades) / len(grades) < 4.6


def test_weights_bring_the_answers_back_to_the_class(
    season: Season, surveys: list[SurveyFile]
) -> None:
    """By level, the weights are in proportion to the graduates of the schools that answered."""
    weights, graduate = Counter[str](), surveys[0]
    for r in graduate.respondents:
        weights[r.level] += r.weight  # type: ignore[assignment]
    people = Counter(LEVELS[at] for at in season.population.level.tolist())
    total, everybody = sum(weights.values()), sum(people.values())
    for level, n in people.items():
        assert weights[level] / total == pytest.approx(n / everybody, abs=0.02)
