// The plotly.js of every page: the traces that most charts use and the zh-CN locale. The others are
// in plotly-maps.js, half as large again, and are asked for by the first chart that needs one.
// A trace type that is registered in neither fails to draw; add it, then run `make assets`.
const Plotly = require('plotly.js/lib/core');
const Registry = require('plotly.js/src/registry');
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

window.PlotlyShared = require('shared-modules');

let maps = null;
function loadMaps() {
  maps ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = PLOTLY_MAPS;
    script.onload = resolve;
    script.onerror = () => {
      maps = null; // the next chart tries again
      script.remove();
      reject(new Error(`${PLOTLY_MAPS} could not be loaded`));
    };
    document.head.append(script);
  });
  return maps;
}

const isKnown = ({ type = 'scatter' }) => type in Registry.modules;
for (const name of ['newPlot', 'react']) {
  const draw = Plotly[name];
  Plotly[name] = (element, figure, ...rest) => {
    const traces = Array.isArray(figure) ? figure : (figure && figure.data) || [];
    if (traces.every(isKnown)) return draw(element, figure, ...rest);
    return loadMaps().then(() => draw(element, figure, ...rest));
  };
}

module.exports = Plotly;
