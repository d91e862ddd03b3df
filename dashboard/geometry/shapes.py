"""Reads map geometry, checks it, and cuts it into what a browser is sent: China, one province.

A folder holds ``provinces.geojson`` and, if it is to have maps of cities, ``cities.geojson``; a
feature's ``id`` (or property ``adcode``) is its GB/T 2260 code. ``lines.geojson`` are the strokes
of the line in the South China Sea; without it the shipped ten are drawn. A missing region is left
out of the map and stands in the log.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent
CHINA = "china"
PROVINCES_EXPECTED = 34
SMALLEST_PART = 0.03  # islands below this part of the largest ring do not stretch the view
_CODE = re.compile(r"[0-9]{6}")
_CODE_NAMES = ("adcode", "province_adcode", "city_adcode")
_log = logging.getLogger(__name__)

Ring = list[list[float]]
Bounds = tuple[float, float, float, float]  # west, south, east, north, in degrees


class GeometryError(ValueError):
    """A file that cannot be drawn; the text says which one and why."""


@dataclass(frozen=True)
class Layer:
    """One file for browsers: its regions by code, and the view that holds them."""

    name: str
    body: bytes
    regions: frozenset[str]
    bounds: Bounds

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def url(self) -> str:
        """Its address with its content in it, so that browsers keep it for good."""
        return f"/maps/{self.name}.geojson?m={self.digest[:12]}"


@dataclass(frozen=True)
class Geometry:
    """Every layer by name (``china`` or the code of a province), and the strokes of the line."""

    layers: Mapping[str, Layer]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    shipped: bool

    @property
    def china(self) -> Layer:
        return self.layers[CHINA]


def load(folder: Path | None = None) -> Geometry:
    """The geometry of a folder, else the shipped one. Raises GeometryError."""
    place = folder or SHIPPED
    provinces = _features(place / "provinces.geojson")
    missing = PROVINCES_EXPECTED - len(provinces)
    if missing > 0:
        _log.warning("%s: %d provinces are missing from the map", place, missing)
    layers = {CHINA: _layer(CHINA, provinces, _bounds(provinces))}
    cities = place / "cities.geojson"
    if cities.is_file():
        by_province: dict[str, dict[str, dict[str, Any]]] = {}
        for code, geometry in _features(cities).items():
            by_province.setdefault(f"{code[:2]}0000", {})[code] = geometry
        for code, own in by_province.items():
            # The province's own outline says best which islets do not stretch the view.
            outline = {code: provinces[code]} if code in provinces else own
            layers[code] = _layer(code, own, _bounds(outline))
    lines = place / "lines.geojson"
    strokes = _strokes(lines if lines.is_file() else SHIPPED / "lines.geojson")
    return Geometry(layers, strokes, shipped=folder is None)


def _read(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise GeometryError(f"{path} cannot be read") from None
    except ValueError as error:
        raise GeometryError(f"{path} is no JSON: {error}") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise GeometryError(f"{path} is no GeoJSON FeatureCollection")
    return features


def _features(path: Path) -> dict[str, dict[str, Any]]:
    """Code -> geometry with its rings turned the way the browser needs them."""
    found: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(_read(path), 1):
        code = _code(feature)
        if code is None:
            raise GeometryError(
                f"{path}: feature {number} has no six-digit adcode (id or property adcode)"
            )
        if code in found:
            raise GeometryError(f"{path}: {code} stands twice")
        try:
            found[code] = _turned(feature["geometry"])
        except (KeyError, TypeError, ValueError, IndexError):
            raise GeometryError(f"{path}: {code} is no polygon in degrees") from None
    return found


def _code(feature: Any) -> str | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties") or {}
    for value in (feature.get("id"), *(properties.get(name) for name in _CODE_NAMES)):
        text = str(value)
        if not isinstance(value, bool) and _CODE.fullmatch(text):
            return text
    return None


def _turned(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The geometry with outer rings clockwise and holes the other way round.

    The browser's map reads rings on the sphere: the wrong way round, a province is everything but
    itself and floods the frame. RFC 7946 asks for the opposite, so many files have to be turned.
    """
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(kind)
    polygons = [coordinates] if kind == "Polygon" else coordinates
    turned = [
        [_clockwise(_ring(ring), outer=place == 0) for place, ring in enumerate(polygon)]
        for polygon in polygons
    ]
    return {"type": "MultiPolygon", "coordinates": turned}


def _ring(ring: Sequence[Sequence[float]]) -> Ring:
    points = [[float(point[0]), float(point[1])] for point in ring]
    if len(points) < 4 or not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
        raise ValueError("no ring in degrees")
    return points


def area(ring: Sequence[Sequence[float]]) -> float:
    """Signed area in square degrees; positive where the ring runs counter-clockwise."""
    following = (*ring[1:], ring[0])
    pairs = zip(ring, following, strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def _clockwise(ring: Ring, *, outer: bool) -> Ring:
    return ring if (area(ring) < 0) is outer else ring[::-1]


def _layer(name: str, regions: Mapping[str, dict[str, Any]], bounds: Bounds) -> Layer:
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": geometry}
        for code, geometry in sorted(regions.items())
    ]
    content = {"type": "FeatureCollection", "features": features}
    body = json.dumps(content, separators=(",", ":")).encode()
    return Layer(name, body, frozenset(regions), bounds)


def _bounds(regions: Mapping[str, dict[str, Any]]) -> Bounds:
    rings = list(_outer_rings(regions))
    largest = max(abs(area(ring)) for ring in rings)
    points = [p for ring in rings if abs(area(ring)) >= SMALLEST_PART * largest for p in ring]
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _outer_rings(regions: Mapping[str, dict[str, Any]]) -> Iterator[Ring]:
    for geometry in regions.values():
        for polygon in geometry["coordinates"]:
            yield polygon[0]


def _strokes(path: Path) -> tuple[tuple[tuple[float, float], ...], ...]:
    found = []
    for feature in _read(path):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if geometry is None or kind not in ("LineString", "MultiLineString"):
            raise GeometryError(f"{path} holds something that is no line")
        lines = geometry["coordinates"] if kind == "MultiLineString" else [geometry["coordinates"]]
        try:
            found += [tuple((float(x), float(y)) for x, y, *_ in line) for line in lines]
        except (TypeError, ValueError):
            raise GeometryError(f"{path} holds a line without coordinates") from None
    return tuple(found)
