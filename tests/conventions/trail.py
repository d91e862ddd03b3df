"""Reads from the source what is recorded in the audit trail: actions and names of details."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = ("record", "_record", "log")
"""``audit.record(connection, actor, action, detail)``, ``accounts.log(actor, action, detail)`` and
what a route is given: ``record(action, detail)``."""
MODULE = "data_access.audit"
BY_STEP = {"note": "submission_"}
"""``note(connection, number, actor, step, audit=detail)`` records the step under this beginning."""


def recorded(source: str) -> Iterator[tuple[int, ast.expr, ast.expr]]:
    """(line, action, detail) of every event that a module records."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if name in BY_STEP and len(node.args) > 3 and isinstance(node.args[3], ast.Constant):
            step = ast.Constant(f"{BY_STEP[name]}{node.args[3].value}")
            yield node.lineno, step, named.get("audit", ast.Dict([], []))
        if name in FUNCTIONS and len(given) in (2, 3, 4) and _means_the_trail(node, tree):
            yield node.lineno, named.get("action", given[-2]), named.get("detail", given[-1])


def _means_the_trail(node: ast.Call, tree: ast.Module) -> bool:
    """Not every ``log`` is: the logarithm and the log of the program have the same name."""
    func = node.func
    if isinstance(func, ast.Attribute):
        owner = ast.unparse(func.value)
        return owner.endswith(("audit", "accounts"))
    taken_in = any(
        isinstance(one, ast.ImportFrom)
        and one.module == MODULE
        and any((alias.asname or alias.name) == func.id for alias in one.names)  # type: ignore[attr-defined]
        for one in ast.walk(tree)
    )
    given = any(
        isinstance(one, ast.arg) and one.arg == func.id  # type: ignore[attr-defined]
        for one in ast.walk(tree)
    )
    return taken_in or given


def actions(expression: ast.expr) -> list[str] | None:
    """The actions that an expression may be; None where the source does not tell."""
    if isinstance(expression, ast.IfExp):
        parts = [actions(expression.body), actions(expression.orelse)]
        return None if None in parts else [name for part in parts for name in part or []]
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return [expression.value]
    return None


def detail_names(detail: ast.expr, tree: ast.Module) -> list[str]:
    """The names in a dictionary, or in those that are assigned to its variable anywhere here."""
    found = [detail]
    if isinstance(detail, ast.Name):
        found = [value for name, value in _assigned(tree) if name == detail.id]
    return [
        key.value
        for one in found
        if isinstance(one, ast.Dict)
        for key in one.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Every variable and what it is set to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield ast.unparse(target), node.value
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
            yield ast.unparse(node.target), node.value


def places(root: Path, rooms: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            yield str(path.relative_to(root)), path
