"""The tokens keep their promises: readable, distinct, small, and the same in CSS and charts."""

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import theme
from dashboard.figures.base import figure
from dashboard.theme import GROUPS, LEVELS, TOKENS, contrast, luminance, text_on, tints

ASSETS = Path(theme.__file__).resolve().parent.parent / "assets"
EDITIONS = {
    "2014": ["unit", "flexible", "further_study", "abroad", "seeking", "not_seeking"],
    "2021": [
        "contract", "self_employed", "flexible", "further_study", "seeking", "not_seeking",
    ],
    "2024": ["unit", "self_employed", "freelance", "further_study", "seeking", "not_seeking"],
}  # fmt: skip
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("ink", "surface"),
        ("ink", "page"),
        ("ink_muted", "surface"),
        ("ink_muted", "page"),
        ("ink_muted", "surface_alt"),
        ("ink_faint", "surface"),
        ("accent", "surface"),
        ("accent", "page"),
        ("accent", "accent_soft"),
        ("surface", "accent"),
        ("highlight_text", "highlight_soft"),
        ("good", "good_soft"),
        ("good", "surface"),
        ("warn", "warn_soft"),
        ("bad", "bad_soft"),
        ("bad", "surface"),
    ],
)
def test_text_reaches_aa_on_its_background(text: str, background: str) -> None:
    assert contrast(getattr(TOKENS, text), getattr(TOKENS, background)) >= 4.5


@pytest.mark.parametrize("name", ["line_control", "highlight", "last_cohort", "earlier_cohort"])
def test_lines_and_borders_that_carry_meaning_are_seen(name: str) -> None:
    assert contrast(getattr(TOKENS, name), TOKENS.surface) >= 3


@pytest.mark.parametrize("colour", sorted({*GROUPS.values(), *LEVELS.values(), *TOKENS.series}))
def test_marks_are_seen_on_white_and_labels_are_read_on_marks(colour: str) -> None:
    assert contrast(colour, TOKENS.surface) >= 3
    assert contrast(colour, text_on(colour)) >= 4.5


def _saturation(colour: str) -> int:
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return max(channels) - min(channels)


@pytest.mark.parametrize("codes", EDITIONS.values(), ids=EDITIONS.keys())
def test_groups_of_one_edition_have_different_colours(codes: list[str]) -> None:
    colours = [theme.group_colour(code) for code in codes]
    assert len(set(colours)) == len(codes)


def test_employed_groups_have_a_hue_and_the_others_are_grey() -> None:
    grey = {"seeking", "not_seeking", "not_employed_unspecified"}
    for code, colour in GROUPS.items():
        assert (_saturation(colour) < 32) == (code in grey), code


def test_a_group_nobody_knows_is_grey() -> None:
    assert theme.group_colour("from-elsewhere") == TOKENS.earlier_cohort


@pytest.mark.parametrize("colour", sorted(set(GROUPS.values())))
@pytest.mark.parametrize("steps", [1, 2, 7, 14])
def test_shades_of_a_group_begin_with_it_and_grow_lighter(colour: str, steps: int) -> None:
    shades = tints(colour, steps)
    assert (len(shades), shades[0]) == (steps, colour)
    lights = [luminance(shade) for shade in shades]
    assert lights == sorted(lights)
    assert len(set(shades)) == steps
    assert all(contrast(text_on(shade), shade) >= 4.5 for shade in shades)


@given(one=COLOURS, other=COLOURS)
def test_contrast_is_symmetric_and_within_its_bounds(one: str, other: str) -> None:
    ratio = contrast(one, other)
    assert ratio == contrast(other, one)
    assert 1 <= ratio <= 21.0001


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@given(background=COLOURS)
def test_text_on_any_colour_is_the_more_readable_of_two(background: str) -> None:
    chosen = text_on(background)
    other = ({TOKENS.ink, TOKENS.surface} - {chosen}).pop()
    assert contrast(chosen, background) >= contrast(other, background)


def test_scales_run_from_light_to_dark_and_diverge_from_a_light_middle() -> None:
    light = [theme.luminance(colour) for colour in TOKENS.sequential]
    assert light == sorted(light, reverse=True)
    ends = theme.scale(TOKENS.sequential)
    assert (ends[0][0], ends[-1][0]) == (0, 1)
    middle = [theme.luminance(colour) for colour in TOKENS.diverging]
    assert max(middle) == middle[3]
    assert middle[:4] == sorted(middle[:4])
    assert middle[3:] == sorted(middle[3:], reverse=True)


def test_a_figure_carries_a_small_template_that_plotly_knows() -> None:
    made = figure([{"type": "bar", "x": ["a"], "y": [1]}], 100)
    assert made["layout"]["template"] == theme.template()
    assert len(json.dumps(made, separators=(",", ":"))) < 2300
    checked = go.layout.Template(theme.template())
    assert list(checked.layout.colorway) == list(TOKENS.series)


def test_the_template_has_trace_defaults_only_for_traces_in_the_bundle() -> None:
    bundle = (ASSETS.parent / "assets-src" / "plotly-entry.js").read_text("utf-8")
    registered = {"scatter", *re.findall(r"plotly\.js/lib/(\w+)'", bundle)} - {"core"}
    assert set(theme.template()["data"]) <= registered


def test_the_style_sheet_has_every_token_and_only_well_formed_lines() -> None:
    css = theme.stylesheet()
    assert "--qx-accent: #1b3f6e;" in css
    assert "--qx-space-4: 16px;" in css
    assert "--qx-group-further-study: #22705f;" in css
    assert "--bs-primary-rgb: 27,63,110;" in css
    body = [line for line in css.splitlines() if line.startswith("  ")]
    assert all(re.fullmatch(r"  --(qx|bs|Dash|ag)-[\w-]+: [^;{}]+;", line) for line in body)
    names = [line.split(":")[0] for line in body]
    assert len(names) == len(set(names))


def test_every_variable_used_in_the_style_sheets_is_defined() -> None:
    own = theme.stylesheet()
    app = (ASSETS / "20-app.css").read_text("utf-8")
    defined = set(re.findall(r"(--[\w-]+):", own + app))
    used = set(re.findall(r"var\((--qx-[\w-]+)\)", own + app))
    assert used - defined == {"--qx-icon"}, "qx-icon comes from 15-icons.css"
    icons = (ASSETS / "15-icons.css").read_text("utf-8")
    assert "--qx-icon:" in icons


def test_every_icon_has_its_class() -> None:
    css = (ASSETS / "15-icons.css").read_text("utf-8")
    classes = set(re.findall(r"\.qx-icon--([\w-]+)\{", css))
    assert classes == {path.stem for path in (ASSETS / "icons").glob("*.svg")}


def test_style_sheets_ask_nobody_outside() -> None:
    for path in ASSETS.glob("*.css"):
        css = path.read_text("utf-8")
        addresses = re.findall(r"""url\((?!["']?data:)[^)]*\)|@import""", css)
        assert addresses == [], path.name


def test_write_and_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "00-tokens.css"
    monkeypatch.setattr(theme, "STYLESHEET", target)
    with pytest.raises(SystemExit, match="out of date"):
        theme.main(["--check"])
    theme.main(["--write"])
    theme.main(["--check"])
    target.write_text(target.read_text("utf-8").replace("#1b3f6e", "#1b3f6f", 1), "utf-8")
    with pytest.raises(SystemExit, match="--write"):
        theme.main(["--check"])


def test_the_committed_style_sheet_is_fresh() -> None:
    assert (ASSETS / "00-tokens.css").read_text("utf-8") == theme.stylesheet()
