/*
The selection lives in the page's store; here it is mirrored into the address and into links.

  dash_clientside.quxiang.mirror(query)   clientside callback of the store "selection": `query` is an
      object of strings or lists of strings. Writes location.search with replaceState (so Back means
      the previous page) and refreshes the links below. Answers no_update.

Links, also those that appear later:
  <a data-carry-selection="">                       keeps its path, carries the selection
  <a data-carry-selection="discipline=b-08">        the same with some fields replaced ("x=" drops x)
  <a data-export="figure=trend&format=csv">         an export of what is on the screen
  <div data-drill="level={}" data-drill-path="/">   around a chart: a click on a mark leads there,
                                                    {} is the first of the mark's customdata
A plain click on a carrying link stays in the page (as dcc.Link does); exports are ordinary links.

Buttons <button class="qx-fold-button" aria-controls="id"> fold the element with that id on phones.
*/
(function () {
  'use strict';

  const LINKS = 'a[data-carry-selection], a[data-export]';
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const quxiang = (clientside.quxiang = clientside.quxiang || {});
  let selection = new URLSearchParams(window.location.search);

  function paramsOf(query) {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query || {})) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== null && each !== undefined && each !== '') params.append(name, each);
      }
    }
    return params;
  }

  function withOverrides(own) {
    const params = new URLSearchParams(selection);
    const overrides = new URLSearchParams(own || '');
    for (const name of new Set(overrides.keys())) params.delete(name);
    for (const [name, value] of overrides) if (value !== '') params.append(name, value);
    return params;
  }

  function carry(link) {
    const url = new URL(link.href, window.location.href);
    if (url.origin !== window.location.origin) return;
    const own = link.hasAttribute('data-export') ? link.dataset.export : link.dataset.carrySelection;
    const query = withOverrides(own).toString();
    const href = url.pathname + (query ? `?${query}` : '') + url.hash;
    if (link.getAttribute('href') !== href) link.setAttribute('href', href);
  }

  function carryClosest(event) {
    const link = event.target instanceof Element && event.target.closest(LINKS);
    if (link) carry(link);
    return link;
  }

  quxiang.mirror = function (query) {
    selection = paramsOf(query);
    const search = selection.toString();
    const { pathname, hash } = window.location;
    window.history.replaceState(window.history.state, '', pathname + (search ? `?${search}` : '') + hash);
    document.querySelectorAll(LINKS).forEach(carry);
    const live = document.getElementById('live');
    if (live) live.dataset.frozen = String(selection.has('as_of')); // see 30-live.js
    return clientside.no_update;
  };

  function isPlain(event, link) {
    const changed = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    const elsewhere = (link.target && link.target !== '_self') || link.hasAttribute('download');
    return event.button === 0 && !event.defaultPrevented && !changed && !elsewhere;
  }

  function follow(event) {
    const link = carryClosest(event);
    if (!link || link.hasAttribute('data-export') || !isPlain(event, link)) return;
    event.preventDefault();
    event.stopPropagation();
    fold(document.querySelector('.qx-header .qx-fold-button'), false);
    go(link.href);
  }

  // The router draws a page anew when the address it knows changes, and it does not know of those that
  // mirror() wrote: a link back to where it believes to be gets a word that every page drops.
  const here = () => window.location.pathname + window.location.search;
  let routed = here();
  window.addEventListener('popstate', () => {
    routed = here();
  });

  function go(href) {
    const url = new URL(href, window.location.href);
    const address = url.pathname + url.search;
    routed = address === routed ? `${address}${url.search ? '&' : '?'}again=1` : address;
    window.history.pushState({}, '', routed + url.hash);
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
    window.scrollTo(0, 0);
  }

  function drill(box, point) {
    const code = [point.customdata].flat()[0];
    if (!code || box.dataset.drillDead.split(' ').includes(code)) return;
    const query = withOverrides(box.dataset.drill.replaceAll('{}', code)).toString();
    go(box.dataset.drillPath + (query ? `?${query}` : ''));
  }

  // A chart has no element of its own to listen at until it is drawn.
  document.addEventListener('pointerover', (event) => {
    const box = event.target instanceof Element && event.target.closest('[data-drill]');
    const plot = box && box.querySelector('.js-plotly-plot');
    if (!plot || !plot.on || plot.quxiangDrills) return;
    plot.quxiangDrills = true;
    plot.on('plotly_click', ({ points }) => drill(box, points[0]));
  });

  function fold(button, open) {
    const target = button && document.getElementById(button.getAttribute('aria-controls'));
    if (!target) return;
    button.setAttribute('aria-expanded', String(open));
    target.dataset.open = String(open);
  }

  // Before anything else sees it: the address must be right for a new tab, a copy, a bookmark.
  for (const type of ['pointerover', 'focusin', 'contextmenu', 'auxclick']) {
    document.addEventListener(type, carryClosest, true);
  }
  document.addEventListener('click', follow, true);
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('.qx-fold-button');
    if (button) fold(button, button.getAttribute('aria-expanded') !== 'true');
  });
})();
