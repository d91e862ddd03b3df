"""What became of them: the destination groups as bars of people."""

from collections.abc import Mapping, Sequence

from dashboard.answer_rows import Slice
from dashboard.figures.base import ROW_PIXELS, Figure, empty, figure
from dashboard.i18n import Translator
from dashboard.theme import group_colour

LONGEST_LABEL = 16  # characters on one line


def mix_bars(slices: Sequence[Slice], names: Mapping[str, str], t: Translator) -> Figure:
    """One horizontal bar per part, in the order given; length is the share of all graduates."""
    if not slices:
        return empty(t("figure.empty"))
    shares = [float(part.share.value or 0) for part in slices]
    bars = {
        "type": "bar",
        "x": shares,
        "y": [wrapped(names[part.code]) for part in slices],
        "orientation": "h",
        "width": 0.56,
        "text": [
            f"<b>{t.rate(part.share)}</b>  {t('figure.people', n=t.count(part.count))}"
            for part in slices
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [group_colour(part.code) for part in slices]},
        "customdata": [[part.code] for part in slices],
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
    }
    # Room on the right for the label of the longest bar.
    return figure(
        [bars],
        56 + ROW_PIXELS * len(slices),
        xaxis={"range": [0, max(shares) * 1.7], "visible": False, "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "ticks": "", "automargin": True},
    )


def wrapped(name: str) -> str:
    """A long name of several words on two lines, so that bars keep room on a phone."""
    words = name.split(" ")
    if len(name) <= LONGEST_LABEL or len(words) < 2:
        return name
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(name) / 2))
    return " ".join(words[:cut]) + "<br>" + " ".join(words[cut:])
