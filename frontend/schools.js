// Suggests schools while a name is typed. Without it the form asks afterwards which one is meant.
(() => {
  'use strict';

  const list = document.querySelector('datalist[data-search]');
  const input = list && document.querySelector(`input[list="${list.id}"]`);
  if (!input) return;

  let timer;
  let asked = '';
  const ask = async () => {
    const text = input.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const query = new URLSearchParams({ q: text, day: list.dataset.day });
    try {
      const answer = await fetch(`${list.dataset.search}?${query}`);
      if (!answer.ok) return;
      const { schools } = await answer.json();
      if (text !== asked) return; // an older question, answered late
      list.replaceChildren(...schools.map(({ value, label }) => new Option(label, value)));
    } catch {
      asked = ''; // no connection: the next letter asks again
    }
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
})();
