// plotly.js asks its own web site for a world map as soon as a geo trace is drawn. An empty
// topology under the names it looks for answers instead, so that no foreign border is ever
// requested or drawn; our own GeoJSON comes by URL in the figure.
const empty = () => ({ type: 'Topology', objects: {}, arcs: [] });
const scopes = [
  'world', 'asia', 'africa', 'europe', 'north-america', 'south-america', 'oceania', 'antarctica', 'usa',
];
const topojson = {};
for (const scope of scopes) {
  for (const resolution of ['110m', '50m']) topojson[`${scope}_${resolution}`] = empty();
}
window.PlotlyGeoAssets = { topojson };
