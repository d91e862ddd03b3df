"""The tables of the quality page: survey profiles and groups, and the rules of contribution."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.answer_rows import RuleShare
from dashboard.asked import Asked
from dashboard.contribution import Contribution, in_words
from dashboard.indicators.rates import share
from dashboard.indicators.surveys import Estimate
from dashboard.quality import Cut, Facts, Quality, Result
from dashboard.tables import Column, Table, Value
from data_access.contributions import Rule
from data_access.survey_ledger import SurveyKind

BASIS_KEYS = {
    "asked": "quality.basis_asked",
    "class": "quality.basis_class",
    "category": "quality.basis_category",
    "level": "quality.basis_level",
    "school": "quality.basis_school",
    "authority": "quality.basis_authority",
}
ITEM_STATE: Mapping[SurveyKind, str] = {"graduate": "item", "employer": "aspect"}
PAY = "amount"


def survey(asked: Asked, kind: SurveyKind) -> Quality:
    """The survey of this kind, as the person who asks may see it.

    Kept, so that the cards of a page add up the same sums once.
    """
    scope, selection, store = asked.scope, asked.selection, asked.answers.store
    key = ("quality", kind, selection, scope.cache_key, store.version, store.surveys)
    least = asked.services.minimum_n
    return store.cache.get(key, lambda: Quality(asked.answers, scope, selection, kind, least))


def chosen_item(asked: Asked, kind: SurveyKind) -> str:
    """The question in the URL; else the first."""
    items = survey(asked, kind).items
    wanted = asked.state.get(ITEM_STATE[kind])
    return wanted if wanted in items else items[0]


def chosen_cut(asked: Asked) -> Cut:
    return "school" if asked.state.get("across") == "school" else "level"


def chosen_rule(asked: Asked) -> Rule:
    """The rule in the URL; else the first."""
    rules = Contribution(asked.answers, asked.scope, asked.selection).rules
    wanted = asked.state.get("rule")
    return next((rule for rule in rules if rule.code == wanted), rules[0])


def pay_item(asked: Asked) -> str | None:
    """The question about pay, if the survey has one."""
    found = survey(asked, "graduate")
    return next((item for item in found.items if found.scale(item) == PAY), None)


def facts_line(facts: Facts, asked: Asked, kind: SurveyKind) -> str:
    """Which survey, when, how many answered: the source line of its cards and files."""
    t = asked.t
    if not facts.heads:
        return t("quality.no_survey", cohort=asked.selection.cohort, kind=_kind(asked, kind))
    days = sorted({head.fielded_on for head in facts.heads if head.fielded_on})
    titles = list(dict.fromkeys(head.title for head in facts.heads if head.title))
    words = [
        t.listing(titles) if titles else _kind(asked, kind),
        t("quality.fielded", date=t.date(days[-1])) if days else "",
        t(
            "quality.response",
            asked=t.count(facts.asked),
            answered=t.count(facts.answered),
            rate=t.rate(facts.response),
        ),
        t("quality.weighted"),
        t("quality.synthetic" if any(h.synthetic for h in facts.heads) else "quality.imported"),
    ]
    if asked.selection.origin or asked.selection.work_region:
        words.append(t("quality.no_regions"))
    if kind == "graduate" and asked.selection.discipline:
        words.append(t("quality.response_all"))
    if kind == "employer" and (asked.selection.levels or asked.selection.discipline):
        words.append(t("quality.no_levels"))
    return " · ".join(word for word in words if word)


def _kind(asked: Asked, kind: SurveyKind) -> str:
    return asked.t("quality.survey_graduate" if kind == "graduate" else "quality.survey_employer")


def _profile(kind: SurveyKind) -> "Callable[[Asked], Table]":
    def table(asked: Asked) -> Table:
        found = survey(asked, kind)
        names = asked.names("survey_item")
        table = result_table(found.profile(), names, asked.t("quality.item"), asked)
        notes = (facts_line(found.facts(), asked, kind),)
        return Table(table.columns, table.rows, notes)

    return table


def _groups(
    kind: SurveyKind, item: "Callable[[Asked], str | None]", cut: "Callable[[Asked], Cut]"
) -> "Callable[[Asked], Table]":
    def table(asked: Asked) -> Table:
        found, by, question = survey(asked, kind), cut(asked), item(asked)
        results = found.groups(question, by) if question else []
        table = group_table(results, asked.names(by), asked.t(f"table.{by}"), asked)
        name = asked.names("survey_item")[question] if question else ""
        return Table(table.columns, table.rows, (name, facts_line(found.facts(), asked, kind)))

    return table


def result_table(
    results: Sequence[Result], names: Mapping[str, str], what: str, asked: Asked
) -> Table:
    """One row per question: the own figure and that of all schools."""
    t = asked.t
    columns = (
        Column("reference", t("quality.reference"), "rate"),
        Column("reference_interval", t("quality.reference_interval"), "interval"),
        Column("reference_n", t("quality.reference_n"), "count"),
    )
    found = _survey_table(results, names, what, asked)
    cells = (_reference_cells(one.reference, asked) for one in results)
    rows = ((*row, *more) for row, more in zip(found.rows, cells, strict=True))
    return Table((*found.columns, *columns), tuple(rows))


def group_table(
    results: Sequence[Result], names: Mapping[str, str], what: str, asked: Asked
) -> Table:
    """One row per group: response first, then the figure and whose answers it is made of."""
    t = asked.t
    columns = (
        Column("asked", t("quality.asked"), "count"),
        Column("answered", t("quality.answered"), "count"),
        Column("response", t("quality.response_rate"), "rate"),
    )
    found = _survey_table(results, names, what, asked)
    cells = ((one.asked, one.answered, share(one.answered, one.asked)) for one in results)
    rows = ((*row[:2], *more, *row[2:]) for row, more in zip(found.rows, cells, strict=True))
    return Table((*found.columns[:2], *columns, *found.columns[2:]), tuple(rows))


def _survey_table(
    results: Sequence[Result], names: Mapping[str, str], what: str, asked: Asked
) -> Table:
    """What every table of a survey has: whose figure, the figure, whose answers it is made of."""
    t = asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", what, "text"),
        *_estimate_columns(asked),
        Column("basis", t("quality.basis"), "text"),
    )
    rows = tuple(
        (one.code, names[one.code], *_estimate_cells(one.own, asked), basis(one, asked))
        for one in results
    )
    return Table(columns, rows)


def _estimate_columns(asked: Asked) -> tuple[Column, ...]:
    t = asked.t
    return (
        Column("value", t("quality.value"), "rate"),
        Column("interval", t("table.interval"), "interval"),
        Column("n", t("quality.n"), "count"),
        Column("effective", t("quality.effective"), "count"),
    )


def _estimate_cells(found: Estimate, asked: Asked) -> tuple[Value, ...]:
    if found.measure is None:
        return (asked.t.missing(found.why_missing or "none"), None, None, None)
    return (found.measure, found.interval, found.n, found.effective)


def _reference_cells(found: Estimate | None, asked: Asked) -> tuple[Value, ...]:
    if found is None:
        return (None, None, None)
    return _estimate_cells(found, asked)[:3]


def basis(one: Result, asked: Asked) -> str:
    """Whose answers a figure is made of; said aloud where it is a wider group's."""
    return asked.t(BASIS_KEYS[one.basis], minimum=asked.services.minimum_n)


def contribution(asked: Asked) -> Table:
    """One row per rule: people, both shares with their bases, change, the rule in words."""
    found = Contribution(asked.answers, asked.scope, asked.selection)
    names = asked.names("contribution_rule")
    table = share_table(found.totals(), names, asked.t("quality.rule"), asked)
    rules = {rule.code: rule for rule in found.rules}
    columns = (*table.columns, Column("rule", asked.t("quality.rule_words"), "text"))
    rows = tuple((*row, rule_words(rules[str(row[0])], asked)) for row in table.rows)
    return Table(columns, rows)


def rule_words(rule: Rule, asked: Asked) -> str:
    """The rule in words; marked where nobody has confirmed its list of codes."""
    words = in_words(rule, asked.t)
    verified = asked.answers.codes.get("contribution_rule", rule.code).extra["verified"]
    return words if verified else asked.t("quality.rule_unverified", rule=words)


def contribution_groups(asked: Asked) -> Table:
    """The chosen rule by level or by school."""
    found, cut, rule = (
        Contribution(asked.answers, asked.scope, asked.selection),
        chosen_cut(asked),
        chosen_rule(asked),
    )
    table = share_table(found.groups(rule, cut), asked.names(cut), asked.t(f"table.{cut}"), asked)
    name = asked.names("contribution_rule")[rule.code]
    return Table(table.columns, table.rows, (name, rule_words(rule, asked)))


def share_table(
    shares: Sequence[RuleShare], names: Mapping[str, str], what: str, asked: Asked
) -> Table:
    """People, and their shares of all graduates and of the employed."""
    t = asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", what, "text"),
        Column("people", t("table.people"), "count"),
        Column("graduates", t("table.graduates"), "count"),
        Column("of_graduates", t("table.share"), "rate"),
        Column("employed", asked.employed_name, "count"),
        Column("of_employed", t("quality.of_employed", employed=asked.employed_name), "rate"),
        Column("year", t("table.year"), "points"),
    )
    rows = tuple(
        (
            one.code,
            names[one.code],
            one.people,
            one.of_graduates.denominator,
            one.of_graduates,
            one.of_employed.denominator,
            one.of_employed,
            one.year,
        )
        for one in shares
    )
    return Table(columns, rows)


def _by_level(_asked: Asked) -> Cut:
    return "level"


def _by_school(_asked: Asked) -> Cut:
    return "school"


QUALITY_QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "quality-development": _profile("graduate"),
    "quality-pay": _groups("graduate", pay_item, _by_level),
    "quality-development-groups": _groups(
        "graduate", lambda asked: chosen_item(asked, "graduate"), chosen_cut
    ),
    "quality-employers": _profile("employer"),
    "quality-employers-groups": _groups(
        "employer", lambda asked: chosen_item(asked, "employer"), _by_school
    ),
    "quality-contribution": contribution,
    "quality-contribution-groups": contribution_groups,
}
