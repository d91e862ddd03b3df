"""What people do about checks: draw a sample, record a result, hand in a file of results.

Who may do what is looked at here, for the page and for whoever else calls: the department draws,
and records every channel; a school records its own answer about its own graduates.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from dashboard.asked import Asked
from dashboard.auth import Permission
from dashboard.check_days import days_of
from dashboard.checks import check_board
from dashboard.services import Services
from data_access.check_reads import Checks
from data_access.checks import (
    CHANNELS,
    OUTCOMES,
    Channel,
    CheckResult,
    Recorded,
    Request,
    draw_sample,
    record_results,
)
from data_access.errors import InputError
from data_access.ledger import WHOLE_AUTHORITY
from data_access.readers.check_answers import (
    CheckLimits,
    CheckReading,
    day_of,
    read_check_answers,
)
from data_access.readers.limits import Limits
from data_access.readers.text import narrow
from data_access.sampling import LARGEST_SEED, METHODS
from data_access.scope import Scope
from data_access.store import Store

LARGEST_FILE = 10 * 2**20  # bytes: a list of ten thousand graduates is below one
FILE_ROWS = 300_000
_MANY_DIGITS = re.compile(r"\d{7}")


def channels_for(allowed: frozenset[str]) -> tuple[Channel, ...]:
    """The channels whose results somebody with these permissions may record."""
    if Permission.CHECK in allowed:
        return CHANNELS
    return ("school",) if Permission.ANSWER in allowed else ()


@dataclass(frozen=True, slots=True)
class CheckDesk:
    """One person at work; everything is refused with an InputError that says why."""

    services: Services

    def draw(self, asked: Asked, method: object, size: object, seed: object, title: object) -> int:
        """Draws a sample of the class and day on the page; an empty seed is drawn too."""
        if Permission.CHECK not in self.services.allowed():
            raise InputError("checks.not_yours_to_draw")
        if asked.moment.as_of is None:
            raise InputError("checks.nobody_to_draw")
        named = str(title or "").strip()
        if _MANY_DIGITS.search(re.sub(r"[\s-]", "", narrow(named))):
            raise InputError("checks.title_with_number")
        if method not in METHODS:
            raise InputError("checks.unknown_method")
        request = Request(
            cohort=asked.selection.cohort,
            counted_on=asked.moment.as_of,
            method=method,
            size=_whole(size) or 0,
            seed=_seed(seed),
            title=named,
        )
        return draw_sample(self._registry, request, actor=self.services.actor())

    def record(
        self,
        asked: Asked,
        school: object,
        number: object,
        channel: object,
        outcome: object,
        day: object,
    ) -> Recorded:
        """Records one result about one graduate of the class on the page."""
        if channel not in self._channels():
            raise InputError("checks.not_your_channel")
        if outcome not in OUTCOMES:
            raise InputError("checks.choose_result")
        checked_on = day_of(str(day or ""))
        first, last = days_of(asked.selection.cohort)
        if checked_on is None or not first <= checked_on <= last:
            raise InputError("checks.choose_day", first=first.isoformat(), last=last.isoformat())
        code, key = str(school or ""), narrow(str(number or ""))
        checks = Checks(self.services.answers.store)
        who = checks.find(asked.scope, asked.selection.cohort, [code]).get((code, key))
        if who is None:
            raise InputError("checks.unknown_graduate")
        sample = check_board(asked).sample
        result = CheckResult(who, channel, outcome, checked_on, sample.id if sample else None)
        return self._keep([result])

    def hand_in(self, asked: Asked, path: Path, channel: object) -> tuple[CheckReading, Recorded]:
        """Reads a file of results about the class on the page and keeps them, all or none.

        ``channel`` holds for the rows that name none.
        """
        allowed = self._channels()
        if channel not in allowed:
            raise InputError("checks.not_your_channel")
        sample = check_board(asked).sample
        limits = file_limits(
            asked.answers.store,
            asked.scope,
            asked.selection.cohort,
            allowed,
            channel,
            sample.id if sample else None,
        )
        size = Limits(max_bytes=LARGEST_FILE, max_rows=FILE_ROWS)
        reading = read_check_answers(path, limits=limits, size=size)
        return reading, self._keep(reading.results)

    def _keep(self, results: Sequence[CheckResult]) -> Recorded:
        services = self.services
        return record_results(
            self._registry, results, actor=services.actor(), on_refuted=services.on_refuted
        )

    def _channels(self) -> tuple[Channel, ...]:
        allowed = channels_for(self.services.allowed())
        if not allowed:
            raise InputError("checks.not_yours_to_record")
        return allowed

    @property
    def _registry(self) -> Engine:
        return self.services.answers.store.registry


def file_limits(
    store: Store,
    scope: Scope,
    cohort: int,
    allowed: tuple[Channel, ...],
    channel: Channel | None,
    sample: int | None = None,
) -> CheckLimits:
    """What a file may say that somebody with this scope and these channels hands in."""
    schools = frozenset(store.codes.tables["school"]) - {WHOLE_AUTHORITY}
    if scope.schools is not None:
        schools = frozenset(scope.schools)
    first, last = days_of(cohort)
    checks = Checks(store)
    return CheckLimits(
        schools=schools,
        channels=frozenset(allowed),
        first=first,
        last=last,
        find=lambda codes: checks.find(scope, cohort, codes),
        channel=channel,
        sample=sample,
    )


def _whole(value: object) -> int | None:
    """A whole number as a form gives it, or None."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    digits = text.isascii() and text.isdecimal() and len(text) <= 12
    return int(text) if digits and not isinstance(value, bool) else None


def _seed(value: object) -> int:
    if value is None or value == "":
        return secrets.randbelow(LARGEST_SEED + 1)
    found = _whole(value)
    if found is None:
        raise InputError("checks.seed_out_of_range", largest=LARGEST_SEED)
    return found
