"""Complaints about a file for a preview: every line of its own, as grave as the rules say."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from data_access.readers.findings import SEVERITIES, Finding, Severity, by_gravity
from data_access.readers.identity import mask_numbers
from data_access.readers.text import shown
from data_access.validation.rules import Rules

MAX_FINDINGS: Final = 5_000


class EveryLine:
    """Collects one finding per cell, and counts those beyond ``MAX_FINDINGS``.

    The first of every kind is kept in any case, then the gravest. Rules that are switched off
    say nothing. Telephones and identity numbers are masked in what a finding prints.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._first: dict[str, Finding] = {}
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in SEVERITIES}
        self._counts: Counter[Severity] = Counter()

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
        """Notes one complaint; ``severity`` counts where the table does not have the rule."""
        self.note(message_key, severity, row, column, printed, computed, params)

    def note(
        self,
        message_key: str,
        severity: Severity,
        row: int | None,
        column: str | None,
        printed: str | None,
        computed: str | None,
        params: Mapping[str, object],
    ) -> None:
        """The same, with the parameters of the message as one mapping."""
        decided = self._rules.severity(message_key.rpartition(".")[2], severity)
        if decided is None:
            return
        self._counts[decided] += 1
        kept = self._kept[decided]
        if message_key in self._first and len(kept) >= MAX_FINDINGS:
            return
        finding = Finding(
            message_key=message_key,
            severity=decided,
            row=row,
            column=column or None,
            printed=None if printed is None else shown(mask_numbers(printed)),
            computed=computed,
            rows=() if row is None else (row,),
            count=0 if row is None else 1,
            params=params,
        )
        if message_key in self._first:
            kept.append(finding)
        else:
            self._first[message_key] = finding

    def findings(self) -> tuple[Finding, ...]:
        """At most ``MAX_FINDINGS``, errors first, then by row; a last one counts the others.

        That one is as grave as the gravest it speaks of, so that errors block in any case.
        """
        chosen = [*self._first.values()]
        for severity in SEVERITIES:
            chosen += self._kept[severity][: max(0, MAX_FINDINGS - len(chosen))]
        beyond = self._counts - Counter(finding.severity for finding in chosen)
        chosen.sort(key=by_gravity)
        if beyond:
            gravest = next(severity for severity in SEVERITIES if beyond[severity])
            key = "import.finding.more_findings"
            chosen.append(Finding(message_key=key, severity=gravest, count=beyond.total()))
        return tuple(chosen)


class BrokenRules:
    """The rules that refuse a row, as findings beside the others."""

    def __init__(self, log: EveryLine) -> None:
        self.total = 0
        self._log = log

    def add(
        self,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **params: object,
    ) -> None:
        """Notes one broken rule; the row cannot be entered."""
        self.total += 1
        self._log.note(rule, "error", row, column, value, None, params)
