// The only plotly.js this application loads: the traces in use, the zh-CN locale, no base map.
// A trace type that is not registered here fails to draw; add it here, then run `make assets`.
require('./geo-assets.js');

const Plotly = require('plotly.js/lib/core');
const chinese = require('plotly.js/lib/locales/zh-cn');

// "%b" of the stock locale says 三 for March; official tables say 3月.
const months = Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
const locale = { ...chinese, format: { ...chinese.format, months, shortMonths: months } };

Plotly.register([
  require('plotly.js/lib/bar'),
  require('plotly.js/lib/box'),
  require('plotly.js/lib/choropleth'),
  require('plotly.js/lib/heatmap'),
  require('plotly.js/lib/pie'),
  require('plotly.js/lib/sankey'),
  require('plotly.js/lib/scattergeo'),
  require('plotly.js/lib/treemap'),
  locale,
]);

// Nothing leaves the building: no "share chart" button, no foreign servers, whatever a figure says.
Plotly.setPlotConfig({
  showSendToCloud: false,
  plotlyServerURL: '',
  topojsonURL: '/assets/none/',
  displaylogo: false,
});

module.exports = Plotly;
