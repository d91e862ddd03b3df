"""What the commands of ``quxiang`` do; the command line itself is in ``__main__``."""

import datetime as dt
import http.client
import logging
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from dashboard.i18n import translator
from dashboard.map_routes import geometry_of
from dashboard.settings import Settings
from data_access import code_book, facts, ledger, seed
from data_access.accounts import (
    DEMO_ACCOUNTS,
    Accounts,
    Role,
    create_demo_accounts,
    demo_password,
)
from data_access.errors import InputError
from data_access.registry import is_current, open_registry, upgrade, writing
from data_access.schema import meta, returns, school
from data_access.selection import Selection
from data_access.survey_ledger import accept_surveys

if TYPE_CHECKING:
    from dashboard.answers import Answers
    from dashboard.demo import Catalogue
    from data_access.store import Store

# The engines and numpy take a second to import; commands that do without are not made to wait.
DEMO_MARK = "demonstration"  # key in meta: "loading" or "complete"
log = logging.getLogger(__name__)


def prepared_registry(settings: Settings) -> Engine:
    """The registry with every migration run and the code tables filled."""
    engine = open_registry(settings.database_url)
    upgrade(engine)
    with writing(engine) as connection:
        seed.fill_code_tables(connection)
        seed.fill_claims(connection)
    return engine


@contextmanager
def open_store(settings: Settings) -> "Iterator[Store]":
    """A store on the configured registry and analytics engine, closed at the end."""
    from data_access.replica import open_analytics
    from data_access.store import Store

    registry = open_registry(settings.database_url)
    if not sa.inspect(registry).has_table(returns.name):
        registry.dispose()
        raise InputError("command.no_registry", value=settings.home)
    if not is_current(registry):
        registry.dispose()
        raise InputError("command.registry_outdated", value=settings.home)
    analytics = open_analytics(registry, settings.analytics_url)
    try:
        yield Store(registry, analytics)
    finally:
        analytics.close()
        registry.dispose()


def fill_demo(settings: Settings, console: Console) -> None:
    """Fills an empty store; goes on where an earlier run was stopped; leaves others alone."""
    t = translator(settings.language)
    engine = prepared_registry(settings)
    with engine.connect() as connection:
        mark = connection.scalar(sa.select(meta.c.value).where(meta.c.key == DEMO_MARK))
        filled = connection.scalar(sa.select(returns.c.id).limit(1)) is not None
    if mark == "complete" or (filled and mark is None):
        console.print(t("command.demo_kept"), markup=False)
        return
    from dashboard.demo import demo_cases, fill, fill_checks, schools

    with writing(engine) as connection:
        seed.upsert_rows(connection, school, [one.row() for one in schools()])
        seed.upsert_rows(connection, meta, [{"key": DEMO_MARK, "value": "loading"}])
    with _progress(console) as progress:
        task = progress.add_task(t("command.demo_filling"), total=None)

        def advance(done: int, total: int, label: str) -> None:
            progress.update(task, completed=done, total=total, description=label)

        fill(
            engine,
            ledger.accept,
            _catalogue(engine),
            advance,
            surveys=accept_surveys,
            facts=facts.write_by_hash,
            cases=demo_cases,
        )
    fill_checks(engine)
    with writing(engine) as connection:
        seed.upsert_rows(connection, meta, [{"key": DEMO_MARK, "value": "complete"}])
    create_demo_accounts(engine, settings.secret_key)
    engine.dispose()


def _catalogue(engine: Engine) -> "Catalogue":
    from dashboard.demo import Catalogue

    with engine.connect() as connection:
        return Catalogue.of(code_book.load(connection))


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    )


def read_submission(settings: Settings, number: int) -> None:
    """Reads one claimed submission, in a process of its own."""
    from dashboard.reading import read_claimed

    engine = open_registry(settings.database_url)
    read_claimed(engine, settings.secret_key, number)
    engine.dispose()


def serve(settings: Settings, console: Console) -> None:
    """Serves until stopped; says where, and with which demonstration sign-ins."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    geometry_of(settings)  # an unusable map is said here, before any process is started
    _refuse_taken_port(settings)
    engine = prepared_registry(settings)
    lines = _welcome(settings, engine)
    engine.dispose()
    # A forked worker could inherit a lock that a thread of this process holds at that moment.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "dashboard.app:wsgi",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    )
    threading.Thread(target=_announce, args=(settings, lines, console), daemon=True).start()
    server.serve()


def _refuse_taken_port(settings: Settings) -> None:
    """Raises InputError where somebody listens already: the system would share requests out."""
    family, kind, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM
    )[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise InputError(
                "command.port_taken",
                address=f"{settings.host}:{settings.port}",
                reason=error.strerror,
                setting="QUXIANG_PORT",
            ) from None


def _welcome(settings: Settings, engine: Engine) -> list[str]:
    t = translator(settings.language)
    address = f"http://{settings.host}:{settings.port}"
    lines = [t("command.address", address=address)]
    with engine.connect() as connection:
        is_demo = connection.scalar(sa.select(meta.c.value).where(meta.c.key == DEMO_MARK))
    if is_demo:
        report_day = "/?cohort=2020&as_of=2020-09-30"
        lines.append(t("command.report_day", address=address + report_day))
        lines.append(t("command.sign_ins"))
        for username, role in DEMO_ACCOUNTS:
            password = demo_password(settings.secret_key, username)
            lines.append(f"  {username:<10}{password}   {t(f'auth.role_{role.value}')}")
    return lines


def _announce(settings: Settings, lines: Sequence[str], console: Console) -> None:
    """Prints the address once the server answers."""
    while True:
        try:
            connection = http.client.HTTPConnection(settings.host, settings.port, timeout=2)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                break
        except OSError:
            time.sleep(0.2)
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def replay(
    settings: Settings, cohort: int | None, every: float, days: int | None, console: Console
) -> None:
    """Hands the reporting days that are still missing to the ledger, one by one."""
    from dashboard.demo import LOADED, cohort_season

    t = translator(settings.language)
    engine = prepared_registry(settings)
    with engine.connect() as connection:
        if connection.scalar(sa.select(meta.c.key).where(meta.c.key == DEMO_MARK)) is None:
            raise InputError("command.replay_needs_demo", value=str(settings.home))
    chosen = cohort or max(LOADED)
    season = cohort_season(chosen, _catalogue(engine))
    last = _last_day(engine, chosen)
    left = season.days_after(last)[:days]
    if not left:
        console.print(t("command.replay_done", cohort=chosen), markup=False)
    for position, day in enumerate(left):
        if position:
            time.sleep(every)
        accepted = ledger.accept(engine, season.returns(day), accepted_by="replay")
        movements = sum(item.movements for item in accepted)
        console.print(
            t("command.replay_day", date=t.date(day), movements=t.count(movements)),
            markup=False,
            highlight=False,
        )
    engine.dispose()


def _last_day(engine: Engine, cohort: int) -> dt.date | None:
    with engine.connect() as connection:
        return connection.scalar(
            sa.select(sa.func.max(returns.c.counted_on)).where(returns.c.cohort == cohort)
        )


def check_codes(answers: "Answers", selection: Selection) -> None:
    """Raises InputError for a code that no table knows, naming the option and the value."""
    codes = answers.codes
    asked = [
        *(("level", "level", code) for code in selection.levels),
        *(("school", "school", code) for code in selection.schools),
        ("discipline", "discipline", selection.discipline),
        ("origin", "region", selection.origin),
        ("work_region", "region", selection.work_region),
    ]
    for option, kind, code in asked:
        if code is not None and not codes.knows(kind, code):  # type: ignore[arg-type]
            raise InputError("command.unknown_code", field=option, value=code)
    editions = [edition.code for edition in answers.editions]
    if selection.edition and selection.edition not in editions:
        raise InputError("command.unknown_code", field="edition", value=selection.edition)


def add_account(
    settings: Settings,
    username: str,
    role: str,
    display_name: str,
    school_code: str | None,
    password: str,
) -> None:
    """Creates one account; raises InputError for anything that breaks a rule."""
    if role not in {one.value for one in Role}:
        raise InputError("command.unknown_role", value=role, allowed=", ".join(Role))
    engine = prepared_registry(settings)
    Accounts(engine).create(
        username,
        password,
        Role(role),
        display_name=display_name,
        school=school_code,
        actor="command line",
    )
    engine.dispose()
