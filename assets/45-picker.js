/*
Pickers and search fields of the pages.

  details.qx-picker        closes on Escape (focus back to its summary) and on a click elsewhere;
                           its field .qx-picker__find filters the boxes by name or by the words in
                           [data-search] (pinyin initials)
  [data-grid-search="id"]  the search field in it filters that AG Grid as one types
*/
(function () {
  'use strict';

  const words = (text) => text.trim().toLowerCase();

  function filter(picker, wanted) {
    for (const box of picker.querySelectorAll('.form-check')) {
      const name = box.querySelector('[data-search]');
      const known = `${box.textContent} ${name ? name.dataset.search : ''}`;
      box.hidden = !words(known).includes(wanted);
    }
  }

  async function search(gridId, wanted) {
    const grid = window.dash_ag_grid && (await window.dash_ag_grid.getApiAsync(gridId));
    if (grid) grid.setGridOption('quickFilterText', wanted);
  }

  document.addEventListener('input', (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const picker = event.target.matches('.qx-picker__find') && event.target.closest('.qx-picker');
    const field = event.target.closest('[data-grid-search]');
    if (picker) filter(picker, words(event.target.value));
    if (field) search(field.dataset.gridSearch, words(event.target.value));
  });

  function close(picker) {
    picker.open = false;
  }

  // A panel that would leave the window hangs from the other end of its field.
  document.addEventListener('toggle', (event) => {
    const panel = event.target.matches('.qx-picker[open]') && event.target.querySelector('.qx-picker__panel');
    if (!panel) return;
    panel.dataset.end = 'false';
    panel.dataset.end = String(panel.getBoundingClientRect().right > document.documentElement.clientWidth);
  }, true);

  document.addEventListener('keydown', (event) => {
    const picker = event.key === 'Escape' && event.target.closest('.qx-picker[open]');
    if (!picker) return;
    close(picker);
    picker.querySelector('summary').focus();
  });
  document.addEventListener('click', (event) => {
    for (const picker of document.querySelectorAll('.qx-picker[open]')) {
      if (!picker.contains(event.target)) close(picker);
    }
  });
})();
