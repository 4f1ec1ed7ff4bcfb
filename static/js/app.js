// On every page, all of it optional: menus that close, printing, and what only makes sense with JavaScript.
for (const element of document.querySelectorAll('[data-needs-js]')) element.hidden = false;

// Signing out takes unsaved drafts along: the next person at this desk must not find them.
for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', () => { try { sessionStorage.clear(); localStorage.clear(); } catch { /* storage is refused */ } });
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
const taken = document.cookie.split('; ').find((part) => part.startsWith('draft_taken='));
if (taken) {
  document.cookie = 'draft_taken=; path=/; max-age=0';
  try {
    const mark = decodeURIComponent(taken.slice('draft_taken='.length));
    for (const key of Object.keys(localStorage)) {
      const draft = key.split(':').slice(2).join(':');
      if (key.startsWith('draft:') && (draft === mark || (mark.endsWith('#') && draft.startsWith(mark)))) localStorage.removeItem(key);
    }
  } catch { /* storage is refused */ }
}
