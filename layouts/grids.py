"""The large league tables: AG Grid with cells drawn by ``assets/70-grid.js``."""

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
        },
        getRowId="params.data.code",
        style=grid_style(0),
        className="ag-theme-alpine qx-ag",
    )


def rate_columns(
    t: Translator, first: str, rate_name: str, *, spark: bool, mix: bool
) -> list[ColumnDef]:
    """Name, n, employed, rate, interval, changes; then a small curve or a mix, if asked."""
    columns: list[ColumnDef] = [
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
        {
            "field": "rate",
            "headerName": rate_name,
            "headerClass": "qx-head-rate",
            "cellRenderer": "qxBar",
            "cellRendererParams": {"textField": "rate_text"},
            "minWidth": 130,
            "flex": 2,
            "sort": "desc",
        },
        _number("graduates", t("table.graduates"), "graduates_text", 92),
        {
            "field": "low",
            "headerName": t("table.interval"),
            "valueGetter": {"function": "params.data.rate"},
            "cellRenderer": "qxInterval",
            "cellRendererParams": {
                "lowField": "low",
                "highField": "high",
                "textField": "interval_text",
            },
            "minWidth": 172,
            "flex": 2,
            "sortable": False,
        },
        _change("week", t("table.week"), "week_text"),
        _change("year", t("table.year"), "year_text"),
    ]
    if mix:
        columns.append(
            {
                "field": "mix",
                "headerName": t("table.mix"),
                "cellRenderer": "qxMix",
                "cellRendererParams": {"textField": "mix_text"},
                "minWidth": 110,
                "flex": 2,
                "sortable": False,
                "cellDataType": False,
            }
        )
    if spark:
        columns.append(
            {
                "field": "spark",
                "headerName": t("table.spark"),
                "cellRenderer": "qxSpark",
                "cellRendererParams": {"textField": "spark_text"},
                "width": 120,
                "sortable": False,
                "cellDataType": False,
            }
        )
    columns.append({"field": "mark", "headerName": t("table.mark"), "width": 118})
    return columns


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
    """The columns of a table of schools."""
    return rate_columns(t, t("table.school"), rate_name, spark=True, mix=False)


def discipline_columns(t: Translator, rate_name: str) -> list[ColumnDef]:
    """The columns of the league table; the search knows names and pinyin initials."""
    columns = rate_columns(t, t("table.discipline"), rate_name, spark=False, mix=True)
    columns[0]["getQuickFilterText"] = {"function": "params.value + ' ' + params.data.search"}
    columns[0]["width"] = 180
    columns.insert(3, {"field": "family", "headerName": t("table.level"), "width": 78})
    return columns


def grid_style(rows: int) -> dict[str, str]:
    """As high as its rows, until it scrolls."""
    shown = min(max(rows, 3), SHOWN_ROWS)
    return {"height": f"{HEAD_PIXELS + ROW_PIXELS * shown}px"}
