"""The small guarded site of the wire tests, and its form over TLS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wire.auth_server import Site, add_school, make_site

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def site(sqlite_registry: Engine, tmp_path: Path) -> Site:
    add_school(sqlite_registry)
    return make_site(sqlite_registry, tmp_path)


@pytest.fixture
def secure_site(sqlite_registry: Engine, tmp_path: Path) -> Site:
    add_school(sqlite_registry)
    return make_site(sqlite_registry, tmp_path, QUXIANG_COOKIE_SECURE="yes")
