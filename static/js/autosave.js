// Autosave for <form data-autosave="URL" data-owner="mark">. Without JavaScript « Continuer » saves.
//
// Sends the whole form to URL 1.5 s after the last key, as a POST with Accept: application/json.
// 200 {"revision": n, "at": "14 h 05"}, the hour on the person's own clock; 401 the session has ended; 403 the form token is older than the last sign-in;
// 409 another screen wrote something newer; 422 the text is refused (too long).
// Until the server has it, a text also waits in localStorage under its owner's mark: a killed browser, a
// dead battery or an ended session lose nothing. It is erased once sent, and by app.js at sign-out and as
// soon as a page of somebody else is opened on this device. A form that was submitted may never arrive, so its text
// waits too; the server's answer names what it has taken in a cookie, and app.js erases that draft.
// A form that is the answer to a submission (data-answered: refused, or a newer text exists) holds what was
// typed: nothing is put back into it, and nothing is sent before the person touches it.
// Words come from the form: data-text-saving, -saved (with %s), -offline, -expired, -conflict, -restored, -long.
// Inside the form: [data-saved] shows the state; [data-words] counts, with data-one and data-many ("%s mots");
// [data-sign-in] is a link that shows while the session is over.
const DELAY = 1500, RETRY = 15000, PREFIX = 'draft:';
const JSON_HEADERS = { Accept: 'application/json' };

const store = (action) => { try { return action(localStorage); } catch { return null; } }; // full or refused

function autosave(form) {
  const url = form.dataset.autosave, text = form.dataset;
  const prompt = form.querySelector('[name="prompt"], [name="part"]')?.value ?? '';
  const key = `${PREFIX}${text.owner}:${url}#${prompt}`;
  const status = form.querySelector('[data-saved]'), words = form.querySelector('[data-words]');
  const signIn = form.querySelector('[data-sign-in]'), revision = form.querySelector('[name="revision"]');
  const areas = () => [...form.querySelectorAll('textarea[name], select[name]')];
  const choices = () => [...form.querySelectorAll('input[type="radio"], input[type="checkbox"]')];
  const chosen = () => choices().filter((one) => one.checked);
  const say = (message) => { if (status && message) (status.querySelector('span') ?? status).textContent = message; };
  const eraser = form.querySelector('[data-erase]');
  let timer, sending = false, again = false, renewed = false, erased = false, untouched = 'answered' in text;

  const snapshot = () => JSON.stringify({ revision: revision?.value ?? '', values: [...areas(), ...chosen()].map((field) => [field.name, field.value]) });
  const keep = () => { if (!erased) store((kept) => kept.setItem(key, snapshot())); };
  const forget = () => store((kept) => kept.removeItem(key));

  function restore() {
    if (untouched) return;
    const kept = store((all) => all.getItem(key));
    if (!kept) return;
    if (kept === snapshot()) { forget(); return; }
    const draft = JSON.parse(kept);
    // The revision comes back too: if the server has something newer, it answers with both texts.
    if (revision) revision.value = draft.revision;
    for (const [name, value] of draft.values) {
      const area = areas().find((one) => one.name === name);
      if (area) area.value = value;
    }
    const marked = new Set(draft.values.map(([name, value]) => `${name}=${value}`));
    for (const one of choices()) one.checked = marked.has(`${one.name}=${one.value}`);
    say(text.textRestored); count(); plan(0);
  }

  function count() {
    const area = areas()[0];
    if (!words || !area) return;
    const n = (area.value.trim().match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length;
    words.textContent = (n > 1 ? words.dataset.many : words.dataset.one).replace('%s', n);
  }

  // After signing in elsewhere the form's token is stale: ask for a fresh one, once per failure.
  async function renew() {
    const answer = await fetch(url, { headers: JSON_HEADERS });
    if (answer.status === 401) { wait(text.textExpired, true); return false; }
    if (!answer.ok) throw new Error(answer.status);
    const { token } = await answer.json();
    for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = token;
    return true;
  }

  function wait(message, isSignedOut = false) {
    keep(); say(message);
    if (signIn) signIn.hidden = !isSignedOut;
    if (!isSignedOut) plan(RETRY);
  }

  // A picture is sent with the form, not again with every pause of the typing.
  function fields() {
    const data = new FormData(form);
    for (const input of form.querySelectorAll('input[type="file"]')) data.delete(input.name);
    return data;
  }

  async function save() {
    if (untouched || erased) return;
    if (sending) { again = true; return; }
    sending = true;
    const sent = snapshot();
    try {
      const answer = await fetch(url, { method: 'POST', body: fields(), headers: JSON_HEADERS });
      if (answer.status === 401) wait(text.textExpired, true);
      else if (answer.status === 403 && !renewed) { renewed = true; if (await renew()) again = true; }
      else if (answer.status === 409) { keep(); say(text.textConflict); }
      else if (answer.status === 422) { keep(); say(text.textLong); }
      else if (!answer.ok) throw new Error(answer.status);
      else {
        const data = await answer.json();
        renewed = false;
        form.dispatchEvent(new CustomEvent('saved', { detail: data }));
        const isSame = snapshot() === sent;
        if (revision && data.revision !== undefined) revision.value = data.revision;
        if (signIn) signIn.hidden = true;
        if (isSame) { forget(); say(text.textSaved?.replace('%s', data.at ?? '')); } else again = true;
      }
    } catch { wait(text.textOffline); } finally {
      sending = false;
      if (again) { again = false; plan(); }
    }
  }

  function plan(delay = DELAY) { clearTimeout(timer); timer = setTimeout(save, delay); }

  form.addEventListener('input', () => {
    untouched = false;
    if (eraser) eraser.hidden = false;
    keep(); count(); say(text.textSaving); plan();
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    // What one erases must not come back from this device, not even by a saving that is under way.
    if (eraser && event.submitter === eraser) { forget(); erased = true; } else keep();
  });
  const pending = () => store((kept) => kept.getItem(key)) !== null;
  window.addEventListener('online', () => { if (pending()) plan(0); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && pending()) plan(0); });
  // « Back » may show the page as it was left, with an older revision: ask for it anew. Or the page is loaded again
  // and the browser puts back what stood in the fields, what was erased with it: the server's text is the one that
  // counts, and then the draft that waits here.
  const isBack = performance.getEntriesByType('navigation')[0]?.type === 'back_forward';
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
    else if (isBack) { form.reset(); count(); restore(); }
  });
  if (!isBack) restore();
}

for (const form of document.querySelectorAll('form[data-autosave]')) autosave(form);
