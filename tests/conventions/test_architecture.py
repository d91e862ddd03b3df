"""The rooms keep their directions, and the checks that say so find planted faults."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conventions import rooms

ROOT = Path(__file__).parents[2]

Check = Callable[[Path], list[str]]
CHECKS: dict[str, Check] = {
    "wrong_imports": rooms.wrong_imports,
    "wrong_reach": rooms.wrong_reach,
    "strange_packages": rooms.strange_packages,
    "too_long": rooms.too_long,
    "outside_addresses": rooms.outside_addresses,
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_source_keeps_to_the_rooms(check: str) -> None:
    complaints = CHECKS[check](ROOT)
    assert not complaints, "\n".join(complaints)


def test_every_room_is_read() -> None:
    found = rooms.modules(ROOT)
    assert {name.partition(".")[0] for name in found} == set(rooms.ROOMS)
    assert {"dashboard.app", "dashboard.__main__", "data_access.schema"} <= set(found)


# What must be found: check, file, its text, part of the complaint.
PLANTED = [
    ("wrong_imports", "callbacks/a.py", "import sqlalchemy as sa", "know sqlalchemy"),
    ("wrong_imports", "callbacks/a.py", "from dashboard import app", "only started"),
    ("wrong_imports", "callbacks/a.py", "from dashboard.app import create_app", "only started"),
    ("wrong_imports", "layouts/a.py", "from dashboard.answers import Answers", "import"),
    ("wrong_imports", "layouts/a.py", "from dashboard import answers", "import dashboard"),
    ("wrong_imports", "layouts/a.py", "import data_access.store", "import data_access.store"),
    ("wrong_imports", "layouts/a.py", "from callbacks import a", "import callbacks"),
    ("wrong_imports", "layouts/a.py", "import plotly.graph_objects as go", "know plotly"),
    ("wrong_imports", "layouts/a.py", "def f():\n    import duckdb", "know duckdb"),
    ("wrong_imports", "dashboard/figures/a.py", "from dash import dcc", "know dash"),
    ("wrong_imports", "dashboard/figures/a.py", "from dashboard.auth import x", "import"),
    ("wrong_imports", "dashboard/indicators/a.py", "import plotly", "know plotly"),
    ("wrong_imports", "dashboard/indicators/a.py", "import dashboard.i18n", "import"),
    ("wrong_imports", "dashboard/answers.py", "from layouts.ids import Bar", "import layouts"),
    ("wrong_imports", "dashboard/answers.py", "import callbacks", "import callbacks"),
    ("wrong_imports", "data_access/a.py", "import dash", "know dash"),
    ("wrong_imports", "data_access/sub/a.py", "from flask import request", "know flask"),
    ("wrong_imports", "data_access/a.py", "from plotly import graph_objects", "know plotly"),
    ("wrong_imports", "data_access/a.py", "from dashboard.i18n import Translate", "import"),
    ("wrong_imports", "data_access/a.py", "from . import schema", "relative"),
    ("strange_packages", "helpers/a.py", "", "fifth room"),
    ("too_long", "layouts/a.py", "x = 1\n" * 401, "401 lines"),
    ("too_long", "layouts/a.py", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
    ("outside_addresses", "layouts/a.py", "x = 'https://cdn.example.org/a.js'", "cdn.example"),
    ("outside_addresses", "layouts/a.py", "x = f'//{1} https://example.org/{2}'", "example"),
]


@pytest.mark.parametrize(("check", "file", "text", "complaint"), PLANTED)
def test_a_planted_fault_is_found(
    tmp_path: Path, check: str, file: str, text: str, complaint: str
) -> None:
    for name in ("dashboard/app.py", "dashboard/answers.py", "layouts/ids.py", file):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / file).write_text(text)
    complaints = CHECKS[check](tmp_path)
    assert len(complaints) == 1
    assert complaints[0].startswith(file.partition("/")[0])
    assert complaint in complaints[0]


def test_a_library_reached_through_others_is_found(tmp_path: Path) -> None:
    files = {
        "dashboard/__init__.py": "",
        "dashboard/figures/a.py": "from dashboard.theme import T",
        "dashboard/theme.py": "import dashboard.tokens.names",
        "dashboard/tokens/__init__.py": "def f():\n    from flask import g",
        "dashboard/tokens/names.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    chain = "dashboard.figures.a > dashboard.theme > dashboard.tokens"
    assert rooms.wrong_reach(tmp_path) == [f"dashboard.figures.a reaches flask: {chain}"]


@pytest.mark.parametrize(
    "text",
    [
        '"""Source: https://www.moe.gov.cn/."""',
        "def f():\n    '''See https://example.org/.'''",
        "x = 'http://127.0.0.1:8050/'",
        "x = f'http://{1}:{2}'",
        "x = 'http://www.w3.org/2000/svg'",
    ],
)
def test_what_asks_for_nothing_may_stand(tmp_path: Path, text: str) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "a.py").write_text(text)
    assert rooms.outside_addresses(tmp_path) == []


# What ruff must find while one types: file, its text.
BANNED = [
    ("data_access/a.py", "import dash"),
    ("data_access/a.py", "import plotly.graph_objects"),
    ("data_access/a.py", "from flask_login import current_user"),
    ("data_access/a.py", "import dashboard.i18n"),
    ("callbacks/a.py", "import sqlalchemy"),
    ("callbacks/a.py", "from dash import callback"),
    ("callbacks/a.py", "import dash\ndash.callback()"),
    ("callbacks/a.py", "from dash import dcc\ndcc.Graph()"),
    ("callbacks/a.py", "import plotly.express"),
    ("layouts/a.py", "from dash.dcc import Graph"),
    ("layouts/a.py", "import sqlalchemy"),
    ("layouts/a.py", "import dash_bootstrap_components as dbc\ndbc.themes.BOOTSTRAP"),
    ("layouts/a.py", "from . import ids"),
    ("dashboard/a.py", "from flask_login import current_user"),
    ("dashboard/a.py", "import plotly.express as px"),
    ("dashboard/a.py", "from dash import callback"),
    ("dashboard/figures/a.py", "import sqlalchemy"),
    ("dashboard/figures/a.py", "import dash"),
    ("dashboard/figures/a.py", "import plotly.express"),
    ("dashboard/indicators/a.py", "import sqlalchemy"),
    ("dashboard/indicators/a.py", "import dash"),
]
ALLOWED = [
    ("data_access/a.py", "import sqlalchemy"),
    ("dashboard/auth.py", "from flask_login import current_user"),
    ("dashboard/figures/a.py", "import plotly.graph_objects"),
    ("layouts/components.py", "from dash import dcc\ndcc.Graph()"),
]


def _ruff(file: str, text: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--select", "TID"]
    done = subprocess.run(
        [*command, "--output-format", "concise", "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize(("file", "text"), BANNED)
def test_ruff_finds_a_planted_import(file: str, text: str) -> None:
    assert "TID25" in _ruff(file, f"{text}\n")


@pytest.mark.parametrize(("file", "text"), ALLOWED)
def test_ruff_lets_the_right_room_in(file: str, text: str) -> None:
    assert _ruff(file, f"{text}\n") == ""
