// On every page, all of it optional: menus that close, printing, and what only makes sense with JavaScript.
for (const element of document.querySelectorAll('[data-needs-js]')) element.hidden = false;

// <meta name="later"> names a module that nobody waits for: on a slow line, what is read passes first.
const later = document.querySelector('meta[name="later"]')?.content;
const begin = () => import(later).catch(() => { /* the network is gone: the next page asks again */ });
const rest = () => setTimeout(begin, 1000); // idle is sooner: before the words are seen
if (later && document.readyState === 'complete') rest();
else if (later) addEventListener('load', rest);

// What waits on this device has an owner: drafts (autosave.js), answers and pages (sw.js). Somebody else's go as soon as
// a page knows who is there; on a page that does not, only the pages to read go: what is unsent awaits its author.
const owner = document.querySelector('meta[name="owner"]')?.content;
const store = globalThis.caches; // none where the connection is not secure
const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith('draft:'));
try {
  if (owner) for (const key of drafts()) if (!key.startsWith(`draft:${owner}:`)) localStorage.removeItem(key);
} catch { /* storage is refused */ }
const erased = () => navigator.serviceWorker?.controller?.postMessage({ erased: true });
store?.keys().then((names) => {
  const theirs = names.filter((name) => (owner ? name.split('-')[1] !== owner : name.startsWith('kept-')));
  if (theirs.length) erased();
  for (const name of theirs) store.delete(name);
}).catch(() => {});

// An answer that finds no network waits for its author (sw.js): said at once, a finger may be quicker than offline.js.
for (const form of document.querySelectorAll('form#step[method="post"]:not([data-card-sort], [data-continue])')) {
  if (owner && store) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'waits', value: owner }));
}

/** Answers that only this device has; a draft and an answer of one step are one. */
async function unsent() {
  const paths = [];
  for (const name of await store?.keys() ?? []) {
    if (name.startsWith('waiting-')) paths.push(...(await (await store.open(name)).keys()).map((key) => new URL(key.url).pathname));
  }
  return paths.length + drafts().filter((key) => !paths.some((path) => key.includes(`:${path}autosave/`))).length;
}

// Words first: nothing that a browser refuses below may leave them here.
async function erase() {
  try { sessionStorage.clear(); localStorage.clear(); } catch { /* storage is refused: it holds nothing */ }
  erased();
  for (const name of await store?.keys() ?? []) await store.delete(name);
  for (const worker of await navigator.serviceWorker?.getRegistrations() ?? []) await worker.unregister();
}

// Signing out takes everything along: the next person at this desk must not find it.
for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const count = await unsent().catch(() => 0); // storage is refused
    if (count && !window.confirm((count > 1 ? form.dataset.many : form.dataset.one).replace('%s', count))) return;
    await erase().catch(() => {});
    form.submit();
  });
}

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());

const openMenus = () => document.querySelectorAll('details[data-menu][open]');
document.addEventListener('click', (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of openMenus()) { menu.open = false; menu.querySelector('summary').focus(); }
});

for (const toast of document.querySelectorAll('[data-toast]')) {
  toast.querySelector('[data-close]')?.addEventListener('click', () => toast.remove());
}

// The server has a text, or it was erased or declined: its copy on this device goes (autosave.js). The cookie
// names the draft, « address#question », or with nothing after the # all drafts of that page.
function forgetTaken() {
  const taken = document.cookie.split('; ').find((part) => part.startsWith('draft_taken='));
  if (!taken) return;
  document.cookie = 'draft_taken=; path=/; max-age=0';
  try {
    const mark = decodeURIComponent(taken.slice('draft_taken='.length));
    for (const key of drafts()) {
      const draft = key.split(':').slice(2).join(':');
      if (draft === mark || (mark.endsWith('#') && draft.startsWith(mark))) localStorage.removeItem(key);
    }
  } catch { /* storage is refused */ }
}
forgetTaken();
document.addEventListener('draft-taken', forgetTaken);
