/*
Files of evidence for a case, and paper.

  <div class="qx-evidence" data-evidence="/cases/12/evidence" data-token="the session's token"
       data-heading data-label data-label-hint data-file data-file-hint data-send
       data-sending="… {percent} …" data-checking data-missing data-large data-failed></div>

is filled here with a form: what the file is, the file, a button. It is sent by XMLHttpRequest, which
tells how far it is; what the server answers is said below. The page hears of the new file by itself.

  <button data-print>  prints the page
*/
(function () {
  'use strict';

  const LARGEST = 10 * 1024 * 1024;
  const ACCEPTED = '.pdf,.png,.jpg,.jpeg,.xlsx,.docx';

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function field(id, label, hint, control) {
    const text = make('p', { class: 'qx-field__hint', id: `${id}-hint` }, hint);
    control.setAttribute('aria-describedby', text.id);
    return make('div', { class: 'qx-field' }, make('label', { for: id, class: 'qx-field__label' }, label), control, text);
  }

  function fill(box) {
    const { heading, label, labelHint, file, fileHint, send } = box.dataset;
    const form = make('form', { class: 'qx-evidence__form', 'aria-label': heading },
      make('h4', { class: 'qx-case__part' }, heading),
      field('evidence-label', label, labelHint,
        make('input', { id: 'evidence-label', name: 'label', type: 'text', maxlength: 60, class: 'form-control form-control-sm', autocomplete: 'off' })),
      field('evidence-file', file, fileHint,
        make('input', { id: 'evidence-file', name: 'file', type: 'file', accept: ACCEPTED, class: 'form-control form-control-sm' })),
      make('div', { class: 'qx-form__actions' },
        make('button', { type: 'submit', class: 'qx-button' }, send),
        make('progress', { max: 100, value: 0, hidden: '', 'aria-label': send })),
      make('p', { class: 'qx-case__said', role: 'status' }));
    form.addEventListener('submit', (event) => { event.preventDefault(); submit(box, form); });
    box.replaceChildren(form);
  }

  function say(form, text, bad) {
    const said = form.querySelector('[role=status]');
    said.textContent = text;
    said.classList.toggle('qx-field__error', Boolean(bad));
  }

  function submit(box, form) {
    const { evidence, token, missing, large } = box.dataset;
    const [label, file] = [form.elements.label.value.trim(), form.elements.file.files[0]];
    if (!label || !file) return say(form, missing, true);
    if (file.size > LARGEST) return say(form, large, true);
    const body = new FormData();
    body.append('label', label);
    body.append('file', file, 'file'); // its own name stays here
    const request = new XMLHttpRequest();
    request.open('POST', evidence);
    request.setRequestHeader('X-CSRFToken', token);
    follow(box, form, request);
    busy(form, true);
    return request.send(body);
  }

  function follow(box, form, request) {
    const { sending, checking, failed } = box.dataset;
    const bar = form.querySelector('progress');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      const percent = total ? Math.floor((100 * loaded) / total) : 0;
      bar.value = percent;
      say(form, percent < 100 ? sending.replace('{percent}', percent) : checking);
    });
    request.addEventListener('loadend', () => {
      busy(form, false);
      if (request.status === 401) return leave();
      const good = request.status === 201;
      say(form, messageOf(request) || failed, !good);
      if (good) form.reset();
      return undefined;
    });
  }

  function messageOf(request) {
    try {
      return JSON.parse(request.responseText).message;
    } catch {
      return '';
    }
  }

  function busy(form, yes) {
    form.querySelector('button').disabled = yes;
    form.querySelector('progress').hidden = !yes;
    form.setAttribute('aria-busy', String(yes));
  }

  function leave() {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  }

  const look = () => document.querySelectorAll('[data-evidence]:empty').forEach(fill);
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();

  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-print]')) window.print();
  });
})();
