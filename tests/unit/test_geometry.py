"""The geometry of the maps: whole, turned the right way, and a customer's file is checked."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from dashboard.geometry.shapes import Geometry, GeometryError, area, load
from dashboard.map_routes import geometry_of
from dashboard.settings import Settings, SettingsError

TAIWAN, HAINAN = "710000", "460000"
CLOCKWISE = [[0.0, 0.0], [0.0, 2.0], [2.0, 2.0], [2.0, 0.0], [0.0, 0.0]]


@pytest.fixture(scope="module")
def shipped() -> Geometry:
    return load()


def polygons(geometry: Geometry, layer: str) -> dict[str, list[Any]]:
    features = json.loads(geometry.layers[layer].body)["features"]
    return {one["id"]: one["geometry"]["coordinates"] for one in features}


def write(folder: Path, name: str, *features: dict[str, Any]) -> None:
    content = {"type": "FeatureCollection", "features": list(features)}
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def square(code: object, ring: list[list[float]] = CLOCKWISE, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": code,
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_the_shipped_map_is_the_whole_territory(shipped: Geometry) -> None:
    china = polygons(shipped, "china")
    assert len(china) == 34
    assert {TAIWAN, HAINAN, "810000", "820000"} <= set(china)
    points = {code: [p for one in china[code] for r in one for p in r] for code in china}
    assert max(x for x, _ in points[TAIWAN]) > 124.5, "the islets north-east of Taiwan"
    assert min(y for _, y in points[HAINAN]) < 3.9, "the southernmost shoal"
    assert len(shipped.lines) == 10, "ten strokes"
    assert any(min(x for x, _ in stroke) > 122 for stroke in shipped.lines), "east of Taiwan"


def test_every_outer_ring_is_clockwise_and_every_hole_is_not(shipped: Geometry) -> None:
    rings = 0
    for layer in shipped.layers:
        for coordinates in polygons(shipped, layer).values():
            for outer, *holes in coordinates:
                assert area(outer) < 0
                assert all(area(hole) > 0 for hole in holes)
                rings += 1
    assert rings > 1_000


def test_cities_are_cut_by_province(shipped: Geometry) -> None:
    assert set(polygons(shipped, "140000")) == {f"14{n:02}00" for n in range(1, 12)}
    largest = max(len(layer.body) for name, layer in shipped.layers.items() if name != "china")
    assert largest < 60_000, "one province is no burden"
    west, south, east, north = shipped.layers[HAINAN].bounds
    assert (west, south, east, north) == pytest.approx((108.6, 18.2, 111.0, 20.1), abs=0.2)


def test_a_ring_of_the_other_way_is_turned(tmp_path: Path) -> None:
    hole = [[0.5, 0.5], [0.5, 1.0], [1.0, 1.0], [1.0, 0.5], [0.5, 0.5]]
    turned = square(140000, CLOCKWISE[::-1])
    turned["geometry"]["coordinates"].append(hole)
    write(tmp_path, "provinces.geojson", turned, square("x", adcode="110000"))
    found = polygons(load(tmp_path), "china")
    assert found["110000"] == [[CLOCKWISE]]
    assert found["140000"] == [[CLOCKWISE, hole[::-1]]]


def test_a_customers_map_needs_no_cities_and_may_miss_a_region(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "provinces.geojson", square("140000"))
    with caplog.at_level(logging.WARNING):
        found = load(tmp_path)
    assert set(found.layers) == {"china"}
    assert len(found.lines) == 10
    assert not found.shipped
    assert "33 provinces are missing" in caplog.text


@pytest.mark.parametrize(
    ("features", "complaint"),
    [
        ([square("Shanxi")], "feature 1 has no six-digit adcode"),
        ([square("140000"), square(None)], "feature 2 has no six-digit adcode"),
        ([square("140000"), square("140000")], "140000 stands twice"),
        ([square("140000", [[0, 0], [500, 0], [1, 1], [0, 0]])], "140000 is no polygon in degrees"),
        ([{**square("140000"), "geometry": None}], "140000 is no polygon"),
        ([], "is no GeoJSON FeatureCollection"),
    ],
)
def test_an_unusable_file_stops_the_start_and_says_why(
    tmp_path: Path, features: list[dict[str, Any]], complaint: str
) -> None:
    write(tmp_path, "provinces.geojson", *features)
    with pytest.raises(GeometryError, match=complaint):
        load(tmp_path)
    settings = Settings.from_env(
        {"QUXIANG_HOME": str(tmp_path), "QUXIANG_MAP_FOLDER": str(tmp_path)}
    )
    with pytest.raises(SettingsError, match="QUXIANG_MAP_FOLDER") as caught:
        geometry_of(settings)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"features": 1}'])
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(GeometryError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "provinces.geojson").write_text(text)
    with pytest.raises(GeometryError, match="is no"):
        load(tmp_path)


def test_lines_are_checked_too(tmp_path: Path) -> None:
    write(tmp_path, "provinces.geojson", square("140000"))
    write(tmp_path, "lines.geojson", square("1"))
    with pytest.raises(GeometryError, match="no line"):
        load(tmp_path)


def test_a_folder_that_is_missing_and_a_long_number_are_refused(tmp_path: Path) -> None:
    for name, value in (("MAP_FOLDER", str(tmp_path / "away")), ("MAP_APPROVAL", "x" * 101)):
        with pytest.raises(SettingsError, match=name):
            Settings.from_env({"QUXIANG_HOME": str(tmp_path), f"QUXIANG_{name}": value})
