"""What the page of checks says: key figures, findings, rows of its grids, the chart of channels."""

from typing import Any

from dashboard.asked import Asked
from dashboard.check_questions import sample_sentence
from dashboard.checks import FEWEST_RESULTS, CheckBoard, Checked, check_board
from dashboard.figures.base import Figure
from dashboard.figures.stacked import Bar, Segment, stacked_bars
from dashboard.grid_rows import GridRow, points_text
from data_access.checks import CHANNELS, OUTCOMES
from layouts.kpis import Kpi
from layouts.pages import CHECKS

COLOURS = {"confirmed": "#22705f", "refuted": "#a5352c", "unreachable": "#b9c2cc"}


def key_figures(asked: Asked) -> list[Kpi]:
    """How much is verified, how much of it is true, what the sample says of the rate."""
    t, board = asked.t, check_board(asked)
    total = board.total
    return [
        Kpi(
            label=t("checks.share"),
            value=t.rate(total.share),
            n=t(
                "checks.share_n",
                part=t.count(total.confirmed + total.refuted),
                whole=t.count(total.graduates),
            ),
            note=t("checks.unreachable_note", count=t.count(total.unreachable)),
            lead=True,
        ),
        Kpi(
            label=t("checks.truth"),
            value=t.rate(total.truth) if total.truth.value is not None else "–",
            n=t(
                "checks.truth_n",
                confirmed=t.count(total.confirmed),
                refuted=t.count(total.refuted),
            ),
        ),
        *_estimates(asked, board),
    ]


def _estimates(asked: Asked, board: CheckBoard) -> list[Kpi]:
    t, found = asked.t, board.total.verified
    verified = t("checks.verified", rate=asked.rate_name)
    if found is None:
        why = _why_none(asked, board)
        return [
            Kpi(label=verified, value="–", note=why),
            Kpi(label=t("checks.difference"), value="–"),
        ]
    return [
        Kpi(
            label=verified,
            value=t.percent(found.value),
            n=t("checks.reached", count=t.count(found.reached)),
            note=t("overview.interval", interval=t.interval(found.interval)),
        ),
        Kpi(
            label=t("checks.difference"),
            value=t.signed(found.difference),
            unit=t("checks.points"),
            n=t("checks.at_draw_n", rate=t.rate(found.reported)),
        ),
    ]


def _why_none(asked: Asked, board: CheckBoard) -> str:
    if board.sample is None:
        return asked.t("checks.why_no_sample")
    key = "checks.why_too_few" if board.representative else "checks.why_flagged"
    return asked.t(key, fewest=FEWEST_RESULTS)


def schools_finding(asked: Asked) -> str:
    """Where the sample differs from what was reported, beyond chance."""
    t, board = asked.t, check_board(asked)
    if not board.schools:
        return t("card.no_rows")
    if board.sample is None or not board.representative:
        return _why_none(asked, board)
    told = [one for one in board.schools if one.verified is not None]
    below = sum(_is_below(one) for one in told)
    key = "checks.schools_finding" if told else "checks.why_too_few"
    return t(key, fewest=FEWEST_RESULTS, schools=t.count(len(told)), below=t.count(below))


def _is_below(one: Checked) -> bool:
    """Whether even the upper end of the interval is below what was reported."""
    found = one.verified
    return (
        found is not None
        and found.reported.value is not None
        and found.interval.high < found.reported.value
    )


def school_rows(asked: Asked) -> list[GridRow]:
    board = check_board(asked)
    names = asked.names("school")
    return [_school_row(one, names[one.code], board, asked) for one in board.schools]


def _school_row(one: Checked, name: str, board: CheckBoard, asked: Asked) -> GridRow:
    t, found = asked.t, one.verified
    estimate: dict[str, Any] = {
        "verified": None,
        "low": None,
        "high": None,
        "verified_text": t("checks.too_few") if board.representative else "–",
        "difference": None,
        "difference_text": "–",
    }
    if found is not None:
        interval = t.interval(found.interval)
        estimate = {
            "verified": float(found.value),
            "low": float(found.interval.low),
            "high": float(found.interval.high),
            "verified_text": t(
                "checks.with_interval", value=t.percent(found.value), interval=interval
            ),
            "difference": float(found.difference),
            "difference_text": points_text(found.difference, t),
        }
    counts = {"graduates": one.graduates, "confirmed": one.confirmed}
    counts |= {"refuted": one.refuted, "unreachable": one.unreachable}
    return {
        "code": one.code,
        "name": name,
        "href": CHECKS.path,
        "carry": f"school={one.code}",
        **counts,
        **{f"{key}_text": t.count(n) for key, n in counts.items()},
        "reported": None if one.reported.value is None else float(one.reported.value),
        "reported_text": t.rate(one.reported),
        "share": None if one.share.value is None else float(one.share.value),
        "share_text": t.rate(one.share),
        **estimate,
    }


def channels_figure(asked: Asked) -> Figure:
    t, board = asked.t, check_board(asked)
    bars = [
        Bar(
            t(f"checks.channel_{channel}"),
            t("figure.people", n=t.count(sum(counts.values()))),
            {one: counts.get(one, 0) for one in OUTCOMES},
            None,
        )
        for channel, counts in board.channels.items()
    ]
    segments = [Segment(one, t(f"checks.outcome_{one}"), COLOURS[one]) for one in OUTCOMES]
    return stacked_bars(bars, segments, "share", t)


def channels_finding(asked: Asked) -> str:
    """Which channel has looked at most graduates, and what it refuted."""
    t, board = asked.t, check_board(asked)
    if not board.channels:
        return t("checks.no_result")
    channel, counts = max(board.channels.items(), key=lambda item: sum(item[1].values()))
    return t(
        "checks.channels_finding",
        channel=t(f"checks.channel_{channel}"),
        count=t.count(sum(counts.values())),
        refuted=t.count(counts.get("refuted", 0)),
    )


def samples_finding(asked: Asked) -> str:
    """How the chosen sample was drawn."""
    board = check_board(asked)
    if board.sample is None or not board.schools:
        return asked.t("checks.no_sample")
    return sample_sentence(board.sample, asked)


def list_finding(asked: Asked) -> str:
    """How many of the list somebody has found out about."""
    t, board = asked.t, check_board(asked)
    if not board.items:
        return t("checks.no_sample")
    told = [board.words.get(one.subject_id, {}) for one in board.items]
    reached = sum(any(w.outcome != "unreachable" for w in words.values()) for words in told)
    open_ = sum(not words for words in told)
    return t(
        "checks.list_finding",
        people=t.count(len(told)),
        reached=t.count(reached),
        open=t.count(open_),
    )


def list_rows(asked: Asked) -> list[GridRow]:
    """The graduates of the chosen sample with what each channel says."""
    t, board = asked.t, check_board(asked)
    schools, levels = asked.names("school"), asked.names("level")
    destinations = asked.names("destination")

    def word(who: int, channel: Any) -> str:
        found = board.words.get(who, {}).get(channel)
        if found is None:
            return ""
        day = t.day_month(found.checked_on)
        return t("checks.word", result=t(f"checks.outcome_{found.outcome}"), day=day)

    return [
        {
            "code": f"{one.school}-{one.key}",
            "school": schools[one.school],
            "school_code": one.school,
            "number": one.key,
            "level": levels[one.level],
            "destination": destinations[one.destination],
            **{f"word_{channel}": word(one.subject_id, channel) for channel in CHANNELS},
        }
        for one in board.items
    ]
