/*
Names the field of a file for those who do not see it: dcc.Upload gives no way to.

  <div data-upload-label="what is chosen here"><div class="qx-upload">...<input type="file"></div></div>
*/
(function () {
  'use strict';

  const UNNAMED = '[data-upload-label] input[type=file]:not([aria-label])';

  function name() {
    for (const field of document.querySelectorAll(UNNAMED)) {
      field.setAttribute('aria-label', field.closest('[data-upload-label]').dataset.uploadLabel);
    }
  }

  new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
})();
