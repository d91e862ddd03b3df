"""Files are compressed once and kept by the browser, and never for someone who is not signed in."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from dash import Dash, dcc, html
from flask import Flask, Response, abort, request, session
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.static_files import Compression, Variants, compress, shrink, static_files

SCRIPT = b"// a file worth compressing\n" * 400
SHORT = b"var a = 1;\n"
YEAR = "public, max-age=31536000, immutable"
BR = {"Accept-Encoding": "gzip, deflate, br"}
GZIP = {"Accept-Encoding": "gzip, deflate"}


class ReadingClient(FlaskClient):
    """Reads each answer to its end and closes it, as a web server does."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, buffered=True, **kwargs)


@pytest.fixture(autouse=True)
def _read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "test_client_class", ReadingClient)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "big.js").write_bytes(SCRIPT)
    (assets / "small.js").write_bytes(SHORT)
    (assets / "picture.png").write_bytes(SCRIPT)
    return assets


@pytest.fixture
def server(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=str(folder), static_url_path="/assets")
    app.secret_key = "only for this test"

    @app.before_request
    def guard() -> None:
        if request.headers.get("X-Who") == "nobody":
            abort(401)
        session.permanent = True
        session["seen"] = True

    @app.get("/_dash-component-suites/dash/<path:name>")
    def component(name: str) -> Response:
        return Response(SCRIPT + name.encode(), mimetype="application/javascript")

    @app.post("/_dash-update-component")
    def callback() -> Response:
        return Response(b'{"figure": "' + b"1" * 5000 + b'"}', mimetype="application/json")

    @app.get("/page")
    def page() -> str:
        return "<p>token</p>" * 500

    return app


@pytest.fixture
def compression(server: Flask, tmp_path: Path) -> Compression:
    return compress(server, cache_dir=tmp_path / "cache")


UNPACK: dict[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


@pytest.mark.usefixtures("compression")
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("*", "br"),
        ("deflate", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
def test_the_best_encoding_the_browser_accepts(
    server: Flask, accepted: str, encoding: str | None
) -> None:
    answer = server.test_client().get("/assets/big.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert UNPACK[encoding](answer.data) == SCRIPT
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.usefixtures("compression")
def test_each_encoding_has_its_own_strong_etag_and_answers_304(server: Flask) -> None:
    client = server.test_client()
    tags = set()
    for headers in (BR, GZIP, {}):
        for _ in range(2):
            tag = client.get("/assets/big.js", headers=headers).headers["ETag"]
        assert not tag.startswith("W/")
        again = client.get("/assets/big.js", headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "no-cache"
        tags.add(tag)
    assert len(tags) == 3


@pytest.mark.usefixtures("compression")
@pytest.mark.parametrize(
    ("url", "policy"),
    [
        ("/assets/big.js?m=1700000000.5", YEAR),
        ("/assets/big.js", "no-cache"),
        ("/assets/big.js?m=", "no-cache"),
        ("/_dash-component-suites/dash/dcc/dcc.v4_4_1m1700000000.js", YEAR),
        ("/_dash-component-suites/dash/dcc/async-graph.js", "no-cache"),
    ],
)
def test_only_fingerprinted_addresses_are_kept_for_a_year(
    server: Flask, url: str, policy: str
) -> None:
    answer = server.test_client().get(url, headers=BR)
    assert answer.headers["Cache-Control"] == policy
    assert answer.headers["Content-Encoding"] == "br"


@pytest.mark.usefixtures("compression")
def test_a_file_carries_no_cookie_and_does_not_vary_by_cookie(server: Flask) -> None:
    client = server.test_client()
    assert "Set-Cookie" in client.get("/page").headers
    for _ in range(2):
        answer = client.get("/assets/big.js?m=1", headers=BR)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("guard_first", [True, False])
def test_the_guard_comes_first_in_either_order(folder: Path, *, guard_first: bool) -> None:
    app = Flask(__name__, static_folder=str(folder), static_url_path="/assets")
    if not guard_first:
        compress(app)

    @app.before_request
    def guard() -> None:
        if request.headers.get("X-Who") == "nobody":
            abort(401)

    if guard_first:
        compress(app)
    client = app.test_client()
    tag = client.get("/assets/big.js?m=1", headers=BR).headers["ETag"]
    for extra in ({}, {"If-None-Match": tag}):
        refused = client.get("/assets/big.js?m=1", headers={**BR, "X-Who": "nobody", **extra})
        assert refused.status_code == 401
        assert "max-age" not in refused.headers.get("Cache-Control", "")
        assert refused.data != SCRIPT


@pytest.mark.usefixtures("compression")
def test_small_files_pictures_parts_and_missing_files_are_left_alone(server: Flask) -> None:
    client = server.test_client()
    small = client.get("/assets/small.js", headers=BR)
    assert "Content-Encoding" not in small.headers
    assert small.data == SHORT
    assert "Content-Encoding" not in client.get("/assets/picture.png", headers=BR).headers
    part = client.get("/assets/big.js", headers={**BR, "Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, SCRIPT[:10])
    assert client.get("/assets/none.js?m=1", headers=BR).status_code == 404


@pytest.mark.usefixtures("compression")
def test_head_says_what_get_would_send(server: Flask) -> None:
    client = server.test_client()
    got = client.get("/assets/big.js", headers=BR)
    head = client.head("/assets/big.js", headers=BR)
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(got.data))


@pytest.mark.usefixtures("compression")
def test_callback_answers_are_compressed_and_pages_are_not(server: Flask) -> None:
    client = server.test_client()
    answer = client.post("/_dash-update-component", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b'{"figure"')
    assert "Set-Cookie" in answer.headers
    page = client.get("/page", headers=GZIP)
    assert "Content-Encoding" not in page.headers


@pytest.mark.usefixtures("compression")
def test_a_changed_file_is_served_changed(server: Flask, folder: Path) -> None:
    client = server.test_client()
    before = client.get("/assets/big.js", headers=BR)
    (folder / "big.js").write_bytes(SCRIPT + b"// longer now\n")
    after = client.get("/assets/big.js", headers={**BR, "If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert brotli.decompress(after.data).endswith(b"// longer now\n")


def test_the_background_replaces_quick_variants_by_the_best(
    server: Flask, compression: Compression, folder: Path
) -> None:
    client = server.test_client()
    quick = client.get("/assets/big.js", headers=BR).data
    compression.warm(static_files([folder], [])).join()
    best = client.get("/assets/big.js", headers=BR).data
    assert best == shrink(SCRIPT, "br", 11)
    assert quick == shrink(SCRIPT, "br", 4)
    assert brotli.decompress(best) == brotli.decompress(quick) == SCRIPT


def test_another_process_finds_the_variants_on_disk(
    compression: Compression, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compression.warm([folder / "big.js"]).join()

    def forbidden(*_: object, **__: object) -> bytes:
        raise AssertionError("compressed again")

    monkeypatch.setattr(brotli, "compress", forbidden)
    monkeypatch.setattr(gzip, "compress", forbidden)
    other = Flask("other", static_folder=str(folder), static_url_path="/assets")
    second = compress(other, cache_dir=tmp_path / "cache")
    second.warm([folder / "big.js"]).join()
    answer = other.test_client().get("/assets/big.js", headers=BR)
    assert brotli.decompress(answer.data) == SCRIPT
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == ["", ".br", ".gzip"]


def test_without_a_folder_variants_live_in_memory(server: Flask, folder: Path) -> None:
    compression = compress(server)
    compression.warm([folder / "big.js"]).join()
    answer = server.test_client().get("/assets/big.js", headers=GZIP)
    assert answer.data == shrink(SCRIPT, "gzip", 9)


@pytest.fixture
def dash_app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Dash:
    monkeypatch.delenv("DASH_MCP_ENABLED", raising=False)
    app = Dash(__name__, assets_folder=str(folder), use_async=False, enable_mcp=False)
    app.layout = html.Div(dcc.Graph())
    compress(app.server)
    return app


def test_every_script_of_a_dash_page_is_compressed_and_kept(dash_app: Dash) -> None:
    client = dash_app.server.test_client()
    page = client.get("/").get_data(as_text=True)
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert any("/assets/big.js?m=" in each for each in scripts)
    assert any("/_dash-component-suites/" in each for each in scripts)
    for each in scripts:
        answer = client.get(each, headers=BR)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == YEAR, each
        if "small.js" not in each:
            assert answer.headers["Content-Encoding"] == "br", each


def test_packages_bring_their_browser_files() -> None:
    names = {path.name for path in static_files([], ["dash_bootstrap_components"])}
    assert "dash_bootstrap_components.min.js" in names


@given(body=st.binary(max_size=4000), encoding=st.sampled_from(["br", "gzip"]))
def test_what_is_shrunk_can_be_unpacked_and_is_always_the_same(body: bytes, encoding: str) -> None:
    packed = shrink(body, encoding, 5)
    assert UNPACK[encoding](packed) == body
    assert packed == shrink(body, encoding, 5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(min_size=1, max_size=50), unique=True, max_size=5))
def test_variants_never_mix_contents(tmp_path: Path, bodies: list[bytes]) -> None:
    variants = Variants(tmp_path / "cache")
    for body in bodies:
        variants.make_best(body.hex(), "gzip", body)
    for body in bodies:
        stored = variants.at_once(body.hex(), "gzip", lambda: b"not asked for")
        assert gzip.decompress(stored) == body
