"""What a page shows: one frozen value that is the URL, the state of the page and the parameters
of the SQL."""

import dataclasses
import datetime as dt


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the ledger is meant. Equal meaning is an equal value, whatever the order.

    ``as_of`` None: live, the latest statistical date of the cohort. Empty ``schools``: all that
    the scope allows. A parent among ``levels`` includes its children; ``discipline`` is any
    node of the tree; ``origin`` and ``work_region`` are province or city codes. ``edition``
    None: the cohort's own.
    """

    cohort: int
    as_of: dt.date | None = None
    schools: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    discipline: str | None = None
    origin: str | None = None
    work_region: str | None = None
    edition: str | None = None

    def __post_init__(self) -> None:
        for name in ("schools", "levels"):
            codes = {code for code in getattr(self, name) if code}
            object.__setattr__(self, name, tuple(sorted(codes)))
        for name in ("discipline", "origin", "work_region", "edition"):
            object.__setattr__(self, name, getattr(self, name) or None)
        if isinstance(self.as_of, dt.datetime):  # a datetime never equals its date
            object.__setattr__(self, "as_of", self.as_of.date())

    replace = dataclasses.replace
