"""The options of the command line: what each may say, and its help."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ByOption(StrEnum):
    """Cuts of ``show rates``."""

    level = "level"
    discipline = "discipline"
    school = "school"
    destination = "destination"
    origin = "origin"
    work_region = "work_region"


class LanguageOption(StrEnum):
    """The languages of what is printed."""

    chinese = "zh-CN"
    english = "en"


class FormatOption(StrEnum):
    """Formats of ``show rates``."""

    json = "json"
    csv = "csv"
    table = "table"


class GroupOption(StrEnum):
    """Groups of peers, by how they begin."""

    auto = "auto"
    city = "city"
    mix = "mix"
    kind = "kind"
    all = "all"


class AudienceOption(StrEnum):
    """Whose eyes ``show benchmark`` looks with."""

    department = "department"
    school = "school"


class ChannelOption(StrEnum):
    """Who found out whether a record is true."""

    school = "school"
    third_party = "third_party"
    graduate = "graduate"
    department = "department"
    ministry = "ministry"


class KindOption(StrEnum):
    """Who answered a survey."""

    graduate = "graduate"
    employer = "employer"


class RankOption(StrEnum):
    """Ranks of the discipline tree."""

    category = "category"
    class_ = "class"
    major = "major"


def day_option(text: str | None) -> dt.date | None:
    """A date as YYYY-MM-DD; typer prints the error."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2020-09-30") from None


Levels = Annotated[list[str] | None, typer.Option(help="Only these levels.")]
Schools = Annotated[list[str] | None, typer.Option(help="Only these schools.")]
Discipline = Annotated[str | None, typer.Option(help="Only this node of the tree.")]
Origin = Annotated[str | None, typer.Option(help="Only this region of origin.")]
WorkRegion = Annotated[str | None, typer.Option(help="Only this work region.")]
Definition = Annotated[str | None, typer.Option(help="Definition: 2014, 2021, 2024.")]
Format = Annotated[FormatOption, typer.Option(help="json, csv or table.")]
Lang = Annotated[LanguageOption, typer.Option(help="zh-CN or en.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The workbook to write, .xlsx.")]
Day = Annotated[str | None, typer.Option("--as-of", help="Statistical date, YYYY-MM-DD.")]
Cohort = Annotated[int, typer.Option("--cohort", help="Graduating class, such as 2020.")]
