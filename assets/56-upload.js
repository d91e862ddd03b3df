/*
Forms that hand in a file: <form data-upload> with a <div data-upload-input=".xlsx,.csv"> in a
<label class="qx-upload">. Adds the file field (no component of ours is one), takes files that are
dropped on the label, sends the form once with its progress, and goes where the answer leads.

  data-text-sending   "{percent}" in it is replaced
  data-text-failed    shown where the server did not answer
  data-limit, data-text-large    bytes, and what is said of a larger file

Answers: 200 {address}, 422 {message}; anything else is a failure.
*/
(function () {
  'use strict';

  function addField(box) {
    const field = document.createElement('input');
    field.type = 'file';
    field.name = 'file';
    field.required = true;
    field.accept = box.dataset.uploadInput;
    field.className = 'qx-upload__file';
    field.addEventListener('change', () => nameFile(field));
    box.append(field);
    const label = box.closest('label');
    for (const type of ['dragenter', 'dragover']) {
      label.addEventListener(type, (event) => { event.preventDefault(); label.dataset.over = 'true'; });
    }
    for (const type of ['dragleave', 'drop']) {
      label.addEventListener(type, (event) => { event.preventDefault(); delete label.dataset.over; });
    }
    label.addEventListener('drop', (event) => {
      if (!event.dataTransfer.files.length) return;
      field.files = event.dataTransfer.files;
      nameFile(field);
    });
  }

  function nameFile(field) {
    const text = field.closest('label').querySelector('.qx-upload__text');
    if (field.files.length) text.textContent = field.files[0].name;
    show(field.form, '');
  }

  function show(form, message) {
    const place = form.querySelector('[role=alert]');
    place.textContent = message;
    place.hidden = !message;
  }

  function send(form) {
    if (form.elements.file.files[0].size > Number(form.dataset.limit)) return show(form, form.dataset.textLarge);
    const asked = new XMLHttpRequest();
    const progress = form.querySelector('.qx-upload__progress');
    const button = form.querySelector('button[type=submit]');
    const done = () => { button.disabled = false; progress.hidden = true; };
    const failed = () => { done(); show(form, form.dataset.textFailed); };
    asked.upload.addEventListener('progress', (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      progress.textContent = form.dataset.textSending.replace('{percent}', percent);
      progress.hidden = false;
    });
    asked.addEventListener('load', () => {
      if (asked.status === 401) return void window.location.reload();
      let answer = null;
      try { answer = JSON.parse(asked.responseText); } catch { return failed(); }
      if (asked.status === 200 && answer.address) return void window.location.assign(answer.address);
      done();
      show(form, answer.message || form.dataset.textFailed);
    });
    asked.addEventListener('error', failed);
    asked.open('POST', form.action);
    asked.setRequestHeader('Accept', 'application/json');
    asked.setRequestHeader('X-CSRFToken', form.elements.csrf_token.value); // the body may be too large to be read
    button.disabled = true;
    show(form, '');
    asked.send(new FormData(form));
  }

  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-upload]')) return;
    event.preventDefault();
    send(event.target);
  });
  const look = () => {
    for (const box of document.querySelectorAll('[data-upload-input]:empty')) addField(box);
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
