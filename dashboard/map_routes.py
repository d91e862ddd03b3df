"""Sends map geometry to signed-in browsers, which keep it: its address holds its fingerprint."""

from flask import Flask, Response, abort

from dashboard.geometry.shapes import Geometry, GeometryError, load
from dashboard.settings import PREFIX, Problem, Settings, SettingsError


def geometry_of(settings: Settings) -> Geometry:
    """The customer's geometry, else the shipped one. Raises SettingsError for unusable files."""
    try:
        return load(settings.map_folder)
    except GeometryError as error:
        raise SettingsError([Problem(f"{PREFIX}MAP_FOLDER", str(error))]) from None


def init_maps(server: Flask, geometry: Geometry) -> None:
    """Adds the route; the guard stands in front of it, compression behind (static_files)."""

    @server.get("/maps/<name>.geojson")
    def map_layer(name: str) -> Response:
        layer = geometry.layers.get(name)
        if layer is None:
            abort(404)
        response = Response(layer.body, mimetype="application/geo+json")
        response.set_etag(layer.digest)
        return response
