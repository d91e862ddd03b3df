// The only plotly.js this application loads: the traces in use and the zh-CN locale.
// A trace type that is not registered here fails to draw; add it here, then run `make assets`.
const Plotly = require('plotly.js/lib/core');
const chinese = require('plotly.js/lib/locales/zh-cn');

// "%b" of the stock locale says 三 for March; official tables say 3月.
const months = Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
const locale = { ...chinese, format: { ...chinese.format, months, shortMonths: months } };

Plotly.register([require('plotly.js/lib/bar'), locale]); // scatter is part of the core

// Nothing leaves the building: no "share chart" button, no foreign servers, whatever a figure says.
Plotly.setPlotConfig({
  showSendToCloud: false,
  plotlyServerURL: '',
  displaylogo: false,
});

module.exports = Plotly;
