"""What is wrong with something a person handed in, said so that it can be put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAX_PROBLEMS = 200
"""Problems that an error keeps; ``InputError.total`` counts them all."""

_SHOWN_IN_LOGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken rule at one place of one file.

    ``rule`` is the message key of the rule, ``row`` the row number that a spreadsheet program
    shows, ``column`` the header as it stands in the file, ``value`` the cell as it was read
    (never a whole identity number). ``params`` are further parameters of the rule's message.
    """

    rule: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message_params(self) -> dict[str, object]:
        """Every parameter that the rule's message may use; what is not known is an empty text."""
        known = {"file": self.file, "row": self.row, "column": self.column, "value": self.value}
        texts = {name: "" if value is None else value for name, value in known.items()}
        return {**texts, **self.params}

    def __str__(self) -> str:
        """For logs, in English and without the value, which may be about a person."""
        where = [f"row {self.row}"] if self.row is not None else []
        where += [f"column {self.column}"] if self.column is not None else []
        return f"{', '.join(where) or self.file}: {_in_words(self.rule)}"


class InputError(Exception):
    """A message for the person who gave the input: a key of the message files and parameters.

    ``problems`` are the places of a file that break a rule, at most ``MAX_PROBLEMS`` of them;
    ``total`` says how many there are. For a file with problems ``params`` has both ``file`` and
    ``total``. ``str()`` is plain English for logs and has no values in it.
    """

    def __init__(
        self,
        message_key: str,
        /,
        *,
        problems: Iterable[Problem] = (),
        total: int | None = None,
        **params: object,
    ) -> None:
        found = tuple(problems)
        self.message_key = message_key
        self.problems = found[:MAX_PROBLEMS]
        self.total = len(found) if total is None else total
        self.params: dict[str, object] = dict(params)
        if self.problems:
            self.params |= {"total": self.total, "file": params.get("file", found[0].file)}
        super().__init__(message_key)

    def __str__(self) -> str:
        text = _in_words(self.message_key)
        if file := self.params.get("file"):
            text += f" ({file})"
        if self.problems:
            shown = self.problems[:_SHOWN_IN_LOGS]
            text += f": {self.total} problem(s): {'; '.join(map(str, shown))}"
            text += "; ..." if self.total > len(shown) else ""
        return text


def _in_words(key: str) -> str:
    """``import.rule.not_whole`` -> ``not whole``: keys are written so that this reads well."""
    return key.rpartition(".")[2].replace("_", " ")
