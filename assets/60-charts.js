/*
Charts: a picture that carries its origin, and paper.

  <button data-download-png="<graph id>">   saves the chart of that dcc.Graph as a PNG at twice the
      size on the screen. Above it stand the card's heading and the selection in words, below it the
      card's source line and the mark of demonstration data, so that the picture can be quoted.
  dash_clientside.quxiang.download_png(n_clicks, graph_id)   the same from a callback.

Text is read from the page: .qx-card__title, [data-selection-sentence], .qx-card__source,
[data-demo-mark]. For printing, charts are fitted to the width they have on A4 and restored after.
*/
(function () {
  'use strict';

  const SCALE = 2;
  const EDGE = 20;
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const quxiang = (clientside.quxiang = clientside.quxiang || {});

  const plotIn = (box) => (box && box.matches('.js-plotly-plot') ? box : box && box.querySelector('.js-plotly-plot'));

  function textOf(scope, selector) {
    const found = scope && scope.querySelector(selector);
    if (!found) return '';
    const parts = found.children.length ? [...found.children] : [found];
    return parts.map((part) => part.textContent.trim()).filter(Boolean).join(' · ');
  }

  function words(plot) {
    const card = plot.closest('.qx-card');
    const demo = document.querySelector('[data-demo-mark]');
    return {
      heading: textOf(card, '.qx-card__title') || document.title,
      sentence: textOf(document, '[data-selection-sentence]'),
      source: textOf(card, '.qx-card__source'),
      demo: demo ? demo.dataset.demoMark : '',
    };
  }

  // Chinese breaks between any two characters, Latin words and numbers stay whole.
  function lines(pen, text, width) {
    const pieces = text.match(/[\u0021-\u024f]+|./gsu) || [];
    const result = [];
    let line = '';
    for (const piece of pieces) {
      if (line && pen.measureText(line + piece).width > width) {
        result.push(line.trimEnd());
        line = piece.trimStart();
      } else {
        line += piece;
      }
    }
    return line ? [...result, line] : result;
  }

  function block(pen, text, font, colour, height, width) {
    pen.font = font;
    return { font, colour, height, rows: text ? lines(pen, text, width) : [] };
  }

  const heightOf = (blocks) => blocks.reduce((sum, each) => sum + each.rows.length * each.height, 0);

  function write(pen, blocks, top) {
    let y = top;
    for (const each of blocks) {
      pen.font = each.font;
      pen.fillStyle = each.colour;
      for (const row of each.rows) {
        pen.fillText(row, EDGE, y + each.height * 0.75);
        y += each.height;
      }
    }
  }

  function compose(image, said) {
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    const style = window.getComputedStyle(document.body);
    const token = (name) => style.getPropertyValue(`--qx-${name}`).trim();
    const width = image.width / SCALE;
    const text = [width - 2 * EDGE];
    const font = (weight, size) => `${weight} ${size}px ${style.fontFamily}`;
    const head = [
      block(pen, said.heading, font(600, 18), token('ink'), 28, ...text),
      block(pen, said.sentence, font(400, 13), token('ink-muted'), 20, ...text),
    ];
    const foot = [
      block(pen, said.source, font(400, 12), token('ink-muted'), 18, ...text),
      block(pen, said.demo, font(600, 12), token('highlight-text'), 18, ...text),
    ];
    const top = EDGE + heightOf(head) + 8;
    const bottom = top + image.height / SCALE + 8;
    canvas.width = image.width;
    canvas.height = (bottom + heightOf(foot) + EDGE) * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = token('surface');
    pen.fillRect(0, 0, width, canvas.height / SCALE);
    pen.drawImage(image, 0, top, width, image.height / SCALE);
    write(pen, head, EDGE);
    write(pen, foot, bottom);
    return canvas;
  }

  async function imageOf(plot) {
    const image = new Image();
    const options = { format: 'png', scale: SCALE, width: null, height: null }; // as on the screen
    image.src = await window.Plotly.toImage(plot, options);
    await image.decode();
    return image;
  }

  function save(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[\\/:*?"<>|\s]+/g, ' ').trim() || 'chart'}.png`;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function download(graphId) {
    const plot = plotIn(document.getElementById(graphId));
    if (!plot || !window.Plotly) return;
    const said = words(plot);
    const canvas = compose(await imageOf(plot), said);
    canvas.toBlob((blob) => save(blob, said.heading), 'image/png');
  }

  quxiang.download_png = function (clicks, graphId) {
    if (clicks) download(graphId);
    return clientside.no_update;
  };

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-download-png]');
    if (button) download(button.dataset.downloadPng);
  });

  // Paper. Redrawing is not finished when the browser takes the page (links of a Sankey, margins), so
  // a drawing is scaled as it is; only one that would become too small to read is drawn anew.
  const READABLE = 0.7;
  const LARGEST = 1.25;
  let restore = [];

  function scaleDrawing(plot, ratio, width, height) {
    const drawing = plot.querySelector('.svg-container');
    const frame = plot.closest('.qx-chart') || plot.parentElement;
    const { cssText } = drawing.style;
    Object.assign(drawing.style, {
      width: `${width}px`, height: `${height}px`, transform: `scale(${ratio})`, transformOrigin: '0 0',
    });
    const [heightBefore, priority] = [frame.style.height, frame.style.getPropertyPriority('height')];
    frame.style.setProperty('height', `${Math.ceil(height * ratio) + 2}px`, 'important');
    restore.push(() => {
      drawing.style.cssText = cssText;
      frame.style.setProperty('height', heightBefore, priority);
    });
  }

  function redraw(plot, size) {
    const { width = null, height = null } = plot.layout;
    window.Plotly.relayout(plot, size);
    restore.push(() => window.Plotly.relayout(plot, { width, height, autosize: width === null }));
  }

  window.addEventListener('beforeprint', () => {
    const plots = window.Plotly ? [...document.querySelectorAll('.js-plotly-plot')] : [];
    const before = plots.map((plot) => [plot.clientWidth, plot.clientHeight]);
    document.documentElement.classList.add('qx-printing');
    plots.forEach((plot, index) => {
      const [width, height] = before[index];
      const room = plot.parentElement.clientWidth;
      if (room < READABLE * width) redraw(plot, { width: room, height });
      else if (width) scaleDrawing(plot, Math.min(room / width, LARGEST), width, height);
    });
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('qx-printing');
    restore.forEach((undo) => undo());
    restore = [];
  });
})();
