// Autosave for <form data-autosave="URL">. Without JavaScript « Continuer » saves.
//
// Sends the whole form to URL 1.5 s after the last key, as a POST with Accept: application/json.
// Expects 200 or 204; a JSON answer {"revision": n} is written to the field named "revision".
// A redirect, 401 or 403 means the session has ended; 409 that another tab wrote something newer.
// Whatever could not be saved waits in sessionStorage (this tab only, never on disk for the next person)
// and comes back into the fields when the page is opened again, after signing in for instance.
// Words come from the form: data-text-saving, -saved (with %s), -offline, -expired, -conflict, -restored.
// Inside the form: [data-saved] shows the state; [data-words] counts, with data-one and data-many ("%s mots").
const DELAY = 1500;

const clock = () => {
  const now = new Date(), two = String(now.getMinutes()).padStart(2, '0');
  return document.documentElement.lang === 'fr' ? `${now.getHours()}\u00a0h\u00a0${two}` : `${now.getHours()}:${two}`;
};

function autosave(form) {
  const url = form.dataset.autosave, key = `draft:${url}`, text = form.dataset;
  const status = form.querySelector('[data-saved]'), words = form.querySelector('[data-words]');
  const fields = () => [...form.elements].filter((f) => f.name && f.type !== 'hidden' && f.type !== 'submit');
  const say = (message) => { if (status && message) (status.querySelector('span') ?? status).textContent = message; };
  let timer, sending = false, again = false;

  // A draft belongs to one revision: once the server has a newer one, it is stale and must not come back.
  const revisionField = () => form.querySelector('[name="revision"]');
  const values = () => fields().map((f) => [f.name, /^(radio|checkbox)$/.test(f.type) ? f.checked : f.value]);
  const snapshot = () => JSON.stringify({ revision: revisionField()?.value ?? '', values: values() });
  const keep = () => { try { sessionStorage.setItem(key, snapshot()); } catch { /* storage is full or refused */ } };
  const forget = () => { try { sessionStorage.removeItem(key); } catch { /* same */ } };

  function restore() {
    let kept; try { kept = sessionStorage.getItem(key); } catch { return; }
    if (!kept || kept === snapshot()) { forget(); return; }
    const draft = JSON.parse(kept);
    if (draft.revision !== (revisionField()?.value ?? '')) { forget(); return; }
    draft.values.forEach(([name, value], index) => {
      const field = fields()[index];
      if (field?.name !== name) return;
      if (typeof value === 'boolean') field.checked = value; else field.value = value;
    });
    say(text.textRestored); count(); plan();
  }

  function count() {
    const area = form.querySelector('textarea');
    if (!words || !area) return;
    const n = (area.value.trim().match(/\S+/g) ?? []).length;
    words.textContent = (n > 1 ? words.dataset.many : words.dataset.one).replace('%s', n);
  }

  async function save() {
    if (sending) { again = true; return; }
    sending = true;
    try {
      const answer = await fetch(url, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } });
      if (answer.redirected || [401, 403].includes(answer.status)) { keep(); say(text.textExpired); return; }
      if (answer.status === 409) { keep(); say(text.textConflict); return; }
      if (!answer.ok) throw new Error(answer.status);
      const data = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {};
      const revision = revisionField();
      if (revision && data.revision !== undefined) revision.value = data.revision;
      forget(); say(text.textSaved?.replace('%s', clock()));
    } catch { keep(); say(text.textOffline); } finally {
      sending = false;
      if (again) { again = false; plan(); }
    }
  }

  function plan() { clearTimeout(timer); timer = setTimeout(save, DELAY); }

  form.addEventListener('input', () => { count(); say(text.textSaving); plan(); });
  form.addEventListener('submit', () => { clearTimeout(timer); keep(); });
  window.addEventListener('online', plan);
  restore();
}

for (const form of document.querySelectorAll('form[data-autosave]')) autosave(form);
