"""Reads the source and says where it breaks the rules of the rooms (docs/design.md).

Every function takes the folder to look in and returns complaints as text, so that the tests can
also run them over planted faults. Imports are read wherever they stand: inside functions and
under TYPE_CHECKING too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOMS = ("callbacks", "dashboard", "data_access", "layouts")
NO_ROOMS = frozenset({"assets", "assets-src", "benchmarks", "build", "docs", "tests", "var"})
"""Folders beside the rooms; Python in them is not imported by the application."""

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 60  # lines

SQL = frozenset(
    {"alembic", "adbc_driver_manager", "adbc_driver_postgresql", "adbc_driver_sqlite", "duckdb"}
    | {"duckdb_engine", "psycopg", "pyarrow", "sqlalchemy", "sqlite3"}
)
DASH = frozenset({"dash", "dash_ag_grid", "dash_bootstrap_components"})
WEB = frozenset({"flask", "flask_limiter", "flask_login", "granian", "werkzeug"})

ONLY_STARTED = ("dashboard.__main__", "dashboard.app")
"""They wire everything together, so nothing else may lean on them."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the modules of one room may know."""

    ours: frozenset[str] | None
    """Our own modules, with all below them; None is every one."""
    never: frozenset[str] = field(default=frozenset())
    """Libraries it must not import, nor reach through our modules where `deep` is set."""
    deep: bool = False


SHOWN = frozenset(
    {"dashboard.answer_rows", "dashboard.benchmark_rows", "dashboard.destination_rows"}
    | {"dashboard.i18n", "dashboard.theme"}
)
"""Values and words without behaviour: what figures and layouts are given to show."""

PURE = DASH | SQL | WEB | {"pandas"}
RULES: dict[str, Room] = {
    "callbacks": Room(frozenset(ROOMS), SQL),
    "dashboard": Room(frozenset({"dashboard", "data_access"})),
    "dashboard.__main__": Room(None),
    "dashboard.app": Room(None),
    "dashboard.figures": Room(
        SHOWN | {"dashboard.figures", "dashboard.indicators"}, PURE, deep=True
    ),
    "dashboard.indicators": Room(frozenset({"dashboard.indicators"}), PURE | {"plotly"}, deep=True),
    "data_access": Room(frozenset({"data_access"}), DASH | WEB | {"plotly"}, deep=True),
    "layouts": Room(
        SHOWN | {"dashboard.tables", "dashboard.url_state", "data_access.selection", "layouts"},
        SQL | WEB | {"plotly"},
    ),
}
"""By the beginning of a module's name; the longest that fits counts."""

ADDRESS = re.compile(r"\b(?:https?|wss?):/(?=/)")
# Built at run time, this machine, or the name of an XML vocabulary.
NO_REQUEST = re.compile(
    r"https?://(?:$|[{%]|127\.0\.0\.1\b|localhost\b|\[::1\]"
    r"|www\.w3\.org/|schemas\.openxmlformats\.org/|purl\.oclc\.org/ooxml/)"
)


def modules(root: Path) -> dict[str, Path]:
    """The modules of the rooms by dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _within(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(f"{beginning}.")


def room_of(module: str) -> Room:
    """The rules that hold for a module."""
    fits = [beginning for beginning in RULES if _within(module, beginning)]
    return RULES[max(fits, key=len)]


def imports(path: Path, ours: Container[str]) -> Iterator[tuple[int, str]]:
    """Line and name of everything imported; `from a import b` is a.b where that is a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield node.lineno, name if name in ours else base


def wrong_imports(root: Path) -> list[str]:
    """Imports against the direction, and libraries in rooms that must not know them."""
    ours = modules(root)
    complaints = []
    for module, path in ours.items():
        for line, name in imports(path, ours):
            fault = _fault(module, name)
            if fault:
                complaints.append(f"{path.relative_to(root)}:{line}: {fault}")
    return complaints


def _fault(module: str, name: str) -> str | None:
    room = room_of(module)
    top = name.partition(".")[0]
    if name.startswith("."):
        return "relative import"
    if top in room.never:
        return f"{module} must not know {top}"
    if top not in ROOMS:
        return None
    if name in ONLY_STARTED and module not in ONLY_STARTED:
        return f"{name} is only started, never imported"
    if room.ours is not None and not any(_within(name, allowed) for allowed in room.ours):
        return f"{module} must not import {name}"
    return None


def wrong_reach(root: Path) -> list[str]:
    """Rooms that are pure by name but reach a forbidden library through another module of ours."""
    ours = modules(root)
    known = {module: {name for _, name in imports(path, ours)} for module, path in ours.items()}
    complaints = []
    for module in ours:
        room = room_of(module)
        if room.deep:
            for reached, chain in _reached(module, known):
                if reached in room.never:
                    complaints.append(f"{module} reaches {reached}: {' > '.join(chain)}")
    return complaints


def _reached(module: str, known: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
    """Every library reached from a module, with the chain of our modules that leads there."""
    chains: dict[str, list[str]] = {module: [module]}
    pending = [module]
    while pending:
        here = pending.pop()
        for name in sorted(known[here]):
            # Importing a.b runs a first.
            parts = name.split(".")
            runs = [".".join(parts[: i + 1]) for i in range(len(parts))]
            steps = [step for step in runs if step in known]
            if not steps:
                yield parts[0], chains[here]
            for step in steps:
                if step not in chains:
                    chains[step] = [*chains[here], step]
                    pending.append(step)


def strange_packages(root: Path) -> list[str]:
    """Folders with Python at the top that are none of the four rooms."""
    return [
        f"{folder.name}/: a fifth room"
        for folder in sorted(root.iterdir())
        if folder.is_dir()
        and not folder.name.startswith(".")
        and folder.name not in NO_ROOMS
        and folder.name not in ROOMS
        and any(folder.rglob("*.py"))
    ]


def too_long(root: Path, folders: tuple[str, ...] = (*ROOMS, "tests", "benchmarks")) -> list[str]:
    """Files and functions that are longer than one can read at once."""
    complaints = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            name = path.relative_to(root)
            lines = text.count("\n")
            if lines > LONGEST_FILE:
                complaints.append(f"{name}: {lines} lines")
            if "migrations" not in name.parts:  # one list of tables, read once
                complaints += [f"{name}:{fault}" for fault in _long_functions(text)]
    return complaints


def _long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.lineno}: {node.name} has {lines} lines"


def outside_addresses(root: Path) -> list[str]:
    """Addresses of other machines in string literals; docstrings may name their sources."""
    complaints = []
    for path in modules(root).values():
        tree = ast.parse(path.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in ADDRESS.finditer(node.value) if id(node) not in told else ():
                    rest = node.value[found.start() :]
                    if not NO_REQUEST.match(rest):
                        where = f"{path.relative_to(root)}:{node.lineno}"
                        complaints.append(f"{where}: {rest[:80]}")
    return complaints
