/*
Draws plain tables from their cells.

  <div data-table='{"head": [..], "numeric": [..], "rows": [[..]]}' aria-label="caption">

With "path" and "carry" (one text or null a row) the heading of a row is a link that carries the
selection (50-selection.js).

In a closed <details> it is drawn when that opens; anywhere else at once, and again when its cells
change. The first cell of a row is its heading. The text of a cell is never taken for markup.
*/
(function () {
  'use strict';

  function cell(tag, text, className, scope) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    if (scope) made.scope = scope;
    return made;
  }

  function row(cells) {
    const made = document.createElement('tr');
    made.append(...cells);
    return made;
  }

  function leading(heading, path, carry) {
    if (!carry) return heading;
    const link = document.createElement('a');
    link.textContent = heading.textContent;
    link.href = path;
    link.dataset.carrySelection = carry;
    heading.replaceChildren(link);
    return heading;
  }

  function table(caption, { head, numeric, rows, path, carry }) {
    const made = document.createElement('table');
    made.className = 'qx-table qx-table--dense';
    const title = made.createCaption();
    title.textContent = caption;
    title.className = 'qx-sr';
    const number = (i) => (numeric[i] ? 'qx-num' : '');
    made.createTHead().append(row(head.map((text, i) => cell('th', text, number(i), 'col'))));
    made.createTBody().append(
      ...rows.map(([first, ...texts], at) =>
        row([
          leading(cell('th', first, 'qx-name', 'row'), path, carry && carry[at]),
          ...texts.map((text, i) => cell('td', text, number(i + 1))),
        ]),
      ),
    );
    return made;
  }

  function draw(box) {
    const cells = box.dataset.table;
    if (box.quxiangCells === cells || box.closest('details:not([open])')) return;
    box.quxiangCells = cells;
    box.replaceChildren(table(box.getAttribute('aria-label'), JSON.parse(cells)));
  }

  const drawIn = (element) => element.querySelectorAll('[data-table]').forEach(draw);

  document.addEventListener('toggle', (event) => drawIn(event.target), true);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') draw(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches('[data-table]')) draw(node);
        drawIn(node);
      }
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ['data-table'] });
})();
