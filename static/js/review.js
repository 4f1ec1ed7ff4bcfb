// The keyboard and the selection on a coach's page of one practice. Without JavaScript everything is a form.
//
// form[data-review] is the answer; [data-send] its button: Ctrl+Enter (or Cmd+Enter) presses it from anywhere.
// [data-criterion] holds three radios: 0, 1, 2 choose, and go to the next criterion. Other keys of one letter work
// outside text fields only, and not at all once [data-shortcuts] is unticked (kept on the device): g the grid,
// m a remark, c the comment; n and p follow the links a[data-key].
// Words selected in [data-passages] become the chosen passage of select[name=passage]; places are counted in
// characters, as the server does, not in UTF-16 units. [data-verdict] says what the points come to, in its own words.
const STORE = 'review-shortcuts';
const form = document.querySelector('form[data-review]');
const stored = (action) => { try { return action(localStorage); } catch { return null; } };
const isTyping = (target) => target.closest('textarea, select, input:not([type="radio"]):not([type="checkbox"]), [contenteditable]');

// --- keys -----------------------------------------------------------------------------------

const toggle = form.querySelector('[data-shortcuts]');
if (toggle) {
  toggle.checked = stored((all) => all.getItem(STORE)) !== 'off';
  toggle.addEventListener('change', (event) => {
    event.stopPropagation(); // no part of the answer
    stored((all) => all.setItem(STORE, toggle.checked ? 'on' : 'off'));
  });
  toggle.addEventListener('input', (event) => event.stopPropagation());
}

const criteria = [...form.querySelectorAll('[data-criterion]')];
const radios = (criterion) => [...criterion.querySelectorAll('input[type="radio"]')];
const first = (criterion) => radios(criterion).find((one) => one.checked) ?? radios(criterion)[0];

function choose(criterion, value) {
  const radio = radios(criterion).find((one) => one.value === value);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event('input', { bubbles: true }));
  const next = criteria[criteria.indexOf(criterion) + 1];
  (next ? first(next) : document.getElementById('f-comment')).focus();
}

const places = {
  g: () => criteria[0] && first(criteria[0]),
  m: () => document.getElementById('f-remark'),
  c: () => document.getElementById('f-comment'),
};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('[data-send]'));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const criterion = event.target.closest('[data-criterion]');
  if (criterion && ['0', '1', '2'].includes(event.key)) {
    event.preventDefault();
    choose(criterion, event.key);
    return;
  }
  if (!toggle?.checked) return;
  const place = places[event.key]?.(), link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (!place && !link) return;
  event.preventDefault();
  if (link) link.click();
  else place.focus();
});

// --- what the points come to ------------------------------------------------------------------

const verdict = form.querySelector('[data-verdict]');
function tell() {
  const chosen = criteria.map((one) => radios(one).find((radio) => radio.checked)?.value);
  if (!verdict || chosen.includes(undefined)) return;
  const total = chosen.reduce((sum, value) => sum + Number(value), 0);
  const isFramed = criteria.every((one, n) => Number(chosen[n]) >= Number(one.dataset.floor));
  const isEnough = total >= Number(verdict.dataset.from);
  const words = isEnough && isFramed ? verdict.dataset.validated : isEnough ? verdict.dataset.frame : verdict.dataset.short;
  verdict.textContent = words.replace('%s', total).replace('%t', 2 * criteria.length);
}
form.addEventListener('input', tell);

// --- a passage --------------------------------------------------------------------------------

const text = document.querySelector('[data-passages]'), passage = form.querySelector('select[name="passage"]');
const length = (words) => [...words].length;

function take() {
  const selection = document.getSelection();
  if (!text || !passage || !selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const words = range.toString();
  if (!words.trim()) return;
  const start = length(before.toString());
  let option = passage.querySelector('[data-own]');
  if (!option) {
    option = new Option();
    option.dataset.own = '';
    passage.append(option);
  }
  option.value = `${start}-${start + length(words)}`;
  option.textContent = passage.dataset.chosen.replace('%s', length(words) > 70 ? `${[...words].slice(0, 69).join('')}…` : words);
  option.selected = true;
}
if (text) document.addEventListener('selectionchange', take);

// --- ready-made words -------------------------------------------------------------------------

const insert = form.querySelector('[data-insert]');
insert?.addEventListener('click', (event) => {
  const canned = form.querySelector('select[name="canned"]').selectedOptions[0]?.dataset.text;
  event.preventDefault();
  if (!canned) return;
  const area = document.getElementById('f-comment');
  const gap = area.selectionStart && !/\s$/.test(area.value.slice(0, area.selectionStart)) ? '\n\n' : '';
  const added = area.value.length - (area.selectionEnd - area.selectionStart) + gap.length + canned.length;
  const isFull = added > area.maxLength; // a script may write more than the field takes: nothing is cut, it is said
  form.querySelector('[data-full]').hidden = !isFull;
  if (isFull) return;
  area.setRangeText(gap + canned, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
});
