"""The small guarded site of the wire tests, its form over TLS, and who asks a site with data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wire import app_client
from tests.wire.auth_server import Site, add_school, make_site

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.wire.destination_tools import Hand


@pytest.fixture
def site(sqlite_registry: Engine, tmp_path: Path) -> Site:
    add_school(sqlite_registry)
    return make_site(sqlite_registry, tmp_path)


@pytest.fixture
def secure_site(sqlite_registry: Engine, tmp_path: Path) -> Site:
    add_school(sqlite_registry)
    return make_site(sqlite_registry, tmp_path, QUXIANG_COOKIE_SECURE="yes")


@pytest.fixture(scope="module")
def leader(site: app_client.Site) -> app_client.Person:
    """Of the module's own ``site``, one with the demonstration."""
    return site.person("leader")


@pytest.fixture(scope="module")
def hand(site: app_client.Site) -> Hand:
    """Everybody of a selection on the module's own ``site``, counted by hand once."""
    return cache(lambda chosen: app_client.people(site.registry, chosen))
