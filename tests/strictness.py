"""Pytest plug-in: no test is skipped without being listed here, and no test leaves this machine."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Generator
from typing import Any

import pytest

from tests.network import REFUSED, fence

ALLOWED_SKIPS: dict[str, str] = {}
"""Beginning of a test's id -> why it may be skipped. Anything else that is skipped has failed."""


def pytest_configure() -> None:
    fence()
    # Handlers run last in, first out: this one after all others.
    atexit.register(_last_word)


def _last_word() -> None:
    """Let nothing follow pytest's closing line, which is what CI reads.

    DuckDB's binding reports objects that live until the interpreter goes, on some runs and not on
    others, from C++ and after every Python handler; no setting of it turns that off. Warnings,
    leaked connections and the like are errors before this, and the exit status is untouched.
    """
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def _allowed(nodeid: str) -> bool:
    return any(nodeid.startswith(beginning) for beginning in ALLOWED_SKIPS)


def _fail_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and not _allowed(report.nodeid):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\nA skipped test tests nothing. See tests/strictness.py."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _fail_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _fail_skipped(report)
    return report


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(request: pytest.FixtureRequest) -> Generator[None, None, None]:
    """Fail a test that asked for an address outside, even if the code swallowed the refusal."""
    yield
    refused = REFUSED.copy()
    REFUSED.clear()
    if refused and request.node.get_closest_marker("outside") is None:
        pytest.fail("\n".join(refused), pytrace=False)
