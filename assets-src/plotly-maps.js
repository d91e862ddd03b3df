// The traces of few charts, registered with the plotly.js that is there (plotly-entry.js).
//
// Maps draw our own geometry only: without this stub plotly.js asks a foreign server for a base map
// as soon as there is a map, and draws nothing when it cannot have it.
const none = { type: 'GeometryCollection', geometries: [] };
const layers = ['coastlines', 'land', 'ocean', 'lakes', 'rivers', 'countries', 'subunits'];
const world = { type: 'Topology', arcs: [], objects: Object.fromEntries(layers.map((name) => [name, none])) };
window.PlotlyGeoAssets = { topojson: { world_110m: world, world_50m: world } };

window.Plotly.register([
  require('plotly.js/lib/choropleth'),
  require('plotly.js/lib/heatmap'),
  require('plotly.js/lib/sankey'),
  require('plotly.js/lib/scattergeo'),
]);
