/*
A session that ends is otherwise invisible: callbacks fail in the console and old numbers stay.
When the server answers 401 to one of our own requests, the page goes to the sign-in form and
comes back to the same address. The form's address may be changed with <html data-sign-in="...">.
*/
(function () {
  'use strict';

  const GUARDED = /\/(_dash-|_reload-hash|live\/|search$)/;
  const fetchAsBefore = window.fetch.bind(window);
  let leaving = false;

  function isOurs(resource) {
    const url = new URL(resource instanceof Request ? resource.url : resource, window.location.href);
    return url.origin === window.location.origin && GUARDED.test(url.pathname);
  }

  function leave() {
    if (leaving) return;
    leaving = true;
    const here = window.location.pathname + window.location.search;
    const form = document.documentElement.dataset.signIn || '/sign-in';
    window.location.assign(`${form}?next=${encodeURIComponent(here)}`);
  }

  window.fetch = async function (resource, options) {
    const response = await fetchAsBefore(resource, options);
    if (response.status === 401 && isOurs(resource)) {
      leave();
      return new Promise(() => {}); // the page is on its way out: nobody reports this as an error
    }
    return response;
  };
})();
