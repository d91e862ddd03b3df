"""What the wire tests of cases share: cases made for the test, buttons pressed, files sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from data_access.cases import open_case
from data_access.registry import writing
from data_access.schema import subject
from data_access.workflow_schema import case_file, case_step
from tests.wire.app_client import OWN, Answer, Person, Site

ROLES = ("leader", "analyst", "reviewer", "staff", "viewer")
LONG_AGO = dt.datetime(2019, 1, 1)  # noqa: DTZ001  (the store's times have no offset)
TODAY = dt.datetime.now().astimezone().date()


def subjects(site: Site, school: str, count: int, cohort: int = 2020) -> dict[str, int]:
    """Student number -> id of some graduates."""
    with site.registry.connect() as connection:
        rows = connection.execute(
            sa.select(subject.c.key, subject.c.id)
            .where(subject.c.school == school, subject.c.cohort == cohort)
            .order_by(subject.c.key)
            .limit(count)
        )
        return {row.key: row.id for row in rows}


def new_case(site: Site, title: str, school: str = OWN, status: str = "open", **other: Any) -> int:
    """A case at a status, as if it had come there, opened long before every return."""
    given: dict[str, Any] = {
        "cohort": 2020,
        "school": school,
        "origin": "manual",
        "title": title,
        "problem": f"{title}：请说明",
        "responsible": "就业指导中心",
        "due_on": TODAY + dt.timedelta(days=5),
        "subjects": list(subjects(site, school, 3).values()),
        "actor": "analyst",
        "at": LONG_AGO,
    }
    with writing(site.registry) as connection:
        number = open_case(connection, **(given | other))
        if status != "open":
            at = sa.update(case_file).where(case_file.c.id == number).values(status=status)
            connection.execute(at)
            row = {"case_id": number, "at": LONG_AGO, "actor": "test", "words": "测试"}
            connection.execute(sa.insert(case_step).values(row | {"step": status}))
    return number


def standing(site: Site, number: int) -> tuple[str, int]:
    """(status, number of steps) of a case."""
    with site.registry.connect() as connection:
        status = connection.scalar(sa.select(case_file.c.status).where(case_file.c.id == number))
        steps = sa.select(sa.func.count()).where(case_step.c.case_id == number)
        return str(status), int(connection.scalar(steps) or 0)


def press(person: Person, button: str, case: object, **values: Any) -> Answer:
    """Presses a button of the page; ``values`` are words, seen and return."""
    callback = next(one for one in person.callbacks() if one["inputs"][0]["id"] == button)
    return person.call(
        callback,
        {
            f"{button}.n_clicks": 1,
            "cases-words.value": values.get("words", "说明"),
            "cases-return.value": str(values.get("number", "")),
            "cases-seen.data": values.get("seen"),
            "selection.data": {"cohort": "2020", "case": str(case)},
        },
    )


def fill_in(person: Person, **fields: str) -> Answer:
    """Presses the button of the form that opens a case."""
    values = {f"cases-new-{name}.value": value for name, value in fields.items()}
    return person.call(
        person.callback("cases-new-said.children"), {"cases-new.n_clicks": 1, **values}
    )


def shown(person: Person, output: str, **stored: object) -> Answer:
    """The answer of the callback with this output for this state of the page."""
    selection = {"cohort": "2020", **{name: str(value) for name, value in stored.items()}}
    return person.call(person.callback(output), {"selection.data": selection})


def send(
    person: Person, case: int, content: bytes, label: str = "材料", name: str = "a.pdf", **more: Any
) -> TestResponse:
    """Uploads a file as the page's script does."""
    mark = "----------form"
    lines = [
        f'--{mark}\r\nContent-Disposition: form-data; name="label"\r\n\r\n{label}\r\n',
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n',
        "Content-Type: application/octet-stream\r\n\r\n",
    ]
    # By hand: the client's own form goes through a temporary file that nobody closes.
    body = "".join(lines).encode() + content + f"\r\n--{mark}--\r\n".encode()
    return person.client.post(
        f"/cases/{case}/evidence",
        data=body,
        headers=more.get("headers", person.headers),
        content_type=f"multipart/form-data; boundary={mark}",
    )
