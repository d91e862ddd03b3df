"""The questions of the page of checks: schools, channels, samples, the list of one sample."""

from collections.abc import Callable, Mapping

from dashboard.asked import Asked
from dashboard.checks import CheckBoard, Checked, check_board
from dashboard.tables import Column, Percent, Table, Value
from data_access.check_reads import Sample
from data_access.checks import CHANNELS, OUTCOMES, Channel, Word


def schools(asked: Asked) -> Table:
    """One row per school below one of all: reported, verified, estimated from the sample."""
    t, board = asked.t, check_board(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("table.school"), "text"),
        Column("graduates", t("table.graduates"), "count"),
        Column("reported", t("checks.reported", rate=asked.rate_name), "rate"),
        Column("share", t("checks.share"), "rate"),
        *(Column(one, t(f"checks.outcome_{one}"), "count") for one in OUTCOMES),
        Column("drawn", t("checks.drawn"), "count"),
        Column("at_draw", t("checks.at_draw"), "rate"),
        Column("verified", t("checks.verified", rate=asked.rate_name), "rate"),
        Column("interval", t("table.interval"), "interval"),
        Column("difference", t("checks.difference_points"), "points"),
    )
    names = asked.names("school")
    lines = [(board.total, t("table.total"))] if board.schools else []
    lines += [(one, names[one.code]) for one in board.schools]
    return Table(columns, tuple(_school(one, name) for one, name in lines), notes(asked, board))


def _school(one: Checked, name: str) -> tuple[Value, ...]:
    found = one.verified
    counts = (one.graduates, one.reported, one.share, one.confirmed, one.refuted, one.unreachable)
    estimate: tuple[Value, ...] = (None, None, None, None)
    if found is not None:
        estimate = (found.reported, Percent(found.value), found.interval, found.difference)
    return (one.code, name, *counts, one.drawn, *estimate)


def channels(asked: Asked) -> Table:
    """One row per channel with results: graduates by its newest result."""
    t, board = asked.t, check_board(asked)
    columns = (
        Column("code", t("table.code"), "code"),
        Column("name", t("checks.channel"), "text"),
        *(Column(one, t(f"checks.outcome_{one}"), "count") for one in OUTCOMES),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (channel, t(f"checks.channel_{channel}"), *(counts.get(one, 0) for one in OUTCOMES))
        for channel, counts in board.channels.items()
    )
    return Table(columns, rows)


def samples(asked: Asked) -> Table:
    """The samples of the class, newest first, with all that repeats them."""
    t, board = asked.t, check_board(asked)
    columns = (
        Column("code", t("checks.number"), "code"),
        Column("name", t("checks.sample"), "text"),
        Column("size", t("checks.size"), "count"),
        Column("method", t("checks.method"), "text"),
        Column("day", t("table.counted_on"), "text"),
        Column("population", t("checks.population"), "count"),
        Column("seed", t("checks.seed"), "text"),
        Column("drawn_at", t("checks.drawn_at"), "text"),
    )
    # A selection without schools to see has no samples either.
    found = board.samples if board.schools else ()
    return Table(columns, tuple(_sample(one, asked) for one in found))


def _sample(one: Sample, asked: Asked) -> tuple[Value, ...]:
    return (
        str(one.id),
        sample_name(one, asked),
        one.size,
        asked.t(f"checks.method_{one.method}") if one.method else None,
        one.counted_on.isoformat() if one.counted_on else None,
        one.population,
        None if one.seed is None else str(one.seed),
        one.drawn_at.date().isoformat() if one.drawn_at else None,
    )


def sample_name(one: Sample, asked: Asked) -> str:
    """Its title, else its number."""
    return one.title or asked.t("checks.sample_number", number=one.id)


def sample_list(asked: Asked) -> Table:
    """The graduates of the chosen sample, with empty columns for what is found out.

    Filled in, the file can be imported (``data_access.readers.check_answers``).
    """
    t, board = asked.t, check_board(asked)
    columns = (
        Column("sample", t("checks.column_sample"), "code"),
        Column("code", t("checks.column_code"), "code"),
        Column("school", t("table.school"), "text"),
        Column("number", t("checks.column_number"), "text"),
        Column("level", t("table.level"), "text"),
        Column("destination", t("checks.column_destination"), "text"),
        Column("known", t("checks.column_known"), "text"),
        Column("channel", t("checks.column_channel"), "text"),
        Column("result", t("checks.column_result"), "text"),
        Column("day", t("checks.column_day"), "text"),
    )
    schools, levels = asked.names("school"), asked.names("level")
    destinations = asked.names("destination")
    number = str(board.sample.id) if board.sample else ""
    rows = tuple(
        (
            number,
            one.school,
            schools[one.school],
            one.key,
            levels[one.level],
            destinations[one.destination],
            known_text(board.words.get(one.subject_id, {}), asked),
            *("", "", ""),
        )
        for one in board.items
    )
    return Table(columns, rows, (*notes(asked, board), t("checks.fill_in")))


def known_text(words: Mapping[Channel, Word], asked: Asked) -> str:
    """What each channel says of a graduate, in one line."""
    t = asked.t
    return t.listing(
        t(
            "checks.known",
            channel=t(f"checks.channel_{channel}"),
            result=t(f"checks.outcome_{words[channel].outcome}"),
            day=words[channel].checked_on.isoformat(),
        )
        for channel in CHANNELS
        if channel in words
    )


def notes(asked: Asked, board: CheckBoard) -> tuple[str, ...]:
    """What a table says of the sample that it rests on."""
    sample = board.sample
    return () if sample is None else (sample_sentence(sample, asked),)


def sample_sentence(sample: Sample, asked: Asked) -> str:
    """How a sample was drawn; to whoever sees their own school only, how many are theirs."""
    t = asked.t
    if not sample.method:
        return t("checks.sample_own", number=sample.id, size=t.count(sample.size))
    return t(
        "checks.sample_told",
        name=sample_name(sample, asked),
        method=t(f"checks.method_{sample.method}"),
        date=t.date(sample.counted_on) if sample.counted_on else "",
        population=t.count(sample.population or 0),
        size=t.count(sample.size),
        seed=sample.seed,
    )


QUESTIONS: Mapping[str, Callable[[Asked], Table]] = {
    "checks-schools": schools,
    "checks-channels": channels,
    "checks-samples": samples,
    "checks-list": sample_list,
}
