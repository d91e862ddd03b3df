"""``quxiang import``: read files, say what was found, hand the returns to the ledger.

All files of one call are read before anything is written, and accepted in one transaction:
either every file is in the ledger or none is.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine

from dashboard.check_days import days_of
from dashboard.commands import prepared_registry
from dashboard.i18n import Translator, translator
from dashboard.indicators.rates import share
from dashboard.refuted import opens_cases
from dashboard.settings import Settings
from data_access import code_book
from data_access.check_reads import find_graduates
from data_access.checks import CHANNELS, Channel, CheckResult, record_results
from data_access.code_book import CodeBook
from data_access.errors import InputError
from data_access.ledger import WHOLE_AUTHORITY, Accepted, Return, accept
from data_access.readers.check_answers import CheckLimits, Numbers, read_check_answers
from data_access.readers.codes import code_index, discipline_index
from data_access.readers.findings import Finding
from data_access.readers.graduates import read_graduates
from data_access.readers.surveys import read_survey, survey_codes
from data_access.readers.table import read_table
from data_access.scope import Scope
from data_access.survey_ledger import SurveyKind, accept_surveys

ACCEPTED_BY = "command line"


def import_table(
    settings: Settings,
    file: Path,
    cohort: int,
    level: str,
    as_of: dt.date,
    edition: str | None,
    school: str,
    stated: tuple[int | None, str | None],
    console: Console,
) -> None:
    """Imports a published table of one level; the stated total and rate are only compared."""
    engine, t = prepared_registry(settings), translator(settings.language)
    codes = _codes(engine)
    if school not in codes.tables["school"]:
        raise InputError("import.unknown_school", value=school)
    known = [row["code"] for row in codes.editions.editions]
    if edition is not None and edition not in known:
        raise InputError("command.unknown_code", field="edition", value=edition)
    reading = read_table(
        file,
        cohort=cohort,
        level=level,
        as_of=as_of,
        edition=edition,
        disciplines=discipline_index(codes),
        school=school,
        stated_total=stated[0],
        stated_rate=stated[1],
    )
    accepted = accept(engine, [reading.return_], accepted_by=ACCEPTED_BY)
    _print_findings(file.name, reading.findings, t, console)
    console.print(
        t(
            "command.table_read",
            file=file.name,
            rows=t.count(len(reading.return_.entries)),
            graduates=t.count(reading.graduates),
            employed=t.count(reading.employed),
        ),
        markup=False,
        highlight=False,
    )
    _print_accepted([reading.return_], accepted, t, console)
    engine.dispose()


def import_graduates(
    settings: Settings,
    files: Sequence[Path],
    cohort: int,
    as_of: dt.date,
    school: str | None,
    console: Console,
) -> None:
    """Imports record-level files in the national layouts."""
    engine, t = prepared_registry(settings), translator(settings.language)
    codes = code_index(_codes(engine))
    returns: list[Return] = []
    for file in files:
        reading = read_graduates(
            file,
            cohort=cohort,
            as_of=as_of,
            codes=codes,
            hash_key=settings.secret_key.encode(),
            school=school,
        )
        returns.extend(reading.returns.values())
        _print_findings(file.name, reading.findings, t, console)
        console.print(
            t(
                "command.graduates_read",
                file=file.name,
                graduates=t.count(reading.graduates),
                schools=t.count(len(reading.returns)),
            ),
            markup=False,
            highlight=False,
        )
    accepted = accept(engine, returns, accepted_by=ACCEPTED_BY)
    _print_accepted(returns, accepted, t, console)
    engine.dispose()


def import_survey(
    settings: Settings,
    files: Sequence[Path],
    kind: SurveyKind,
    cohort: int,
    title: str,
    fielded_on: dt.date | None,
    console: Console,
) -> None:
    """Imports surveys of graduates or of employers; nothing in them says who somebody is."""
    engine, t = prepared_registry(settings), translator(settings.language)
    book = _codes(engine)
    codes = survey_codes(book, discipline_index(book))
    readings = []
    for file in files:
        reading = read_survey(
            file, kind=kind, cohort=cohort, codes=codes, title=title, fielded_on=fielded_on
        )
        readings.append(reading.file)
        _print_findings(file.name, reading.findings, t, console)
        asked, answered = sum(reading.file.invited.values()), len(reading.file.respondents)
        text = t(
            "command.survey_read",
            file=file.name,
            asked=t.count(asked),
            answered=t.count(answered),
            rate=t.rate(share(answered, asked)),
        )
        console.print(text, markup=False, highlight=False)
    accepted = accept_surveys(engine, readings, imported_by=ACCEPTED_BY)
    for one, result in zip(readings, accepted, strict=True):
        key = "command.survey_already" if result.already else "command.survey_accepted"
        console.print(t(key, source=one.source), markup=False, highlight=False)
    engine.dispose()


def import_checks(
    settings: Settings,
    files: Sequence[Path],
    cohort: int,
    channel: Channel,
    scope: Scope,
    console: Console,
) -> None:
    """Imports results of checks of one class, of every channel."""
    engine, t = prepared_registry(settings), translator(settings.language)
    book = _codes(engine)
    schools = frozenset(book.tables["school"]) - {WHOLE_AUTHORITY}
    first, last = days_of(cohort)

    def find(codes: Collection[str]) -> Numbers:
        with engine.connect() as connection:
            return find_graduates(connection, scope, cohort, codes)

    limits = CheckLimits(
        schools=schools,
        channels=frozenset(CHANNELS),
        first=first,
        last=last,
        find=find,
        channel=channel,
    )
    results: list[CheckResult] = []
    for file in files:
        reading = read_check_answers(file, limits=limits)
        results.extend(reading.results)
        _print_findings(file.name, reading.findings, t, console)
    on_refuted = opens_cases(t, lambda code: book.name("school", code, t.lang))
    kept = record_results(engine, results, actor=ACCEPTED_BY, on_refuted=on_refuted)
    text = t(
        "command.checks_recorded",
        results=t.count(len(results)),
        added=t.count(kept.added),
        known=t.count(kept.known),
        refuted=t.count(kept.refuted),
    )
    console.print(text, markup=False, highlight=False)
    engine.dispose()


def print_input_error(error: InputError, t: Translator, console: Console) -> None:
    """The message, and for a file every broken rule with row, column and value."""
    told = t(error.message_key, **error.params)
    console.print(told, style="red", markup=False, soft_wrap=True)
    for problem in error.problems:
        rule = t(problem.rule, **problem.params)
        place = t(
            "command.problem",
            file=problem.file,
            row="–" if problem.row is None else problem.row,
            column=problem.column or "–",
            value=problem.value or "",
            rule=rule,
        )
        console.print(place, markup=False, highlight=False, soft_wrap=True)
    hidden = error.total - len(error.problems)
    if hidden > 0:
        console.print(t("command.more_problems", count=t.count(hidden)), markup=False)


def _print_findings(
    file: str, findings: Iterable[Finding], t: Translator, console: Console
) -> None:
    for finding in findings:
        text = t(finding.message_key, **finding.message_params)
        line = t(
            "command.finding_file" if finding.row is None else "command.finding",
            file=file,
            row=finding.row,
            severity=t(f"command.severity_{finding.severity}"),
            text=text,
        )
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_accepted(
    returns: Sequence[Return], accepted: Sequence[Accepted], t: Translator, console: Console
) -> None:
    for one, result in zip(returns, accepted, strict=True):
        key = "command.already" if result.already else "command.accepted"
        text = t(key, source=one.source, school=one.school, movements=t.count(result.movements))
        console.print(text, markup=False, highlight=False)


def _codes(engine: Engine) -> CodeBook:
    with engine.connect() as connection:
        return code_book.load(connection)
