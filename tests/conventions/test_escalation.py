"""Who reads with the scope of the whole authority: the role table, the command line, and the one
module that tells schools about their peers. Nobody else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("callbacks", "dashboard", "layouts")
ALLOWED = {"dashboard/__main__.py", "dashboard/auth.py", "dashboard/peers.py"}


def escalates(source: str) -> bool:
    """Whether a module names the scope without a limit, or makes one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            if any(alias.name == "EVERYTHING" for alias in node.names):
                return True
        elif isinstance(node, ast.Attribute) and node.attr == "EVERYTHING":
            return True
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name == "Scope" and any(
                isinstance(value, ast.Constant) and value.value is None for value in given
            ):
                return True
    return False


def test_one_module_reads_the_peers() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if escalates(path.read_text("utf-8"))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "planted",
    [
        "from data_access.scope import EVERYTHING",
        "from data_access import scope\nx = scope.EVERYTHING",
        "from data_access.scope import Scope\nx = Scope(None)",
        "from data_access import scope\nx = scope.Scope(schools=None)",
        "from data_access.scope import EVERYTHING as ALL",
    ],
)
def test_a_planted_escalation_is_found(planted: str) -> None:
    assert escalates(planted)


def test_an_own_scope_is_none() -> None:
    assert not escalates("from data_access.scope import Scope\nx = Scope(frozenset({'1'}))")
