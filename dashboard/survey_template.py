"""Writes the workbook that a survey is filled into: a header, lists of answers, explanations."""

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from dashboard.i18n import Translator
from data_access import schema
from data_access.codes.files import Row, read_rows
from data_access.errors import InputError
from data_access.survey_ledger import SurveyKind

ROWS: Final = 5_000  # rows with lists of answers
GRADES: Final = ("1", "2", "3", "4", "5")
HEADS: Final[dict[SurveyKind, tuple[str, ...]]] = {
    "graduate": ("school", "level", "discipline", "weight"),
    "employer": ("school", "weight"),
}
HEAD_KEYS: Final = {
    "school": ("template.school", "template.school_text"),
    "level": ("template.level", "template.level_text"),
    "discipline": ("template.discipline", "template.discipline_text"),
    "weight": ("template.weight", "template.weight_text"),
}
SCALE_KEYS: Final = {
    "yes": "template.scale_yes",
    "positive": "template.scale_positive",
    "rating": "template.scale_rating",
    "amount": "template.scale_amount",
}


def write_template(path: Path, kind: SurveyKind, t: Translator) -> None:
    """An empty survey of this kind; raises InputError where the file cannot be written."""
    items = [row for row in shipped_items() if row["kind"] == kind]
    book = xlsxwriter.Workbook(path)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    _questions(book, bold, kind, items, t)
    _explanations(book, bold, kind, items, t)
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError):
        raise InputError("command.cannot_write", value=str(path)) from None


def shipped_items() -> list[Row]:
    """The questions of the shipped code table."""
    file = files("data_access.codes") / "survey_item.csv"
    return sorted(read_rows(file, schema.survey_item, key=("code",)), key=lambda r: r["position"])


def _questions(book: Any, bold: Any, kind: SurveyKind, items: list[Row], t: Translator) -> None:
    sheet = book.add_worksheet(t("template.sheet"))
    text = book.add_format({"num_format": "@"})
    for column, head in enumerate(HEADS[kind]):
        sheet.write_string(0, column, t(HEAD_KEYS[head][0]), bold)
        sheet.set_column(column, column, 14, None if head == "weight" else text)
    for column, item in enumerate(items, start=len(HEADS[kind])):
        sheet.write_string(0, column, t.name(item["name_zh"], item["name_en"]), bold)
        sheet.set_column(column, column, 16)
        allowed = {"yes": [t("template.yes"), t("template.no")], "amount": None}
        choices = allowed.get(item["scale"], list(GRADES))
        if choices:
            rule = {"validate": "list", "source": choices}
            sheet.data_validation(1, column, ROWS, column, rule)
    if "level" in HEADS[kind]:
        levels = [t.name(row["name_zh"], row["name_en"]) for row in _levels()]
        place = HEADS[kind].index("level")
        sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": levels})
    sheet.freeze_panes(1, 1)


def _levels() -> list[Row]:
    """The levels that graduates have: those that are no part of another one's name."""
    rows = read_rows(files("data_access.codes") / "level.csv", schema.level, key=("code",))
    parents = {row["parent"] for row in rows}
    return [row for row in rows if row["code"] not in parents]


def _explanations(book: Any, bold: Any, kind: SurveyKind, items: list[Row], t: Translator) -> None:
    sheet = book.add_worksheet(t("template.explanations"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, wrap)
    sheet.set_column(1, 2, 56, wrap)
    lines = [(t(HEAD_KEYS[head][0]), t(HEAD_KEYS[head][1]), "") for head in HEADS[kind]] + [
        (
            t.name(item["name_zh"], item["name_en"]),
            t.name(item["question_zh"], item["question_en"]),
            t(SCALE_KEYS[item["scale"]]),
        )
        for item in items
    ]
    notes = ("template.note_rows", "template.note_identity", "template.note_weight")
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, t(note), book.add_format({"valign": "top"}))
    top = len(notes) + 1
    heads = ("template.column", "template.meaning", "template.answers")
    for column, head in enumerate(heads):
        sheet.write_string(top, column, t(head), bold)
    for row, cells in enumerate(lines, start=top + 1):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, wrap)
