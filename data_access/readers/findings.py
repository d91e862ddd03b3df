"""Complaints about a file: those that refuse it (problems) and those that go with it (findings)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

from data_access.errors import MAX_PROBLEMS, InputError, Problem
from data_access.readers.text import shown

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
"""The gravest first."""

MAX_ROWS_PER_FINDING: Final = 20
MAX_FINDINGS_PER_CODE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in an imported file that a person should know.

    ``row`` is the first row concerned, ``rows`` the first ``MAX_ROWS_PER_FINDING`` of them and
    ``count`` how many there are (0: the file as a whole). ``printed`` is what the file says,
    ``computed`` what it should say or what was made of it.
    """

    message_key: str
    severity: Severity
    row: int | None = None
    column: str | None = None
    printed: str | None = None
    computed: str | None = None
    rows: tuple[int, ...] = ()
    count: int = 0
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The last part of the message key, as the documentation lists it."""
        return self.message_key.rpartition(".")[2]

    @property
    def message_params(self) -> dict[str, object]:
        """Every parameter that the message may use; what is not known is an empty text."""
        known = {
            "row": self.row,
            "column": self.column,
            "printed": self.printed,
            "computed": self.computed,
        }
        texts = {name: "" if value is None else value for name, value in known.items()}
        return {**texts, "count": self.count, **self.params}


class Log(Protocol):
    """Takes findings."""

    def add(
        self,
        message_key: str,
        severity: Severity,
        *,
        row: int | None = None,
        column: str | None = None,
        printed: str | None = None,
        computed: str | None = None,
        **params: object,
    ) -> None: ...


class Problems(Protocol):
    """Takes broken rules; ``total`` counts them."""

    total: int

    def add(
        self,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **params: object,
    ) -> None: ...


class FindingLog:
    """Collects findings; the same complaint about several rows becomes one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], _Counted] = {}
        self._per_key: dict[str, int] = {}
        self._beyond: dict[str, tuple[Severity, list[int]]] = {}

    def add(
        self,
        message_key: str,
        severity: Severity,
        *,
        row: int | None = None,
        column: str | None = None,
        printed: str | None = None,
        computed: str | None = None,
        **params: object,
    ) -> None:
        """Notes one complaint. Identity numbers in ``printed`` are masked."""
        extra = tuple(sorted(params.items())) if params else ()
        identity = (message_key, column, printed, computed, extra)
        counted = self._found.get(identity)
        if counted is None:
            if self._per_key.get(message_key, 0) >= MAX_FINDINGS_PER_CODE:
                rows = self._beyond.setdefault(message_key, (severity, []))[1]
                rows.append(row or 0)
                return
            self._per_key[message_key] = self._per_key.get(message_key, 0) + 1
            counted = self._found[identity] = _Counted(
                Finding(
                    message_key=message_key,
                    severity=severity,
                    row=row,
                    column=column,
                    printed=None if printed is None else shown(printed),
                    computed=computed,
                    params=params,
                )
            )
        if row is not None:
            counted.note(row)

    def findings(self) -> tuple[Finding, ...]:
        """All of them: errors first, then by row; the last say how many more there are."""
        found = [counted.finding() for counted in self._found.values()]
        found.sort(key=by_gravity)
        beyond = [
            Finding(
                message_key="import.finding.more_of_these",
                severity=severity,
                row=rows[0] or None,
                rows=tuple(rows[:MAX_ROWS_PER_FINDING]),
                count=len(rows),
                params={"code": key.rpartition(".")[2]},
            )
            for key, (severity, rows) in self._beyond.items()
        ]
        return (*found, *beyond)


def by_gravity(finding: Finding) -> tuple[int, int]:
    """Errors first, then by row."""
    return SEVERITIES.index(finding.severity), finding.row or 0


class _Counted:
    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self._rows: list[int] = []
        self._count = 0

    def note(self, row: int) -> None:
        self._count += 1
        if len(self._rows) < MAX_ROWS_PER_FINDING:
            self._rows.append(row)

    def finding(self) -> Finding:
        return replace(self._finding, rows=tuple(self._rows), count=self._count)


class ProblemLog:
    """Collects everything that refuses a file, so that it can be put right in one go."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.total = 0
        self._kept: list[Problem] = []

    def add(
        self,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **params: object,
    ) -> None:
        """Notes one broken rule. Identity numbers in ``value`` are masked."""
        self.total += 1
        if len(self._kept) < MAX_PROBLEMS:
            text = None if value is None else shown(value)
            self._kept.append(
                Problem(
                    rule=rule, file=self.file, row=row, column=column, value=text, params=params
                )
            )

    def raise_if_any(self) -> None:
        """Raises InputError with everything noted."""
        if self.total:
            raise InputError("import.rejected", problems=self._kept, total=self.total)
