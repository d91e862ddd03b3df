"""Whatever stands in an address, in the page's store or in a control: an answer, never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.i18n import translator
from dashboard.questions import QUESTIONS
from dashboard.url_state import LISTS, STATE, TEXTS
from layouts.pages import PAGES
from tests.wire.app_client import Person, Site, demo_application

NAMES = ("cohort", "as_of", "school", "level", "discipline", "origin", "work_region", "edition")
KNOWN = (
    *("2019", "2020", "2021", "2024", "2014"),
    *("2020-09-30", "2020-02-29", "2019-02-29", "0001-01-01", "9999-12-31"),
    *("99001", "99002", "00000", "bachelor", "postgraduate", "diploma"),
    *("b-08", "b-0809", "v-41", "g", "140000", "110000", "none", "000000", "class", "major"),
    *("school", "code", "count", "unit", "10", "kind.31", "industry.00", "kind.", "."),
    *("origin", "net", "retention", "city_group", "column", "work-140000", "study-other", "auto"),
    *("pay", "overall", "army", "grassroots"),
)
# No lone surrogates: no browser can send one.
text = st.text(st.characters(codec="utf-8"), max_size=80)
plain = st.one_of(st.sampled_from(KNOWN), text)
json_value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), plain),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(("a", "props")), inner)
    ),
    max_leaves=6,
)
stored = st.one_of(
    st.dictionaries(
        st.sampled_from((*NAMES, *STATE, *LISTS, *TEXTS, "junk")), json_value, max_size=8
    ),
    json_value,
)
address = st.lists(
    st.tuples(st.one_of(st.sampled_from((*NAMES, *STATE, *TEXTS)), text), plain), max_size=8
)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_application(sqlite_template, tmp_path_factory) as running:
        yield running


quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
FAILED = translator("zh-CN")("error.unexpected", reference="").partition("\uff1b")[0]
"""How the message of a failure begins."""


@quick
@given(pairs=address, path=st.sampled_from([*(page.path for page in PAGES), "/nowhere"]))
def test_any_address_shows_a_page(leader: Person, pairs: list[tuple[str, str]], path: str) -> None:
    search = urlencode(pairs)
    assert leader.get(f"{path}?{search}").status_code == 200
    answer = leader.page(path, f"?{search}")
    assert (answer.status, answer.toast) == (200, "")


@quick
@given(data=st.data())
def test_any_store_gets_an_answer(leader: Person, data: st.DataObject) -> None:
    # The router is Dash's own: it says "not this" to a path that is no text. Its turn is above.
    ours = [one for one in leader.callbacks() if "_pages_content" not in one["output"]]
    callback = data.draw(st.sampled_from(ours), "callback")
    names = [f"{p['id']}.{p['property']}" for p in (*callback["inputs"], *callback["state"])]
    values: dict[str, Any] = {name: data.draw(json_value, name) for name in names}
    if "selection.data" in values:
        values["selection.data"] = data.draw(stored, "selection")
    answer = leader.call(callback, values)
    assert answer.status in (200, 204), answer.text[:500]
    if any(part["property"] == "n_clicks" for part in callback["inputs"]):
        assert FAILED not in answer.toast  # who may not press a button is told so
    else:
        assert not answer.toast, answer.toast


@quick
@given(
    pairs=address,
    question=st.one_of(st.sampled_from(sorted(QUESTIONS)), text),
    kind=st.one_of(st.sampled_from(["csv", "xlsx"]), text),
)
def test_any_download_is_a_file_or_none(
    leader: Person, pairs: list[tuple[str, str]], question: str, kind: str
) -> None:
    answer = leader.get(
        f"/export/{quote(question, safe='')}.{quote(kind, safe='')}?{urlencode(pairs)}"
    )
    known = question in QUESTIONS and kind in ("csv", "xlsx")
    assert answer.status_code == 200 if known else answer.status_code in (200, 308, 404)
    assert "Traceback" not in answer.get_data(as_text=True) if answer.mimetype == "text/html" else 1
