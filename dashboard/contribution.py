"""Contribution of a class: how many of the employed went where the notice asks for, per rule."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from dashboard.answer_rows import RuleShare
from dashboard.answers import Answers
from dashboard.i18n import Translator
from dashboard.indicators import calendar
from dashboard.indicators.rates import points, share
from dashboard.quality import Cut
from data_access.contributions import Condition, Rule, contribution_rules
from data_access.scope import Scope
from data_access.selection import Selection

FIELD_KEYS = {
    "destination": "quality.field_destination",
    "employer_kind": "quality.field_employer_kind",
    "industry": "quality.field_industry",
    "work_region": "quality.field_work_region",
    "region_group": "quality.field_region_group",
}
Counts = tuple[int, int, int]  # graduates, employed, those of them who count for the rule


class Contribution:
    """The rules of contribution under one selection."""

    def __init__(self, answers: Answers, scope: Scope, selection: Selection) -> None:
        self._answers, self._scope = answers, scope
        self._moment = answers.moment(scope, selection)
        self.rules = contribution_rules(answers.store)

    def totals(self) -> list[RuleShare]:
        """One line per rule, over the whole selection; none where nobody graduated."""
        found = []
        for rule in self.rules:
            now, before = self._counts(rule, "level")
            if now:
                all_before = _added(before) if before else None
                found.append(_share(rule.code, _added(now), all_before))
        return found

    def groups(self, rule: Rule, cut: Cut) -> list[RuleShare]:
        """One rule by level or by school, in the order of the codes."""
        now, before = self._counts(rule, cut)
        order = [code for code in self._answers.codes.tables[cut] if code in now]
        return [_share(code, now[code], before.get(code)) for code in order]

    def _counts(self, rule: Rule, cut: Cut) -> tuple[Mapping[str, Counts], Mapping[str, Counts]]:
        """On the day, and of the class before on its same day under the same definition."""
        moment = self._moment
        if moment.as_of is None:
            return {}, {}
        cohort = moment.selection.cohort
        day = calendar.same_day(moment.as_of, cohort, cohort - 1)
        earlier = moment.selection.replace(cohort=cohort - 1)
        return (
            self._as_of(rule, moment.selection, cut, moment.as_of),
            self._as_of(rule, earlier, cut, day),
        )

    def _as_of(self, rule: Rule, selection: Selection, cut: Cut, day: dt.date) -> dict[str, Counts]:
        store, employed = self._answers.store, self._moment.edition.employed
        everybody = store.leaf_filter(selection)
        meant = replace(everybody, any_of=rule.conditions)
        tallies, counting = (
            store.tallies(self._scope, chosen, (cut,), (day,), employed)
            for chosen in (everybody, meant)
        )
        people = {row.key: row.employed[0] for row in counting}
        return {
            row.key[0]: (row.graduates[0], row.employed[0], people.get(row.key, 0))
            for row in tallies
        }


def _added(counts: Mapping[str, Counts]) -> Counts:
    graduates, employed, people = map(sum, zip(*counts.values(), strict=True))
    return graduates, employed, people


def _share(code: str, now: Counts, before: Counts | None) -> RuleShare:
    graduates, employed, people = now
    of_graduates = share(people, graduates)
    year = points(of_graduates, share(before[2], before[0])) if before else None
    return RuleShare(code, people, of_graduates, share(people, employed), year)


def in_words(rule: Rule, t: Translator) -> str:
    """What counts for a rule, with its codes: "Destination: Military service (46); ..."."""
    fields = dict.fromkeys(one.field for one in rule.written)
    parts = [
        t(FIELD_KEYS[field], codes=t.listing(_word(c, t) for c in rule.written if c.field == field))
        for field in fields
    ]
    return t("quality.rule_or").join(parts)


def _word(condition: Condition, t: Translator) -> str:
    name = t.name(condition.name_zh, condition.name_en)
    if condition.members:
        return t("quality.region_group", name=name, count=len(condition.members))
    return t("quality.code", name=name, code=condition.code)
