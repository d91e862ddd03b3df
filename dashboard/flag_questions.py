"""The tables of the flags page: what looks odd, the records behind one flag, the rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.asked import Asked
from dashboard.auth import Permission
from dashboard.tables import Column, Table, Value
from data_access.flag_reading import Flag, Record, flags_at, records, run_as_of
from data_access.flag_rows import Run
from data_access.flag_settings import Rule, rules


@dataclass(frozen=True, slots=True)
class Board:
    """The newest run up to the selected day, and the flags that it or earlier ones found."""

    run: Run | None
    every: tuple[Flag, ...]

    @property
    def standing(self) -> list[Flag]:
        return [one for one in self.every if not one.gone]

    @property
    def gone(self) -> list[Flag]:
        return [one for one in self.every if one.gone]


def may_look(asked: Asked) -> bool:
    """Flags tell of every school, and are for those who check."""
    return asked.scope.schools is None and Permission.CHECK in asked.services.allowed()


def board(asked: Asked) -> Board:
    """Runs and flags of the selected class and schools; nothing for those who do not check."""
    if not may_look(asked):
        return Board(None, ())
    store, selection = asked.answers.store, asked.selection
    key = ("flags", selection.cohort, selection.as_of, asked.scope.cache_key, store.work)

    def read() -> Board:
        with store.guarded.connect() as connection:
            run = run_as_of(connection, asked.scope, selection.cohort, selection.as_of)
            if run is None:
                return Board(None, ())
            return Board(run, tuple(flags_at(connection, asked.scope, run)))

    found = store.cache.get(key, read)
    if not selection.schools:
        return found
    return Board(found.run, tuple(f for f in found.every if f.school in selection.schools))


def shown(asked: Asked) -> list[Flag]:
    """The flags of the page: of the chosen rule, standing or gone."""
    rule, standing = asked.state.get("flag_rule", "all"), asked.state.get("standing", "now")
    return [
        one
        for one in board(asked).every
        if rule in ("all", one.rule) and (standing == "every" or one.gone == (standing == "gone"))
    ]


def chosen(asked: Asked) -> Flag | None:
    """The flag in the URL; else the first one shown."""
    every = {str(one.id): one for one in board(asked).every}
    wanted = every.get(asked.state.get("flag", ""))
    return wanted or next(iter(shown(asked)), None)


def rules_in_force(asked: Asked) -> dict[str, Rule]:
    """Every rule as set today, by code."""
    store = asked.answers.store

    def read() -> dict[str, Rule]:
        with store.guarded.connect() as connection:
            return {rule.code: rule for rule in rules(connection)}

    return store.cache.get(("flag_rules", store.work), read)


def evidence(asked: Asked) -> list[Record]:
    """The graduates of the chosen flag."""
    found = chosen(asked)
    if found is None:
        return []
    with asked.answers.store.guarded.connect() as connection:
        return records(connection, asked.scope, found.id)


def flag_name(found: Flag, asked: Asked) -> str:
    return asked.names("flag_rule")[found.rule]


def amount(value: float, unit: str, asked: Asked) -> str:
    """A number in the unit of its rule: 3%, 15 percentage points, 4 times."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return asked.t(f"flags.unit_{unit}", value=text)


def value_of(found: Flag, asked: Asked) -> str:
    return amount(found.value, rules_in_force(asked)[found.rule].unit, asked)


def threshold_of(found: Flag, asked: Asked) -> str:
    return amount(found.threshold, rules_in_force(asked)[found.rule].unit, asked)


def subject_of(found: Flag, asked: Asked) -> str:
    """What the flag is about: an employer, a day, a group of destinations, a word, a level."""
    t, subject = asked.t, found.subject
    match found.rule:
        case "employer_share" | "many_schools":
            return str(found.detail["employer"])
        case "flexible_share" | "freelance_share" | "business_share":
            return t(f"flags.group_{subject}")
        case "kind_name":
            return t("flags.ends_with", word=subject)
        case "internship":
            return t("flags.contains", word=subject)
        case "full_rate":
            return asked.names("level")[subject]
        case "all_flexible":
            level, _, discipline = subject.partition("|")
            parts = (asked.names("level")[level], asked.names("discipline")[discipline])
            return " · ".join(parts)
        case "same_rate":
            return t("flags.from_to", first=subject, last=found.detail["last"])
        case _:
            return subject or t("flags.whole_school")


def against(found: Flag, asked: Asked) -> str:
    """What the value is made of or compared with."""
    detail = {
        name: asked.t.count(value) if isinstance(value, int) else value
        for name, value in found.detail.items()
    }
    return asked.t(f"flags.against_{found.rule}", **detail)


def standing_of(found: Flag, asked: Asked) -> str:
    if found.cases:
        return asked.t("flags.in_case")
    if found.gone:
        return asked.t("flags.is_gone", day=found.last.isoformat())
    return asked.t("flags.to_check")


def problem_of(found: Flag, asked: Asked) -> str:
    """The flag in one sentence, as a case begins."""
    return asked.t(
        "flags.sentence",
        rule=flag_name(found, asked),
        subject=subject_of(found, asked),
        value=value_of(found, asked),
        threshold=threshold_of(found, asked),
        people=asked.t.count(found.people),
        against=against(found, asked),
        day=asked.t.date(found.counted_on),
    )


def flags_table(asked: Asked) -> Table:
    """One row per flag: rule, school, what, value against threshold, people, since when."""
    t, schools = asked.t, asked.names("school")
    columns = (
        Column("code", t("table.code"), "code"),
        Column("rule", t("flags.rule"), "text"),
        Column("school", t("table.school"), "text"),
        Column("subject", t("flags.subject"), "text"),
        Column("value", t("flags.value"), "text"),
        Column("threshold", t("flags.threshold"), "text"),
        Column("people", t("table.people"), "count"),
        Column("against", t("flags.against"), "text"),
        Column("since", t("flags.since"), "date"),
        Column("standing", t("flags.standing"), "text"),
    )
    rows = tuple(
        (
            str(one.id),
            flag_name(one, asked),
            schools[one.school],
            subject_of(one, asked),
            value_of(one, asked),
            threshold_of(one, asked),
            one.people,
            against(one, asked),
            one.since,
            standing_of(one, asked),
        )
        for one in shown(asked)
    )
    return Table(columns, rows, (t("flags.no_verdict"),))


def evidence_table(asked: Asked) -> Table:
    """One row per graduate of the chosen flag: student number, cell, employer, day."""
    t, found = asked.t, chosen(asked)
    columns = (
        Column("number", t("flags.number"), "text"),
        Column("school", t("table.school"), "text"),
        Column("level", t("table.level"), "text"),
        Column("discipline", t("table.discipline"), "text"),
        Column("destination", t("table.destination"), "text"),
        Column("employer", t("flags.employer"), "text"),
        Column("credit_code", t("flags.credit_code"), "text"),
        Column("signed_on", t("flags.signed_on"), "date"),
        Column("since", t("flags.state_since"), "date"),
    )
    kinds = ("school", "level", "discipline", "destination")
    names = {kind: asked.names(kind) for kind in kinds}  # type: ignore[arg-type]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            one.number,
            *(names[kind][getattr(one, kind)] for kind in kinds),
            *(one.employer, one.credit_code, one.signed_on, one.since),
        )
        for one in evidence(asked)
    )
    notes = () if found is None else (problem_of(found, asked), t("flags.no_verdict"))
    return Table(columns, rows, notes)


def rules_table(asked: Asked) -> Table:
    """One row per rule: threshold, fewest people, what is compared, where it comes from."""
    t = asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("rule", t("flags.rule"), "text"),
        Column("threshold", t("flags.threshold"), "text"),
        Column("minimum", t("flags.minimum"), "count"),
        Column("active", t("flags.active"), "text"),
        Column("explanation", t("flags.explanation"), "text"),
        Column("source", t("flags.source"), "text"),
    )
    found = rules_in_force(asked) if may_look(asked) else {}
    rows = tuple(
        (
            rule.code,
            t.name(rule.name_zh, rule.name_en),
            amount(rule.threshold, rule.unit, asked),
            rule.minimum,
            _use(rule, asked),
            t.name(rule.explanation_zh, rule.explanation_en),
            rule.source,
        )
        for rule in found.values()
    )
    return Table(columns, rows)


def _use(rule: Rule, asked: Asked) -> str:
    if not rule.active:
        return asked.t("flags.inactive")
    return asked.t("flags.is_changed" if rule.changed else "flags.is_active")


FLAG_QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "flags": flags_table,
    "flag-evidence": evidence_table,
    "flag-rules": rules_table,
}
