"""Names of a published table -> codes of the registry, from the discipline catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data_access.code_book import CodeBook
from data_access.codes.files import read_code_tables


class Catalogue:
    """A :class:`dashboard.demo.plan.Lookup` over the rows of the discipline table.

    A name that several catalogues have is taken from the newest one.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._classes: dict[tuple[str, str], tuple[str, str]] = {}
        self._majors: dict[str, list[str]] = {}
        for row in rows:
            code, parent = row["code"], row["parent"]
            if row["rank"] == "class" and not row["flagged"]:
                key = (code.partition("-")[0], row["name_zh"])
                edition = (_year(row["catalogue"]), code)
                self._classes[key] = max(edition, self._classes.get(key, ("", "")))
            elif row["rank"] == "major" and parent:
                self._majors.setdefault(parent, []).append(code)

    @classmethod
    def shipped(cls) -> "Catalogue":
        """From the code files that ship with the program."""
        return cls(read_code_tables()["discipline"])

    @classmethod
    def of(cls, book: CodeBook) -> "Catalogue":
        """From the code tables of a registry."""
        return cls(
            {"code": c.code, "parent": c.parent, "name_zh": c.name_zh, **c.extra}
            for c in book.tables["discipline"].values()
        )

    def discipline(self, family: str, name: str) -> str:
        """The code of a class by its printed name; KeyError if no catalogue knows it."""
        return self._classes[family, name][1]

    def majors(self, discipline: str) -> Sequence[str]:
        """The majors below a class, the oldest (lowest) codes first."""
        return sorted(self._majors.get(discipline, ()))


def _year(catalogue: str) -> str:
    return catalogue.rpartition("-")[2]
