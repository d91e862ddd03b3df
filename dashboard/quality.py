"""What the quality page shows of surveys: profiles and groups, small ones widened, all protected.

Sums come from :mod:`data_access.surveys`, statistics from :mod:`dashboard.indicators.surveys`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dashboard.answers import Answers
from dashboard.indicators.rates import Rate, share
from dashboard.indicators.surveys import Estimate, Scale, Sums, estimate, nothing, total, widen
from data_access.outcomes import Filter
from data_access.scope import Scope
from data_access.selection import Selection
from data_access.survey_ledger import SurveyKind
from data_access.surveys import AnswerCell, AskedCell, AuthorityCell, SurveyHead, Surveys

Basis = Literal["asked", "class", "category", "level", "school", "authority"]
Cut = Literal["level", "school"]

FEWEST_SCHOOLS, FEWEST_ANSWERS = 5, 10  # of a figure of all schools, for a school (design 4.7)

Codes = frozenset[str] | None  # None: no restriction


class Group(NamedTuple):
    """Whose answers are meant."""

    basis: Basis
    schools: Codes
    levels: Codes
    disciplines: Codes


@dataclass(frozen=True, slots=True)
class Facts:
    """The surveys in force and how many of those asked have answered; no heads: no survey."""

    heads: tuple[SurveyHead, ...]
    asked: int
    answered: int

    @property
    def response(self) -> Rate:
        return share(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class Result:
    """One question of a profile, or one group of a cut.

    ``basis`` says whose answers ``own`` really are. ``reference``: those of all schools, None
    where they are no other people; ``asked`` and ``answered`` are of the group asked for.
    """

    code: str
    scale: Scale
    own: Estimate
    basis: Basis
    reference: Estimate | None
    asked: int
    answered: int


class Quality:
    """One survey of one class, as one person may see it, under one selection."""

    def __init__(
        self, answers: Answers, scope: Scope, selection: Selection, kind: SurveyKind, minimum: int
    ) -> None:
        self.codes, self.kind, self.minimum = answers.codes, kind, minimum
        self._scope, self._selection = scope, selection
        surveys, cohort = Surveys(answers.store), selection.cohort
        self._heads = surveys.heads(scope, kind, cohort)
        self._asked = surveys.asked(scope, kind, cohort)
        fine = selection.discipline is not None
        self._cells = surveys.answers(scope, kind, cohort, by_discipline=fine)
        few = scope.schools is not None
        self._authority = surveys.authority(scope, kind, cohort) if few else {}
        self._known: dict[tuple[str, Group], Sums] = {}
        self._by_school: dict[str, dict[str, list[AnswerCell]]] = {}
        self.group = self._group(answers.store.leaf_filter(selection))

    def _group(self, chosen: Filter) -> Group:
        """The selection; an employer's answers have neither level nor discipline."""
        graduate = self.kind == "graduate"
        return Group(
            "asked",
            _set(chosen.school),
            _set(chosen.level) if graduate else None,
            _set(chosen.discipline) if graduate else None,
        )

    @property
    def items(self) -> tuple[str, ...]:
        """The questions of this survey, in their order."""
        table = self.codes.tables["survey_item"].values()
        return tuple(one.code for one in table if one.extra["kind"] == self.kind)

    def scale(self, item: str) -> Scale:
        scale: Scale = self.codes.get("survey_item", item).extra["scale"]
        return scale

    def facts(self) -> Facts:
        """Response of the selection; a discipline narrows nothing: who was asked is not known by
        discipline."""
        cells = self._asked_in(self.group)
        heads = tuple(self._heads) if cells else ()
        return Facts(heads, sum(c.invited for c in cells), sum(c.responded for c in cells))

    def profile(self) -> list[Result]:
        """Every question that anybody answered, of the selection; none where nobody was asked."""
        cells = self._asked_in(self.group)
        if not cells:
            return []
        return [self._result(item, item, self.group) for item in self.items if item in self._cells]

    def groups(self, item: str, cut: Cut) -> list[Result]:
        """One question by level or by school, in the order of the codes."""
        if item not in self._cells:
            return []
        place = {"level": 1, "school": 0}[cut]
        found = {cell[place] for cell in self._asked_in(self.group)}
        order = [code for code in self.codes.tables[cut] if code in found]
        return [self._result(code, item, self._one_of(cut, code)) for code in order]

    def _one_of(self, cut: Cut, code: str) -> Group:
        if cut == "level":
            return self.group._replace(levels=frozenset({code}))
        return self.group._replace(schools=frozenset({code}))

    def _result(self, code: str, item: str, group: Group) -> Result:
        scale = self.scale(item)
        widened = widen(self._widening(item, group), self.minimum)
        cells = self._asked_in(group)
        return Result(
            code,
            scale,
            estimate(widened[1], scale) if widened else nothing("small"),
            widened[0] if widened else "asked",
            self._reference(item, group),
            sum(cell.invited for cell in cells),
            sum(cell.responded for cell in cells),
        )

    def _widening(self, item: str, group: Group) -> Iterator[tuple[Basis, Sums]]:
        """From the group to wider ones: class, category, all disciplines, all levels, all schools.

        Groups of the own rows alone; beyond a scope only the protected figure of all schools.
        """
        for wider in self._wider(group):
            if wider.basis == "authority" and self._scope.schools is not None:
                yield "authority", protected(self._authority.get(item, []), None) or Sums()
            else:
                yield wider.basis, self._sums(item, wider)

    def _wider(self, group: Group) -> Iterator[Group]:
        yield group
        if group.disciplines is not None and self._selection.discipline:
            for code in self.codes.ancestors("discipline", self._selection.discipline)[1:]:
                below = frozenset(self.codes.with_descendants("discipline", (code,)))
                rank = self.codes.get("discipline", code).extra["rank"]
                basis: Basis = "class" if rank == "class" else "category"
                yield group._replace(basis=basis, disciplines=below)
            yield group._replace(basis="level", disciplines=None)
        few = group.schools is not None or self._scope.schools is not None
        if group.levels is not None and few:
            yield group._replace(basis="school", levels=None, disciplines=None)
        if few or group.levels is not None:
            yield Group("authority", None, None, None)

    def _reference(self, item: str, group: Group) -> Estimate | None:
        """The same for all schools, where the group is not all schools already.

        A school compares with the protected figure of its levels; narrower figures of all
        schools, by discipline, would tell of single schools where few teach it.
        """
        scale = self.scale(item)
        if self._scope.schools is not None:
            sums = protected(self._authority.get(item, []), group.levels)
            return estimate(sums, scale) if sums else nothing("small")
        if group.schools is None:
            return None
        sums = self._sums(item, group._replace(schools=None))
        return estimate(sums, scale) if sums.n >= self.minimum else nothing("small")

    def _sums(self, item: str, group: Group) -> Sums:
        key = (item, group._replace(basis="asked"))
        if key not in self._known:
            cells = self._cells_of(item, group.schools)
            self._known[key] = total(
                cell.sums
                for cell in cells
                if (group.levels is None or cell.level in group.levels)
                and (group.disciplines is None or cell.discipline in group.disciplines)
            )
        return self._known[key]

    def _cells_of(self, item: str, schools: Codes) -> Sequence[AnswerCell]:
        if schools is None:
            return self._cells.get(item, [])
        if item not in self._by_school:
            found: dict[str, list[AnswerCell]] = {}
            for cell in self._cells.get(item, []):
                found.setdefault(cell.school, []).append(cell)
            self._by_school[item] = found
        by_school = self._by_school[item]
        return [cell for school in sorted(schools) for cell in by_school.get(school, ())]

    def _asked_in(self, group: Group) -> list[AskedCell]:
        return [
            cell
            for cell in self._asked
            if (group.schools is None or cell.school in group.schools)
            and (group.levels is None or cell.level in group.levels)
        ]


def protected(cells: Sequence[AuthorityCell], levels: Codes) -> Sums | None:
    """The sums of these levels over all schools, for a person of one school; None if withheld.

    Shown where at least 5 schools and 10 answers are in it. Because a level is also the total
    without the others, levels that fail are hidden together with the smallest others until what
    is hidden passes too; a choice of levels is shown if it holds none of them, or all.
    The schools of several levels are counted as those of the largest: never too many.
    """
    failing = [cell for cell in cells if not _may_be_shown([cell])]
    others = sorted((c for c in cells if c not in failing), key=lambda c: (c.sums[0], c.level))
    hidden = list(failing)
    while hidden and others and not _may_be_shown(hidden):
        hidden.append(others.pop(0))
    chosen = [cell for cell in cells if levels is None or cell.level in levels]
    held = {cell.level for cell in chosen} & {cell.level for cell in hidden}
    if not _may_be_shown(chosen) or (held and len(held) < len(hidden)):
        return None
    return total(cell.sums for cell in chosen)


def _may_be_shown(cells: Sequence[AuthorityCell]) -> bool:
    schools = max((cell.schools for cell in cells), default=0)
    return schools >= FEWEST_SCHOOLS and sum(c.sums[0] for c in cells) >= FEWEST_ANSWERS


def _set(codes: tuple[str, ...] | None) -> Codes:
    return None if codes is None else frozenset(codes)


def best_and_worst(
    results: Sequence[Result], shown: Mapping[str, object]
) -> tuple[Result, Result] | None:
    """The highest and the lowest of those that stand for themselves and are ``shown``."""
    ranked = [
        (one.own.measure.value, one)
        for one in results
        if one.own.measure and one.basis == "asked" and one.code in shown
    ]
    if len(ranked) < 2:
        return None
    ranked.sort(key=lambda pair: pair[0])
    return ranked[-1][1], ranked[0][1]
