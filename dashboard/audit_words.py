"""What stands in the audit trail, in words: actions, persons and details."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard import url_state
from dashboard.clock import local_text
from dashboard.i18n import Translator
from dashboard.url_state import NameKind
from data_access.audit import BY_TOKEN, SYSTEM_ACTORS, AuditEvent

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "access": ("sign_in", "sign_out", "sign_in_failed"),
        "accounts": ("account_created", "account_deactivated", "password_set"),
        "submissions": (
            *("submission_received", "submission_read", "submission_unreadable"),
            *("submission_absent", "submission_reason", "submission_submitted"),
            *("submission_sent_back", "submission_accepted", "submission_withdrawn"),
            *("submission_discarded",),
        ),
        "checks": ("draw_sample", "record_results"),
        "flags": ("run_flags", "set_flag_rule"),
        "cases": ("open_case", "move_case", "remark_case", "attach_evidence", "read_evidence"),
        "tokens": ("token_created", "token_revoked"),
        "returns": ("accept_returns", "withdraw_return", "import_surveys"),
        "exports": ("export", "export_marked"),
    }
)
"""Every action that the trail knows, by its group: whatever is recorded stands here once."""

FIRST: Final = (
    *("username", "question", "submission", "token", "school", "cohort", "day", "role"),
    *("query", "actions", "since", "until"),
)
"""What is said first of an event, in this order; the rest follows by name."""
LAST: Final = ("rows", "format", "version")

MOST_NUMBERS = 8  # of a list, shown one by one
_COUNTS: Final = frozenset(
    {"rows", "movements", "version", "findings", "people", "results", "population", "bytes"}
    | {"flags", "new", "size"}
)
CODED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "origin": ("cases", "origin"),
        "move": ("cases", "move"),
        "status": ("cases", "status"),
        "method": ("checks", "method"),
        "by_channel": ("checks", "channel"),
        "by_result": ("checks", "outcome"),
    }
)
"""Details whose values, or the names in them, are codes that other pages have words for."""


def group_of(action: str) -> str:
    """The group that an action belongs to; "" for one that the trail does not know."""
    return next((group for group, actions in ACTIONS.items() if action in actions), "")


def action_words(action: str, t: Translator) -> str:
    """The name of an action; one from another version of the program names itself."""
    return t(f"audit.action_{action}") if group_of(action) else action


def asked_action(action: str, t: Translator) -> str:
    """The name of an action or of a group of them."""
    return t(f"audit.group_{action}") if action in ACTIONS else action_words(action, t)


def actor_words(actor: str, t: Translator) -> str:
    """A person by the name they sign in with, everything else in words."""
    if actor in SYSTEM_ACTORS:
        return t(f"audit.actor_{actor.replace(' ', '_')}")
    if actor.startswith(BY_TOKEN):
        return t("audit.actor_token", number=actor.removeprefix(BY_TOKEN))
    return actor


def local_time(at: dt.datetime) -> str:
    """A time of the trail, to the second, on the office's clock."""
    return local_text(at, seconds=True)


class DetailWords:
    """Says the details of events with the names of codes.

    ``names(kind, code)`` gives the name of a code in the language of ``t``.
    """

    def __init__(self, t: Translator, names: Callable[[NameKind, str], str]) -> None:
        self._t = t
        self._names = names
        self._says: dict[str, Callable[[Any], str]] = {
            "school": lambda code: self._school(str(code)),
            "schools": lambda codes: self._shortened(map(self._school, map(str, _several(codes)))),
            "role": lambda role: t(f"auth.role_{role}"),
            "question": lambda question: t(f"export.{str(question).replace('-', '_')}"),
            "absent": lambda choice: t(f"audit.absent_{choice}"),
            "channel": lambda channel: t(f"audit.channel_{channel}"),
            "cohort": lambda cohort: t("common.cohort", cohort=cohort),
            "format": lambda kind: t(f"card.{kind}"),
            "query": self._query,
            "actions": lambda asked: asked_action(str(asked), t),
            "searched": lambda names: t.listing(t(f"state.{name}") for name in _several(names)),
        }

    def __call__(self, event: AuditEvent) -> str:
        parts = (self._part(name, event.detail[name]) for name in sorted(event.detail, key=_order))
        return self._t("audit.detail_separator").join(part for part in parts if part)

    def _part(self, name: str, value: Any) -> str:
        """One detail; nothing of what was not given, and codes as they are where no name fits."""
        if value in (None, "", [], {}):
            return ""
        try:
            if name in CODED:
                value = self._in_words(CODED[name], value)
            words = self._says.get(name, self._plain)(value)
        except KeyError:
            words = self._plain(value)
        if name in _COUNTS and isinstance(value, int):
            words = self._t.count(value)
        key = f"audit.detail_{name}"
        if key not in self._t.keys:
            return self._t("audit.detail_other", name=name.replace("_", " "), value=words)
        return self._t(key, value=words)

    def _plain(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._t("audit.yes" if value else "audit.no")
        if isinstance(value, Mapping):
            return self._t.listing(f"{name} {self._plain(one)}" for name, one in value.items())
        if isinstance(value, list):
            return self._shortened(map(self._plain, value))
        return str(value)

    def _shortened(self, words: Iterable[str]) -> str:
        """The first few, and how many there are."""
        every = list(words)
        shown = self._t.listing(every[:MOST_NUMBERS])
        if len(every) <= MOST_NUMBERS:
            return shown
        return self._t("audit.and_more", shown=shown, count=self._t.count(len(every)))

    def _in_words(self, told: tuple[str, str], value: Any) -> Any:
        """A code, or the codes in a mapping, by the messages of a topic."""
        if isinstance(value, Mapping):
            return {self._in_words(told, code): n for code, n in value.items()}
        topic, kind = told
        key = ".".join((topic, f"{kind}_{value}"))
        return self._t(key) if key in self._t.keys else value

    def _school(self, code: str) -> str:
        name = self._names("school", code)
        return code if name == code else self._t("audit.named", name=name, code=code)

    def _query(self, query: Mapping[str, object]) -> str:
        """The selection of an export, then how the page showed it."""
        state = [self._state(name, value) for name, value in url_state.page_query(query).items()]
        if "cohort" not in query:
            return self._t.listing(state)
        selection = url_state.parse(query, default_cohort=url_state.FIRST_YEAR)
        sentence = url_state.describe(selection, self._t, self._names)
        return " · ".join((sentence, *state))

    def _state(self, name: str, value: str | list[str]) -> str:
        """How the page showed its selection: names of controls and choices, codes as they are."""
        shown = self._plain(value)
        key = f"state.{name}_{value}"
        words = self._t(key) if key in self._t.keys else shown
        return self._t("audit.detail_other", name=self._t(f"state.{name}"), value=words)


def _order(name: str) -> tuple[int, str]:
    if name in FIRST:
        return FIRST.index(name), ""
    return len(FIRST) + (1 + LAST.index(name) if name in LAST else 0), name


def _several(values: Any) -> Iterable[Any]:
    return values if isinstance(values, list) else [values]
