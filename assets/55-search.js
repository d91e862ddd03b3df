/*
The search box of the header: a combobox with a list of what is found, as WAI-ARIA 1.2 has it.

  <div class="qx-find" role="search" aria-label="what it is for"
       data-none="nothing found" data-failed="not available" data-found="{count} found"></div>

is filled here. Asks GET /search a moment after the last key (an older question is dropped), takes
the first answer as chosen, and opens it with quxiang.open (50-selection.js): the class, its day and
its definition are kept, every other filter is left behind. "/" anywhere leads to the box.
*/
(function () {
  'use strict';

  const PAUSE = 150;
  const { quxiang } = window.dash_clientside;
  let asking = null;
  let timer = 0;
  let answered = ''; // the text that the list is the answer to
  let enter = false; // pressed before the answer was there

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const part = (name) => document.getElementById(`find-${name}`);
  const options = () => [...part('list').querySelectorAll('[role=option]')];
  const chosen = () => part('list').querySelector('[aria-selected=true]');

  function fill(box) {
    const label = box.getAttribute('aria-label');
    box.append(
      make('input', {
        id: 'find-text', type: 'search', role: 'combobox', class: 'form-control qx-icon--search', maxlength: 40,
        autocomplete: 'off', spellcheck: 'false', placeholder: label, 'aria-label': label,
        'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'find-list', 'aria-keyshortcuts': '/',
      }),
      make('div', { id: 'find-popup', class: 'qx-find__popup', hidden: '' },
        make('div', { id: 'find-list', role: 'listbox', 'aria-label': label }),
        make('p', { id: 'find-said', role: 'status' })),
    );
  }

  function choose(option) {
    const before = chosen();
    if (before) before.setAttribute('aria-selected', 'false');
    if (!option) return part('text').removeAttribute('aria-activedescendant');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    return part('text').setAttribute('aria-activedescendant', option.id);
  }

  function say(text, shown) {
    part('said').textContent = text;
    part('said').className = shown ? 'qx-find__said' : 'qx-sr';
  }

  function close() {
    window.clearTimeout(timer);
    if (asking) asking.abort();
    enter = false;
    answered = '';
    part('popup').hidden = true;
    part('text').setAttribute('aria-expanded', 'false');
    choose(null);
  }

  function row({ name, note, path, query }, id) {
    return make('div', { role: 'option', id, 'aria-selected': 'false', 'data-path': path, 'data-query': query },
      make('span', {}, name), make('span', { class: 'qx-find__note' }, note));
  }

  function show(groups) {
    let count = 0;
    const parts = groups.map(({ title, items }, at) => make('div', { role: 'group', 'aria-labelledby': `find-group-${at}` },
      make('div', { id: `find-group-${at}`, class: 'qx-find__group', role: 'presentation' }, title),
      ...items.map((item) => row(item, `find-option-${(count += 1)}`))));
    const { none, found } = part('text').parentElement.dataset;
    part('list').replaceChildren(...parts);
    part('list').hidden = !count;
    part('popup').hidden = false;
    part('text').setAttribute('aria-expanded', String(count > 0));
    say(count ? found.replace('{count}', count) : none, !count);
    choose(options()[0]);
    if (enter) open(chosen());
  }

  async function ask(text) {
    if (asking) asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const query = quxiang.framed(new URLSearchParams({ q: text }));
      const response = await window.fetch(`/search?${query}`, { signal });
      if (!response.ok) throw new Error(String(response.status));
      const { groups } = await response.json();
      if (!text || signal.aborted) return;
      answered = text;
      show(groups);
    } catch {
      if (signal.aborted || !text) return;
      show([]);
      say(part('text').parentElement.dataset.failed, true);
    }
  }

  function open(option) {
    if (!option) return;
    const { path, query } = option.dataset;
    part('text').value = '';
    close();
    const button = document.querySelector('.qx-header .qx-fold-button[aria-expanded=true]');
    if (button) button.click();
    document.getElementById('main').focus({ preventScroll: true });
    quxiang.open(path, query);
  }

  function move(step) {
    const all = options();
    const at = all.indexOf(chosen());
    if (all.length) choose(all[(at + step + all.length) % all.length]);
  }

  function key(event) {
    const shown = !part('popup').hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return; // an input method is still choosing the characters
    if (step && shown) move(step);
    else if (step) type();
    else if (event.key === 'Enter') {
      const text = part('text').value.trim();
      if (text && text === answered) open(chosen());
      else enter = text !== '';
    } else if (event.key === 'Escape' && shown) close();
    else return;
    event.preventDefault();
  }

  function type() {
    const text = part('text').value.trim();
    enter = false;
    if (!text) close();
    window.clearTimeout(timer);
    if (text) timer = window.setTimeout(ask, PAUSE, text);
  }

  const inBox = (event) => event.target instanceof Element && event.target.closest('.qx-find');
  const TYPES = 'input, textarea, select, [contenteditable]';

  document.addEventListener('input', (event) => { if (event.target.id === 'find-text') type(); });
  document.addEventListener('focusin', (event) => {
    if (event.target.id === 'find-text') ask(''); // so that the first answer need not wait for the index
    else if (part('popup') && !part('popup').hidden && !inBox(event)) close();
  });
  document.addEventListener('pointerdown', (event) => {
    const option = inBox(event) && event.target.closest('[role=option]');
    if (option) event.preventDefault(); // the focus stays in the box
    else if (!inBox(event) && part('popup') && !part('popup').hidden) close();
  });
  document.addEventListener('click', (event) => {
    const option = inBox(event) && event.target.closest('[role=option]');
    if (option) open(option);
  });
  document.addEventListener('keydown', (event) => {
    if (event.target.id === 'find-text') return key(event);
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
    if (event.key !== '/' || !plain || event.target.closest(TYPES) || !part('text')) return undefined;
    event.preventDefault();
    const button = document.querySelector('.qx-header .qx-fold-button');
    if (!part('text').offsetParent && button) button.click();
    return part('text').focus();
  });

  new MutationObserver(() => {
    const box = document.querySelector('.qx-find:empty');
    if (box) fill(box);
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
