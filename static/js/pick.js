// A long list of boxes: what is searched stays in sight, and how many are ticked is said. Without it, nothing is missing.
const rows = [...document.querySelectorAll('[data-find]')];
const bare = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
const count = document.querySelector('[data-pick-count]');
const field = document.querySelector('[data-pick]');

function say() {
  if (!count) return;
  count.hidden = false;
  count.textContent = count.dataset.words.replace('%s', rows.filter((row) => row.querySelector('input').checked).length);
}

function narrow() {
  const words = bare(field.value).split(/\s+/).filter(Boolean);
  for (const row of rows) row.hidden = !words.every((word) => bare(row.dataset.find).includes(word));
}

field?.addEventListener('input', narrow);
for (const row of rows) row.addEventListener('change', say);
say();
if (field?.value) narrow(); // the browser's way back brings the words along

// Who ticks somebody means the people ticked: the choice above says so.
for (const list of document.querySelectorAll('[data-means]')) {
  list.addEventListener('change', () => { document.getElementById(list.dataset.means).checked = true; });
}
