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
What only the page shown knows (its rank, its part ...) is not carried to another page.

  dash_clientside.quxiang.open(path, query)    a page with nothing but `query`, the class, its day and
                                               its definition; see 55-search.js
  <button data-unpick="school=99001">          takes one choice away ("school=" all of a kind, "" all):
                                               told to the store "unpicked"

Buttons <button class="qx-fold-button" aria-controls="id"> fold the element with that id on phones.
*/
(function () {
  'use strict';

  const LINKS = 'a[data-carry-selection], a[data-export]';
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const quxiang = (clientside.quxiang = clientside.quxiang || {});
  const SELECTION = ['cohort', 'as_of', 'school', 'level', 'discipline', 'origin', 'work_region', 'edition'];
  const FRAME = ['cohort', 'as_of', 'edition'];
  let selection = new URLSearchParams(window.location.search);
  let routed = '';

  const addressOf = ({ pathname, search }) => pathname + search;
  const only = (names) => new URLSearchParams([...selection].filter(([name]) => names.includes(name)));
  const notice = () => { routed = addressOf(window.location); };
  notice();
  for (const type of ['popstate', '_dashprivate_pushstate']) window.addEventListener(type, notice);

  function paramsOf(query) {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query || {})) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== null && each !== undefined && each !== '') params.append(name, each);
      }
    }
    return params;
  }

  function withOverrides(own, path) {
    const stays = !path || path === window.location.pathname;
    const params = stays ? new URLSearchParams(selection) : only(SELECTION);
    const overrides = new URLSearchParams(own || '');
    for (const name of new Set(overrides.keys())) params.delete(name);
    for (const [name, value] of overrides) if (value !== '') params.append(name, value);
    return params;
  }

  function carry(link) {
    const url = new URL(link.href, window.location.href);
    if (url.origin !== window.location.origin) return;
    const isExport = link.hasAttribute('data-export');
    const own = isExport ? link.dataset.export : link.dataset.carrySelection;
    const query = withOverrides(own, isExport ? '' : url.pathname).toString();
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

  // The router acts where the address differs from the one it saw last; filters have changed it since
  // (replaceState), so a way back up to that very address must be told to it.
  function go(href) {
    const url = new URL(href, window.location.href);
    if (addressOf(url) === addressOf(window.location)) return;
    const unseen = addressOf(url) === routed;
    window.history.pushState({}, '', href);
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
    if (unseen) window.dash_clientside.set_props('_pages_location', { search: url.search });
    window.scrollTo(0, 0);
  }

  const to = (path, params) => go(path + (String(params) ? `?${params}` : ''));

  quxiang.framed = (own) => {
    const params = only(FRAME);
    for (const [name, value] of new URLSearchParams(own)) params.append(name, value);
    return params;
  };
  quxiang.open = (path, query) => to(path, quxiang.framed(query));

  function drill(box, points) {
    const code = points.map((point) => [point.customdata].flat()[0]).find(Boolean);
    if (!code || box.dataset.drillDead.split(' ').includes(code)) return;
    const path = box.dataset.drillPath;
    to(path, withOverrides(box.dataset.drill.replaceAll('{}', code), path));
  }

  // A chart has no element of its own to listen at until it is drawn.
  document.addEventListener('pointerover', (event) => {
    const box = event.target instanceof Element && event.target.closest('[data-drill]');
    const plot = box && box.querySelector('.js-plotly-plot');
    if (!plot || !plot.on || plot.quxiangDrills) return;
    plot.quxiangDrills = true;
    plot.on('plotly_click', ({ points }) => drill(box, points));
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

  // Its row is drawn anew without it; the focus goes to the choice beside it, else to the page.
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-unpick]');
    if (!button) return;
    const row = [...document.querySelectorAll('[data-unpick]:not([data-unpick=""])')];
    const at = row.indexOf(button);
    const beside = at < 0 ? undefined : row[at + 1] || row[at - 1];
    const wanted = beside && beside.dataset.unpick;
    const find = () => [...document.querySelectorAll('[data-unpick]')].find((one) => one.dataset.unpick === wanted);
    new MutationObserver((_, observer) => {
      observer.disconnect();
      ((wanted && find()) || document.getElementById('main')).focus();
    }).observe(document.getElementById('picks'), { childList: true, subtree: true, attributeFilter: ['data-unpick'] });
    window.dash_clientside.set_props('unpicked', { data: [button.dataset.unpick, Date.now()] });
  });
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('.qx-fold-button');
    if (button) fold(button, button.getAttribute('aria-expanded') !== 'true');
  });
})();
