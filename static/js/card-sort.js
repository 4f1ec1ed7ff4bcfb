// Card sort: keys, drag and a live region over a form that works alone. The server holds the truth.
//
// <form method="post" data-card-sort>  each pile: <button name="…" value="…" data-pile="digit" data-label="…">
// undo: <button name="undo" data-undo>; a card left out: <button name="skip" data-skip data-label>; the card: [data-card]; its name: [data-title]; its text: [data-text].
// Outside the form: [data-progress] and [data-count] are refreshed, [data-sort-status] is the live region.
// Words come from the form: data-text-placed ("%card : %pile. Carte suivante : %next."), data-text-undone,
// data-text-offline. Each placement is posted; the answering page's form replaces this one. When the answer
// has no form of the same round (data-card-sort="round"), the browser goes where the answer was.
const current = () => document.querySelector('form[data-card-sort]');
const status = document.querySelector('[data-sort-status]');
const say = (message) => { if (status) status.textContent = message ?? ''; };
let busy = false;

function refresh(page) {
  current().replaceWith(document.adoptNode(page.querySelector('form[data-card-sort]')));
  for (const name of ['progress', 'count']) {
    const now = document.querySelector(`[data-${name}]`), next = page.querySelector(`[data-${name}]`);
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
}

async function post(button) {
  const form = current();
  if (busy || !form || !button) return;
  busy = true;
  const text = form.dataset, card = form.querySelector('[data-title]')?.textContent.trim();
  const pile = button.dataset.label, digit = button.dataset.pile, undo = button.matches('[data-undo]'), same = undo ? '[data-undo]' : button.matches('[data-skip]') ? '[data-skip]' : `[data-pile="${digit}"]`;
  const focused = form.contains(document.activeElement);
  try {
    const body = new FormData(form, button);
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const answered = page.querySelector('form[data-card-sort]');
    if (answered?.dataset.cardSort !== form.dataset.cardSort) { window.location.assign(answer.url); return; }
    refresh(page);
    const next = current().querySelector('[data-title]')?.textContent.trim() ?? '';
    say(undo ? `${text.textUndone ?? ''} ${next}` : (text.textPlaced ?? '').replace('%card', card).replace('%pile', pile).replace('%next', next));
    const again = current().querySelector(`${same}:not([hidden])`) ?? current().querySelector('[data-pile]');
    if (focused) again?.focus({ preventScroll: true });
  } catch { say(text.textOffline); } finally { busy = false; }
}

document.addEventListener('submit', (event) => {
  if (event.target !== current() || !event.submitter?.matches('[data-pile], [data-undo], [data-skip]')) return;
  event.preventDefault();
  post(event.submitter);
});

document.addEventListener('keydown', (event) => { // only while focus is inside the form: WCAG 2.1.4
  const form = current();
  if (!form?.contains(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const pile = form.querySelector(`[data-pile="${CSS.escape(event.key)}"]`);
  if (pile) { event.preventDefault(); post(pile); }
  if (event.key === 'Backspace') { event.preventDefault(); post(form.querySelector('[data-undo]')); }
});

let start = null;
const piles = () => [...current().querySelectorAll('[data-pile]')];
const hit = (x, y) => piles().find((pile) => {
  const box = pile.getBoundingClientRect();
  return x > box.left && x < box.right && y > box.top - 24 && y < box.bottom;
});
document.addEventListener('pointerdown', (event) => {
  const card = event.target.closest?.('[data-card]');
  if (!card || event.button || !current()?.contains(card)) return;
  start = { card, x: event.clientX, y: event.clientY };
  const box = card.getBoundingClientRect();
  card.style.transformOrigin = `${event.clientX - box.left}px ${event.clientY - box.top}px`; // CSSOM: allowed by the policy
  card.setPointerCapture(event.pointerId);
});
document.addEventListener('pointermove', (event) => {
  if (!start) return;
  const dx = event.clientX - start.x, dy = event.clientY - start.y;
  start.card.style.transform = `translate(${dx}px, ${dy}px) rotate(${dx / 60}deg) scale(.62)`;
  start.card.style.zIndex = 5;
  const over = hit(event.clientX, event.clientY);
  for (const pile of piles()) pile.toggleAttribute('data-over', pile === over);
});
function drop(event) {
  if (!start) return;
  const { card } = start, over = hit(event.clientX, event.clientY);
  start = null;
  card.style.transform = ''; card.style.zIndex = '';
  for (const pile of piles()) pile.removeAttribute('data-over');
  if (over && event.type === 'pointerup') post(over);
}
document.addEventListener('pointerup', drop);
document.addEventListener('pointercancel', drop);
