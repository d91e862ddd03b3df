/*
Keeps an open page current. Asks for the data version every second (ETag, so the usual answer is an
empty 304), again as soon as the page becomes visible, and not at all while it is hidden. A new
version is put into the store "live-version", whose callbacks redraw; this file never reloads the
page and never moves focus or scroll.

Everything it needs is on the element #live:
  data-url           default /live/version; the answer's body is the opaque version
  data-interval      milliseconds, default 1000
  data-version       the version the page was built with, if known
  data-frozen        "true": the page shows a fixed day, so a new version changes nothing on it
  data-text-ok, data-text-updated, data-text-lost    what its child .qx-live__text says
  data-state         written here: ok | updated | lost
*/
(function () {
  'use strict';

  const SLOWEST = 30000;
  const NOTE = 6000;
  const GIVE_UP = 10000;
  let etag = null;
  let known = null;
  let failures = 0;
  let asking = false;
  let signedOut = false;
  let pollTimer = 0;
  let noteTimer = 0;

  const region = () => document.getElementById('live');

  function say(state, key) {
    const live = region();
    if (!live || live.dataset.state === state) return;
    live.dataset.state = state;
    const text = live.querySelector('.qx-live__text');
    if (text) text.textContent = live.dataset[key] || '';
  }

  function settle() {
    if (!noteTimer) say('ok', 'textOk');
  }

  function announce() {
    window.clearTimeout(noteTimer);
    say('updated', 'textUpdated');
    noteTimer = window.setTimeout(() => {
      noteTimer = 0;
      settle();
    }, NOTE);
  }

  function accept(version) {
    if (known === null) known = region().dataset.version || version;
    if (!version || version === known) return;
    known = version;
    if (region().dataset.frozen === 'true') return; // a fixed day: its callbacks are not asked again
    window.dash_clientside.set_props('live-version', { data: version });
    announce();
  }

  async function ask(url) {
    const limit = new AbortController();
    const timer = window.setTimeout(() => limit.abort(), GIVE_UP);
    try {
      const headers = etag ? { 'If-None-Match': etag } : {};
      return await window.fetch(url, { headers, cache: 'no-store', signal: limit.signal });
    } finally {
      window.clearTimeout(timer);
    }
  }

  async function read(response) {
    if (response.status === 401) {
      signedOut = true; // 40-session.js takes the page to the sign-in form
      return;
    }
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      const version = (await response.text()).trim();
      etag = response.headers.get('ETag');
      accept(version);
    }
    failures = 0;
    settle();
  }

  function wait() {
    const live = region();
    const interval = Number(live && live.dataset.interval) || 1000;
    const delay = Math.min(interval * 2 ** failures, SLOWEST);
    const spread = 0.9 + 0.2 * Math.random(); // so that pages opened together do not ask together
    window.clearTimeout(pollTimer);
    pollTimer = document.hidden || signedOut ? 0 : window.setTimeout(poll, delay * spread);
  }

  async function poll() {
    const live = region();
    const ready = live && window.dash_clientside && window.dash_clientside.set_props;
    if (ready && !asking && !document.hidden) {
      asking = true;
      try {
        await read(await ask(live.dataset.url || '/live/version'));
      } catch {
        failures += 1;
        if (failures > 1) {
          window.clearTimeout(noteTimer);
          noteTimer = 0;
          say('lost', 'textLost');
        }
      } finally {
        asking = false;
      }
    }
    wait();
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) window.clearTimeout(pollTimer);
    else poll();
  });
  window.addEventListener('online', poll);
  wait();
})();
