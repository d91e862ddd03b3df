"""The benchmark page's questions as tables, and what they share with its cards."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.asked import Asked
from dashboard.benchmark_rows import Benchmark, Position
from dashboard.indicators.rates import missing
from dashboard.peers import Peers
from dashboard.tables import Column, Percent, RateHeads, Table, Value, rate_table


def compared(asked: Asked) -> Benchmark | None:
    """The school against its peers, as the person who asks may see it."""
    group, picked = asked.state.get("group", ""), asked.lists.get("peer", ())
    return Peers(asked.answers).benchmark(asked.scope, asked.selection, group, picked)


def distribution(asked: Asked) -> Table:
    found = compared(asked)
    names = {"": asked.t("benchmark.everybody")}
    return _positions(asked, [found.total] if found else [], names, asked.t("benchmark.cut"))


def disciplines(asked: Asked) -> Table:
    found = compared(asked)
    names = asked.names("discipline")
    return _positions(asked, found.disciplines if found else (), names, asked.t("table.discipline"))


def destinations(asked: Asked) -> Table:
    found = compared(asked)
    rows, what = found.destinations if found else (), asked.t("table.group")
    return _positions(asked, rows, asked.group_names(), what, asked.t("table.share"))


def _positions(
    asked: Asked,
    positions: Sequence[Position],
    names: Mapping[str, str],
    what: str,
    rate_name: str = "",
) -> Table:
    t = asked.t
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", what, "text"),
        Column("graduates", t("table.graduates"), "count"),
        Column("rate", rate_name or asked.rate_name, "rate"),
        Column("group", t("benchmark.group"), "text"),
        Column("schools", t("benchmark.schools"), "count"),
        Column("low", t("benchmark.low"), "rate"),
        Column("median", t("benchmark.median"), "rate"),
        Column("high", t("benchmark.high"), "rate"),
        Column("difference", t("benchmark.difference"), "points"),
        Column("from", t("benchmark.from"), "points"),
        Column("to", t("benchmark.to"), "points"),
        Column("percentile", t("benchmark.percentile"), "count"),
    )
    return Table(columns, tuple(_row(asked, one, names) for one in positions))


def _row(asked: Asked, one: Position, names: Mapping[str, str]) -> tuple[Value, ...]:
    own = (one.code, names.get(one.code, one.code), one.own.denominator, one.own)
    spread, interval = one.spread, one.interval
    if spread.quartiles is None or spread.group is None:
        return (*own, None, None, None, missing(spread.why or "none"), *[None] * 5)
    return (
        *own,
        asked.t(f"benchmark.group_{spread.group}"),
        spread.schools,
        *(Percent(v) for v in (spread.quartiles.low, spread.quartiles.median)),
        Percent(spread.quartiles.high),
        one.difference,
        interval.low if interval else None,
        interval.high if interval else None,
        one.percentile,
    )


def adjusted(asked: Asked) -> Table:
    """Observed against expected: everybody, then each level."""
    t, found = asked.t, compared(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.level"), "text"),
        Column("graduates", t("table.graduates"), "count"),
        Column("covered", t("benchmark.covered"), "count"),
        Column("wider", t("benchmark.wider"), "count"),
        Column("observed", t("benchmark.observed"), "rate"),
        Column("expected", t("benchmark.expected"), "rate"),
        Column("difference", t("benchmark.adjusted_difference"), "points"),
        Column("from", t("benchmark.from"), "points"),
        Column("to", t("benchmark.to"), "points"),
    )
    rows: list[tuple[Value, ...]] = []
    for line in found.adjusted if found else ():
        one, name = line.result, asked.names("level").get(line.code, line.code)
        name = name if line.code else t("benchmark.everybody")
        told = missing("small") if one.expected is None else Percent(one.expected)
        observed = one.observed if one.observed.value is not None else None
        ends = (one.interval.low, one.interval.high) if one.interval else (None, None)
        counts = (one.graduates, one.observed.denominator, one.wider)
        rows.append((line.code, name, *counts, observed, told, one.difference, *ends))
    return Table(columns, tuple(rows))


def peers(asked: Asked) -> Table:
    """The single schools of the group; no row for who may not see them."""
    found = compared(asked)
    heads = RateHeads(asked.t("table.school"), asked.employed_name, asked.rate_name)
    table = rate_table(found.peers if found else (), asked.names("school"), heads, asked.t)
    return table.only("code", "name", "graduates", "employed", "rate", "interval")


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "benchmark": distribution,
    "benchmark-disciplines": disciplines,
    "benchmark-destinations": destinations,
    "benchmark-adjusted": adjusted,
    "benchmark-peers": peers,
}
