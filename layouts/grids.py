"""The large league tables: AG Grid with cells drawn by ``assets/70-grid.js``."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag

from dashboard.i18n import Translator

ColumnDef = dict[str, Any]
ROW_PIXELS, HEAD_PIXELS, SHOWN_ROWS = 32, 64, 16
NUMERIC_SORT = ["desc", "asc", None]


def league_grid(grid_id: str) -> dag.AgGrid:
    """A grid that sorts, searches and scrolls; columns and rows come from a callback."""
    return dag.AgGrid(
        id=grid_id,
        columnDefs=[],
        rowData=[],
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "sortingOrder": NUMERIC_SORT,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "getLocaleText": {"function": "quxiangLocaleText(params)"},
            "rowHeight": ROW_PIXELS,
            "headerHeight": 36,
            "suppressCellFocus": False,
            "suppressDragLeaveHidesColumns": True,
            "animateRows": False,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            # A grid below the fold would wait to be laid out, and sometimes never show its rows:
            # github.com/ag-grid/ag-grid/issues/13982.
            "suppressContentVisibilityAuto": True,
        },
        getRowId="params.data.code",
        style=grid_style(0),
        className="ag-theme-alpine qx-ag",
    )


def finding_grid(grid_id: str) -> dag.AgGrid:
    """A grid of findings; every column can be filtered."""
    grid = league_grid(grid_id)
    grid.defaultColDef = {**grid.defaultColDef, "filter": True, "floatingFilter": True}
    return grid


def finding_columns(t: Translator) -> list[ColumnDef]:
    """Row, column, what stands there, what is wrong, how grave."""
    text = {"tooltipField": "text"}
    return [
        {"field": "line", "headerName": t("submissions.line"), "width": 96},
        {"field": "severity", "headerName": t("submissions.severity"), "width": 110},
        {"field": "field", "headerName": t("submissions.field"), "width": 150},
        {"field": "printed", "headerName": t("submissions.printed"), "width": 190},
        {"field": "text", "headerName": t("submissions.what"), "flex": 1, "minWidth": 260, **text},
    ]


def rate_columns(t: Translator, first: str, rate_name: str) -> list[ColumnDef]:
    """Name, rate, n, interval, change on last week and on the same day last year."""
    return [
        {
            "field": "name",
            "headerName": first,
            "cellRenderer": "qxLink",
            "cellRendererParams": {"hrefField": "href", "carryField": "carry"},
            "pinned": "left",
            "minWidth": 120,
            "width": 176,
            "sortingOrder": ["asc", "desc", None],
        },
        _drawn("rate", rate_name, "qxBar", {"textField": "rate_text"}, 130) | {"sort": "desc"},
        _number("graduates", t("table.graduates"), "graduates_text", 92),
        _interval(t),
        _change("week", t("table.week"), "week_text"),
        _change("year", t("table.year"), "year_text"),
    ]


def _drawn(field: str, title: str, renderer: str, params: dict[str, str], width: int) -> ColumnDef:
    """A column whose cells are drawn, with a text beside or behind the drawing."""
    return {
        "field": field,
        "headerName": title,
        "cellRenderer": renderer,
        "cellRendererParams": params,
        "minWidth": width,
        "flex": 2,
    }


def _interval(t: Translator) -> ColumnDef:
    texts = {"lowField": "low", "highField": "high", "textField": "interval_text"}
    return _drawn("low", t("table.interval"), "qxInterval", texts, 172) | {
        "valueGetter": {"function": "params.data.rate"},
        "sortable": False,
    }


def _parts(field: str, title: str, renderer: str, width: int) -> ColumnDef:
    """A column of lists: nothing to sort by, and no type for the grid to guess."""
    return _drawn(field, title, renderer, {"textField": f"{field}_text"}, width) | {
        "sortable": False,
        "cellDataType": False,
    }


def _mark(t: Translator) -> ColumnDef:
    return {"field": "mark", "headerName": t("table.mark"), "width": 118}


def _number(field: str, title: str, text: str, width: int) -> ColumnDef:
    return {
        "field": field,
        "headerName": title,
        "type": "rightAligned",
        "valueFormatter": {"function": f"params.data.{text}"},
        "width": width,
    }


def _change(field: str, title: str, text: str) -> ColumnDef:
    return {
        "field": field,
        "headerName": title,
        "type": "rightAligned",
        "cellRenderer": "qxChange",
        "cellRendererParams": {"textField": text, "better": "up"},
        "width": 112,
    }


def school_columns(t: Translator, rate_name: str) -> list[ColumnDef]:
    """The columns of a table of schools, with the season so far as a small curve."""
    spark = _parts("spark", t("table.spark"), "qxSpark", 104)
    return [*rate_columns(t, t("table.school"), rate_name), spark, _mark(t)]


def discipline_columns(t: Translator, rate_name: str) -> list[ColumnDef]:
    """The columns of the league table; the search knows names and pinyin initials."""
    columns = rate_columns(t, t("table.discipline"), rate_name)
    columns[0]["getQuickFilterText"] = {"function": "params.value + ' ' + params.data.search"}
    columns.insert(3, {"field": "family", "headerName": t("table.level"), "width": 118})
    return [*columns, _parts("mix", t("table.mix"), "qxMix", 110), _mark(t)]


def board_columns(t: Translator, periods: Sequence[tuple[str, str, str]]) -> list[ColumnDef]:
    """Schools against reporting periods; ``periods`` are (field, heading, kind of period)."""
    return [
        {
            "field": "name",
            "headerName": t("table.school"),
            "cellRenderer": "qxLink",
            "cellRendererParams": {"hrefField": "href", "carryField": "carry"},
            "pinned": "left",
            "minWidth": 120,
            "width": 190,
            "sortingOrder": ["asc", "desc", None],
        },
        _number("behind", t("returns.behind"), "behind_text", 96) | {"sort": "desc"},
        {"field": "last", "headerName": t("returns.last"), "width": 120},
        *(
            {
                "field": day,
                "headerName": heading,
                "headerTooltip": kind,
                "cellRenderer": "qxStatus",
                "cellRendererParams": {"textField": f"{day}_text"},
                "width": 72,
                "sortable": False,
            }
            for day, heading, kind in periods
        ),
    ]


def check_columns(t: Translator, rate_name: str) -> list[ColumnDef]:
    """Schools by what is verified, and by what the sample says of their rate."""
    name = rate_columns(t, t("table.school"), rate_name)[0]
    verified = t("checks.verified", rate=rate_name)
    interval = {"lowField": "low", "highField": "high", "textField": "verified_text"}
    return [
        name,
        _number("graduates", t("table.graduates"), "graduates_text", 112) | {"sort": "desc"},
        _drawn("reported", t("checks.reported", rate=rate_name), "qxBar", _TEXT["reported"], 130),
        _number("share", t("checks.share"), "share_text", 112),
        _number("confirmed", t("checks.outcome_confirmed"), "confirmed_text", 104),
        _number("refuted", t("checks.outcome_refuted"), "refuted_text", 86),
        _number("unreachable", t("checks.outcome_unreachable"), "unreachable_text", 92),
        _drawn("verified", verified, "qxInterval", interval, 232),
        _change("difference", t("checks.difference_points"), "difference_text") | {"width": 118},
    ]


_TEXT = {"reported": {"textField": "reported_text"}}


def list_grid(grid_id: str) -> dag.AgGrid:
    """The graduates of a sample; a row can be chosen, by a click or the space bar."""
    grid = league_grid(grid_id)
    options = {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}
    grid.dashGridOptions = {**grid.dashGridOptions, "rowSelection": options}
    return grid


def list_columns(t: Translator, channels: Sequence[tuple[str, str]]) -> list[ColumnDef]:
    """A graduate, what was reported, and what each channel says; (field, heading)."""
    up = ["asc", "desc", None]
    return [
        {"field": "school", "headerName": t("table.school"), "minWidth": 150, "flex": 2}
        | {"sortingOrder": up},
        {"field": "number", "headerName": t("checks.column_number"), "width": 130}
        | {"sortingOrder": up},
        {"field": "level", "headerName": t("table.level"), "width": 88, "sortingOrder": up},
        {"field": "destination", "headerName": t("checks.column_destination"), "minWidth": 150}
        | {"flex": 2, "sortingOrder": up},
        *(
            {"field": field, "headerName": heading, "width": 136, "sortingOrder": up}
            for field, heading in channels
        ),
    ]


def grid_style(rows: int) -> dict[str, str]:
    """As high as its rows, until it scrolls."""
    shown = min(max(rows, 3), SHOWN_ROWS)
    return {"height": f"{HEAD_PIXELS + ROW_PIXELS * shown}px"}
