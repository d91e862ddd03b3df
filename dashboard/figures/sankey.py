"""From where, over which place of study, to where: three stages, each everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.base import Figure, empty, figure
from dashboard.i18n import Translator
from dashboard.theme import TOKENS

PAD, LEAST_HEIGHT, NODE_PIXELS, TOP, BOTTOM = 17, 400, 44, 30, 10
LINK_ALPHA = 0.28
# Links run behind the names of small nodes: the ground around the letters keeps them legible.
HALO = ", ".join([f"0 0 3px {TOKENS.surface}"] * 4)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: ``stage`` 0, 1 or 2; ``leads`` is what a click puts in focus."""

    stage: int
    code: str
    name: str
    people: int
    leads: str
    quiet: bool


def flow_diagram(
    nodes: Sequence[Node],
    links: Sequence[tuple[int, int, int]],
    headings: Sequence[str],
    focus: str,
    t: Translator,
) -> Figure:
    """``nodes`` in the order they stand; a link is (node, node, people), nodes by position.

    ``focus`` is the ``leads`` of the node that the diagram is limited to.
    """
    if not nodes or not links:
        return empty(t("figure.empty"), LEAST_HEIGHT)
    most = max(sum(node.stage == stage for node in nodes) for stage in range(3))
    height = max(LEAST_HEIGHT, NODE_PIXELS * most) + TOP + BOTTOM
    colours = _colours(nodes)
    everybody = sum(node.people for node in nodes if node.stage == 0)
    places = _places(nodes, everybody, height - TOP - BOTTOM)
    trace = {
        "type": "sankey",
        "arrangement": "fixed",
        "node": {
            "x": [(0.001, 0.5, 0.999)[node.stage] for node in nodes],
            "y": places,
            "label": [_label(node, focus, t) for node in nodes],
            "color": colours,
            "pad": PAD,
            "thickness": 14,
            "line": {"width": 0},
            "customdata": [[node.leads, node.name, t.count(node.people)] for node in nodes],
            "hovertemplate": "%{customdata[1]} %{customdata[2]}<extra></extra>",
        },
        "link": {
            "source": [one for one, _, _ in links],
            "target": [other for _, other, _ in links],
            "value": [people for _, _, people in links],
            "color": [_faint(colours[one]) for one, _, _ in links],
            "customdata": [
                [nodes[one].leads, nodes[one].name, nodes[other].name, t.count(people)]
                for one, other, people in links
            ],
            "hovertemplate": "%{customdata[1]} → %{customdata[2]}<br>%{customdata[3]}"
            "<extra></extra>",
        },
        "textfont": {"size": 12, "color": TOKENS.ink, "shadow": HALO},
    }
    margin = {"l": 2, "r": 2, "t": TOP, "b": BOTTOM}
    return figure([trace], height, margin=margin, annotations=_headings(headings))


def _label(node: Node, focus: str, t: Translator) -> str:
    text = f"{node.name} {t.count(node.people)}"
    return f"<b>{text}</b>" if node.leads == focus else text


def _places(nodes: Sequence[Node], everybody: int, height: int) -> list[float]:
    """The middle of every node, from the top, as a part of the height."""
    longest = max(sum(node.stage == stage for node in nodes) for stage in range(3))
    scale = (height - PAD * (longest - 1)) / everybody
    below = [0.0, 0.0, 0.0]
    for stage in range(3):
        own = [node for node in nodes if node.stage == stage]
        below[stage] = (height - scale * everybody - PAD * (len(own) - 1)) / 2
    found = []
    for node in nodes:
        size = scale * node.people
        found.append(round(min(max((below[node.stage] + size / 2) / height, 0.001), 0.999), 4))
        below[node.stage] += size + PAD
    return found


def _colours(nodes: Sequence[Node]) -> list[str]:
    """A place has one colour in every stage; what is no place, and "other", are grey."""
    places: Mapping[str, int] = {
        code: at for at, code in enumerate(dict.fromkeys(n.code for n in nodes if not n.quiet))
    }
    palette = TOKENS.series[:-1]
    return [
        TOKENS.earlier_cohort if n.quiet else palette[places[n.code] % len(palette)] for n in nodes
    ]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{LINK_ALPHA})"


def _headings(texts: Sequence[str]) -> list[dict[str, object]]:
    return [
        {
            "text": f"<b>{text}</b>",
            "x": x,
            "y": 1,
            "xref": "paper",
            "yref": "paper",
            "xanchor": anchor,
            "yanchor": "bottom",
            "yshift": 8,
            "showarrow": False,
            "font": {"size": 12, "color": TOKENS.ink_muted},
        }
        for text, x, anchor in zip(texts, (0, 0.5, 1), ("left", "center", "right"), strict=True)
    ]
