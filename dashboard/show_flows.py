"""``quxiang show flows``: people by origin, place of study and work region, as on the page."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table as RichTable

from dashboard.answers import Answers
from dashboard.flow_answers import FlowAnswers
from dashboard.flow_places import STAGES, Nodes, Stage, province_of, short_name
from dashboard.i18n import Translator
from data_access.errors import InputError
from data_access.flows import Stage as Column
from data_access.scope import Scope
from data_access.selection import Selection

Record = dict[str, str | int]
NAMES: Mapping[str, Stage] = {
    "origin": "origin",
    "study": "study",
    "work": "work",
    "work_region": "work",
}
CITIES: Mapping[Stage, Column] = {"origin": "origin_city", "study": "study", "work": "work_city"}
GROUPINGS = ("province", "city", "four_region", "city_group")


def stages_of(by: str, stage: str | None) -> dict[str, Stage]:
    """Name in the output -> stage, of ``--by`` and, where it is given, of ``--stage`` as well."""
    wanted = [part.strip() for part in f"{stage or ''},{by}".split(",") if part.strip()]
    found: dict[str, Stage] = {}
    for name in wanted:
        if name not in NAMES:
            raise InputError("command.unknown_code", field="by", value=name)
        if NAMES[name] not in found.values():
            found[name] = NAMES[name]
    return dict(sorted(found.items(), key=lambda item: STAGES.index(item[1])))


def records(
    answers: Answers,
    scope: Scope,
    selection: Selection,
    stages: Mapping[str, Stage],
    grouping: str,
    t: Translator,
) -> list[Record]:
    """One dict per combination: code and name of every stage, people, employed, in units.

    Whatever the stages, the people add up to the graduates of the selection.
    """
    if grouping not in GROUPINGS:
        raise InputError("command.unknown_code", field="grouping", value=grouping)
    flows = FlowAnswers(answers, scope, selection)
    columns: list[Column] = list(stages.values())
    if grouping == "city":
        columns = [CITIES[stage] for stage in stages.values()]
    nodes = flows.nodes(grouping) if grouping in ("four_region", "city_group") else {}  # type: ignore[arg-type]
    totals: dict[tuple[str, ...], list[int]] = {}
    for row in flows.rows(*columns):
        key = tuple(
            nodes[stage].of(place)
            if nodes
            else (place if grouping == "city" else province_of(place))
            for stage, place in zip(stages.values(), row.key, strict=True)
        )
        total = totals.setdefault(key, [0, 0, 0])
        total[:] = [one + more for one, more in zip(total, row[1:], strict=True)]
    return [
        {
            **_places(key, stages, nodes, answers, t),
            "people": people,
            "employed": employed,
            "in_units": units,
        }
        for key, (people, employed, units) in sorted(totals.items())
    ]


def _places(
    key: Sequence[str],
    stages: Mapping[str, Stage],
    nodes: Mapping[Stage, Nodes],
    answers: Answers,
    t: Translator,
) -> Record:
    found: Record = {}
    for (name, stage), place in zip(stages.items(), key, strict=True):
        found[name] = place
        found[f"{name}_name"] = (
            nodes[stage].name(place, t) if nodes else short_name(answers.codes, place, t)
        )
    return found


def as_json(rows: list[Record]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_csv(rows: list[Record]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def print_table(rows: list[Record], stages: Mapping[str, Stage], t: Translator) -> None:
    """A table for people, largest first, with the total as its last line."""
    table = RichTable(show_edge=False, pad_edge=False)
    for stage in stages.values():
        table.add_column(t(f"flows.stage_{stage}"))
    for key in ("table.people", "table.employed"):
        table.add_column(t(key), justify="right")
    for row in sorted(rows, key=lambda row: -int(row["people"])):
        names = [str(row[f"{name}_name"]) for name in stages]
        table.add_row(*names, t.count(int(row["people"])), t.count(int(row["employed"])))
    table.add_section()
    totals = [t.count(sum(int(row[key]) for row in rows)) for key in ("people", "employed")]
    table.add_row(t("table.total"), *[""] * (len(stages) - 1), *totals)
    Console().print(table)
