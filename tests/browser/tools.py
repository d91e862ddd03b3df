"""What browser tests do again and again: sign in, check accessibility, take pictures."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from data_access.accounts import DEMO_ACCOUNTS, Role, demo_password

SECRET_KEY = "a key for tests, long enough and secret to nobody"
"""The demonstration accounts' passwords come from it, see `live_settings`."""

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = frozenset({"serious", "critical"})

ROOT = Path(__file__).parents[2]
WIDTHS = (1440, 390)
"""A desk and a phone."""
HEIGHTS = {1440: 900, 390: 844}


def username(role: Role | str) -> str:
    """The demonstration account of this role."""
    return next(name for name, its_role in DEMO_ACCOUNTS if its_role == role)


def sign_in(page: Page, role: Role | str, path: str = "/") -> None:
    """Sign in through the form as the demonstration account of a role, and arrive at `path`."""
    name = username(role)
    page.goto(path)
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(demo_password(SECRET_KEY, name))
    page.locator("form[action='/sign-in'] button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@cache
def _axe_source() -> str:
    return AXE.read_text("utf-8")


def axe(page: Page, *, within: str | None = None, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Fail on a serious or critical violation of accessibility; axe's report.

    `within` is a CSS selector of the part to look at (the whole page otherwise), `without` are ids
    of axe rules to leave out: say why at the call. The script goes in by way of the debugger,
    which the page's content security policy does not stop.
    """
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": f"{_axe_source()}\nundefined"})
    session.detach()
    report: dict[str, Any] = page.evaluate(
        """([within, without]) => axe.run(within || document, {
          resultTypes: ['violations'],
          rules: Object.fromEntries(without.map(id => [id, {enabled: false}])),
        })""",
        [within, list(without)],
    )
    grave = [v for v in report["violations"] if v["impact"] in GRAVE]
    assert not grave, "\n".join(_told(violation) for violation in grave)
    return report


def _told(violation: dict[str, Any]) -> str:
    places = [str(node["target"]) for node in violation["nodes"]]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"{violation['impact']} {violation['id']}: {violation['help']} at {places[:5]}{more}"


# A width changes at once, the charts and grids in it some frames later.
_SETTLED = """() => new Promise(done => {
  let before = '', same = 0, frames = 0;
  const look = () => {
    const boxes = [...document.querySelectorAll('figure, svg, canvas, [role=grid]')]
      .map(e => e.getBoundingClientRect()).map(b => [b.x, b.y, b.width, b.height]);
    const page = document.documentElement;
    const now = JSON.stringify([boxes, page.scrollWidth, page.scrollHeight,
      document.getElementsByTagName('*').length]);
    same = now === before ? same + 1 : 0;
    before = now;
    frames += 1;
    if (same < 30 && frames < 900) requestAnimationFrame(look);
    else done(same >= 30);
  };
  look();
})"""


def settle(page: Page) -> None:
    """Wait until nothing on the page has moved, come or gone for half a second of frames."""
    assert page.evaluate(_SETTLED), "the page does not come to rest"


def screenshots(page: Page, name: str) -> list[Path]:
    """Pictures of the whole page at 1440 and at 390 pixels, as files to be looked at.

    They go to build/screens, or to the folder in TEST_SCREENS: <name>-1440.png, <name>-390.png.
    """
    folder = Path(os.environ.get("TEST_SCREENS") or ROOT / "build" / "screens")
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    made = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        settle(page)
        path = folder / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
        made.append(path)
    if before is not None:
        page.set_viewport_size(before)
    return made
