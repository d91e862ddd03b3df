"""What a submission looks odd in beside the ledger: other schools, earlier returns, sudden changes.

All of it is set-based SQL over the rows of the submission and the states in force on its
statistical date (:func:`data_access.states.side_by_side`). Nothing is divided here: shares are
compared by multiplying, and messages say counts. What concerns another school says only that there
is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Row, Select, Table

from data_access.readers.findings import Finding
from data_access.schema import edition, edition_member, state, subject
from data_access.states import Pair, newest, side_by_side
from data_access.submissions import PUSHED
from data_access.validation.rules import Rules
from data_access.workflow_schema import submission

MAX_LINES: Final = 1_000
"""Lines that one rule names; a last finding counts the others."""
MAX_NUMBERS: Final = 50
"""Student numbers that the finding about graduates who are gone names."""


def ledger_findings(connection: Connection, submission_id: int, rules: Rules) -> list[Finding]:
    """Everything that the ledger knows better, as grave as the rules say.

    Raises ``sqlalchemy.exc.NoResultFound`` for an unknown submission. Writes nothing but
    temporary tables, in the caller's transaction.
    """
    head = connection.execute(sa.select(submission).where(submission.c.id == submission_id)).one()
    with side_by_side(connection, head) as pair:
        checks = _Checks(connection, head, rules, pair)
        return [
            *checks.lines("import.finding.person_at_other_school", checks.at_other_school()),
            *checks.lines("import.finding.person_differs", checks.other_person()),
            *checks.lines("import.finding.employment_lost", checks.employment_lost()),
            *checks.gone(),
            *checks.sudden(),
        ]


@dataclass(frozen=True, slots=True)
class _Totals:
    """Graduates and those with a destination that counts, before and with the submission."""

    graduates_before: int
    employed_before: int
    graduates: int
    employed: int
    compared: int
    changed: int


class _Checks:
    """The questions about one submission; ``head`` is its row."""

    def __init__(self, connection: Connection, head: Row[Any], rules: Rules, pair: Pair) -> None:
        self._connection = connection
        self._head = head
        self._rules = rules
        self._before, self._rows = pair
        self._left_out = pair.left_out

    def lines(self, key: str, statement: Select[Any]) -> Iterator[Finding]:
        """One finding per line; rows are (line, student number, printed, computed)."""
        severity = self._rules.severity(key.rpartition(".")[2])
        if severity is None:
            return
        count = 0
        for count, row in enumerate(self._connection.execute(statement), start=1):
            if count <= MAX_LINES:
                yield Finding(
                    message_key=key,
                    severity=severity,
                    row=row.line,
                    printed=row.printed,
                    computed=row.computed,
                    rows=(row.line,),
                    count=1,
                    params={"number": row.key},
                )
        if count > MAX_LINES:
            more = "import.finding.more_findings"
            yield Finding(message_key=more, severity=severity, count=count - MAX_LINES)

    def at_other_school(self) -> Select[Any]:
        """Lines whose person another school has among its graduates."""
        rows, head = self._rows, self._head
        held = sa.exists().where(
            state.c.seq == newest(subject.c.id, head.counted_on), state.c.n > 0
        )
        elsewhere = sa.select(subject.c.person_hash).where(
            subject.c.cohort == head.cohort,
            subject.c.school != head.school,
            subject.c.person_hash.in_(sa.select(rows.c.person_hash)),
            held,
        )
        return _lines(rows, rows.c.key, sa.null()).where(rows.c.person_hash.in_(elsewhere))

    def other_person(self) -> Select[Any]:
        """Lines whose student number was another person's."""
        rows, before = self._rows, self._before
        return (
            _lines(rows, rows.c.key, sa.null())
            .join(before, before.c.key == rows.c.key)
            .where(rows.c.person_hash != before.c.person_hash)
        )

    def employment_lost(self) -> Select[Any]:
        """Lines with a destination that counts no longer."""
        rows, before, counts = self._rows, self._before, self._counting()
        return (
            _lines(rows, before.c.destination, rows.c.destination)
            .join(before, before.c.key == rows.c.key)
            .where(before.c.destination.in_(counts), rows.c.destination.not_in(counts))
        )

    def gone(self) -> Iterator[Finding]:
        """The graduates of the last list whom the submission does not mention."""
        severity = self._rules.severity("graduates_gone")
        if severity is None or self._head.channel == PUSHED:
            return
        missing = sa.select(self._before.c.key).where(self._left_out)
        some = missing.order_by(self._before.c.key).limit(MAX_NUMBERS)
        numbers = self._connection.scalars(some).all()
        if numbers:
            count = self._connection.scalar(
                sa.select(sa.func.count()).select_from(missing.subquery())
            )
            yield Finding(
                message_key="import.finding.graduates_gone",
                severity=severity,
                printed=", ".join(numbers),
                count=count or 0,
            )

    def sudden(self) -> Iterator[Finding]:
        """Whether the totals change by more than the rules allow; nothing for a first list."""
        totals = self._totals()
        if not totals.graduates_before or not totals.graduates:
            return
        for code, jumps in (
            ("rate_jumps", _rate_jumps),
            ("destinations_change", _destinations_change),
            ("graduates_change", _graduates_change),
        ):
            severity = self._rules.severity(code)
            threshold, minimum = self._rules.limits(code)
            if severity and totals.graduates_before >= minimum and jumps(totals, threshold):
                yield Finding(
                    message_key=_SUDDEN[code],
                    severity=severity,
                    printed=f"{totals.graduates_before}",
                    computed=f"{totals.graduates}",
                    count=totals.changed if code == "destinations_change" else 0,
                    params={
                        "threshold": f"{threshold:g}",
                        "compared": totals.compared,
                        "employed": totals.employed,
                        "employed_before": totals.employed_before,
                        "graduates": totals.graduates,
                        "graduates_before": totals.graduates_before,
                    },
                )

    def _totals(self) -> _Totals:
        rows, before, counts = self._rows, self._before, self._counting()
        graduates_before, employed_before = self._sums(before, counts)
        graduates, employed = self._sums(rows, counts)
        if not self._head.removes_absent:  # who is not mentioned stays
            staying, employed_staying = self._sums(before, counts, self._left_out)
            graduates, employed = graduates + staying, employed + employed_staying
        differs = sa.case((rows.c.destination != before.c.destination, 1), else_=0)
        compared, changed = self._connection.execute(
            sa.select(sa.func.count(), sa.func.sum(differs)).select_from(
                rows.join(before, before.c.key == rows.c.key)
            )
        ).one()
        return _Totals(
            graduates_before, employed_before, graduates, employed, compared, int(changed or 0)
        )

    def _sums(
        self, source: Table, counts: Select[Any], *where: sa.ColumnElement[bool]
    ) -> tuple[int, int]:
        """Graduates, and those of them whose destination counts."""
        employed = sa.func.sum(sa.case((source.c.destination.in_(counts), 1), else_=0))
        row = self._connection.execute(
            sa.select(sa.func.count(), employed).select_from(source).where(*where)
        ).one()
        return row[0], int(row[1] or 0)

    def _counting(self) -> Select[Any]:
        """The destinations that count as employed under the definition of the class."""
        chosen = (
            sa.select(edition.c.code)
            .where(edition.c.first_cohort <= self._head.cohort)
            .order_by(edition.c.first_cohort.desc())
            .limit(1)
            .scalar_subquery()
        )
        oldest = (
            sa.select(edition.c.code).order_by(edition.c.first_cohort).limit(1).scalar_subquery()
        )
        return sa.select(edition_member.c.destination).where(
            edition_member.c.edition == sa.func.coalesce(chosen, oldest), edition_member.c.employed
        )


_SUDDEN: Final = {
    "rate_jumps": "import.finding.rate_jumps",
    "destinations_change": "import.finding.destinations_change",
    "graduates_change": "import.finding.graduates_change",
}


def _rate_jumps(t: _Totals, points: float) -> bool:
    difference = t.employed * t.graduates_before - t.employed_before * t.graduates
    return abs(difference) * 100 > points * t.graduates * t.graduates_before


def _destinations_change(t: _Totals, percent: float) -> bool:
    return t.changed * 100 > percent * t.compared


def _graduates_change(t: _Totals, percent: float) -> bool:
    return abs(t.graduates - t.graduates_before) * 100 > percent * t.graduates_before


def _lines(rows: Table, printed: Any, computed: Any) -> Select[Any]:
    columns = (rows.c.line, rows.c.key, printed.label("printed"), computed.label("computed"))
    return sa.select(*columns).select_from(rows).order_by(rows.c.line)
