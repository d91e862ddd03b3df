"""Tables as files: numbers stay numbers, texts stay harmless, what is missing says why."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pandas as pd

from dashboard.exports import to_csv, to_xlsx
from dashboard.i18n import translator
from dashboard.indicators.intervals import wilson
from dashboard.indicators.rates import rate
from dashboard.tables import Column, Table, cell_text

T = translator("zh-CN")
COLUMNS = (
    Column("name", "名称", "text"),
    Column("graduates", "毕业生人数", "count"),
    Column("rate", "就业率", "rate"),
    Column("interval", "区间", "interval"),
    Column("week", "较上周", "points"),
    Column("counted_on", "日期", "date"),
)
DAY = dt.date(2020, 9, 30)
ROWS = (
    ("=1+1", 12_345, rate(1, 3), wilson(1, 3), Decimal("-0.50"), DAY),
    ("@SUM", 0, rate(0, 0), None, None, DAY),
    ("-甲,“乙”\n丙", 1, rate(1, 1), wilson(1, 1), Decimal("0.00"), DAY),
)
TABLE = Table(COLUMNS, ROWS)
HEAD = ["标题", "2020届 · 截至2020年9月30日"]


def test_csv() -> None:
    data = to_csv(TABLE, HEAD, T)
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for another encoding"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[:3] == [[f"# {HEAD[0]}"], [f"# {HEAD[1]}"], [c.label for c in COLUMNS]]
    assert rows[3] == ["'=1+1", "12345", "33.33", "6.15-79.23", "-0.50", "2020-09-30"]
    assert rows[4] == ["'@SUM", "0", "无对应人员", "", "", "2020-09-30"]
    assert rows[5][0] == "'-甲,“乙”\n丙"


def test_xlsx() -> None:
    book = pd.read_excel(io.BytesIO(to_xlsx(TABLE, HEAD, T)), engine="calamine", header=None)
    assert book.iloc[0, 0] == HEAD[0]
    body = book.iloc[len(HEAD) + 1 :].reset_index(drop=True)
    assert list(body.iloc[0]) == [c.label for c in COLUMNS]
    assert list(body.iloc[1])[:3] == ["=1+1", 12_345, 33.33]
    assert body.iloc[1, 4] == -0.5
    assert body.iloc[2, 2] == "无对应人员"
    assert pd.isna(body.iloc[2, 4])
    assert body.iloc[3, 0] == ROWS[2][0]


def test_cells_as_people_read_them() -> None:
    assert [cell_text(value, T) for value in ROWS[0]] == [
        "=1+1",
        "12,345",
        "33.33%",
        "6.15%–79.23%",
        "−0.50 个百分点",
        "2020-09-30",
    ]
    assert [cell_text(value, T) for value in ROWS[1][2:5]] == ["无对应人员", "–", "–"]


def test_some_columns() -> None:
    short = TABLE.only("rate", "name")
    assert [column.key for column in short.columns] == ["rate", "name"]
    assert short.rows[0] == (rate(1, 3), "=1+1")
    assert short.records(T)[0] == {"rate": "33.33%", "name": "=1+1"}
