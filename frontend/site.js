// What every page has: nothing here is needed, everything makes something easier.
(() => {
  'use strict';

  const root = document.documentElement;
  root.classList.add('js');

  // An answer with errors starts at the list of them.
  const summary = document.querySelector('[data-focus]');
  if (summary) {
    summary.focus();
    summary.scrollIntoView({ block: 'start' });
  }

  // A form is sent once: a second press while the first is on its way does nothing.
  // The server holds the promise; this saves a wait. Nothing is ever disabled.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('form[method="post"]')) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    if (event.submitter) event.submitter.setAttribute('aria-busy', 'true');
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
    for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
  });

  // One fewer, one more.
  const wake = (within) => {
    for (const button of within.querySelectorAll('.fm-step[hidden]')) button.hidden = false;
  };
  wake(document);
  document.addEventListener('htmx:after:swap', () => wake(document));
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-step]');
    if (!button) return;
    const input = button.parentElement.querySelector('input');
    const start = Number.parseInt(input.dataset.start || '0', 10);
    const blank = input.value.trim() === '' && start > 0; // the first press writes what is expected
    const step = blank ? 0 : Number(button.dataset.step);
    const now = blank ? start : Number.parseInt(input.value, 10) || 0;
    const least = Number.parseInt(input.dataset.min || '0', 10);
    const most = Number.parseInt(input.dataset.max || '9999', 10);
    input.value = String(Math.min(most, Math.max(least, now + step)));
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });

  // Folds stand open where there is room; the menu closes by Escape where there is not.
  const wide = window.matchMedia('(min-width: 62em)');
  for (const fold of document.querySelectorAll('[data-menu], [data-fold]')) {
    const fit = () => {
      fold.open = wide.matches;
    };
    fit();
    wide.addEventListener('change', fit);
    if (!('menu' in fold.dataset)) continue;
    fold.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || wide.matches) return;
      fold.open = false;
      fold.querySelector('summary').focus();
    });
  }

  // Filters that say nothing stay out of the address.
  for (const filter of document.querySelectorAll('[data-filter]')) {
    filter.addEventListener('formdata', ({ formData }) => {
      for (const [name, value] of [...formData]) if (!value) formData.delete(name);
    });
  }

  // A link to a date unfolds it.
  const unfold = () => {
    const aim = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const fold = aim && aim.querySelector(':scope > details');
    if (fold) fold.open = true;
  };
  window.addEventListener('hashchange', unfold);
  unfold();
})();
