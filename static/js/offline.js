// A learner's pages without network: starts the service worker (/sw.js), names this week's pages to it, sends the
// answers that wait on this device, and says so. Without JavaScript nothing of it exists.
//
// [data-outbox] shows the state, with data-one and data-many (waiting, "%s"), -sent, -signed-out and -look; inside it
// [data-review] sends an answer that the server refused as a form, so that its page says why.
// <meta name="offline"> holds the address of the list, followed at each home; a step has it as "offline-first", for who
// comes by a mail and has nothing kept yet; ul[data-kept] is filled with the pages that are kept.
const box = document.querySelector('[data-outbox]'), needsLook = 'X-Look', stamp = 'X-At';
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const token = () => document.cookie.match(/(?:^|; )(?:__Host-|cairn-)csrf=([^;]+)/)?.[1] ?? '';
const named = async (prefix) => (await caches.keys()).find((each) => each.startsWith(prefix));
const owner = meta('owner') ?? (globalThis.caches && (await named('kept-'))?.split('-')[1]);
const outbox = `waiting-${owner}`;
const RETRY = 15000;
let sending = false, again;

async function start() {
  await navigator.serviceWorker.register('/sw.js');
  const { active } = await navigator.serviceWorker.ready;
  const list = meta('offline') ?? (await named('kept-') ? undefined : meta('offline-first'));
  active.postMessage({ keep: navigator.connection?.saveData ? undefined : list });
}

function say(message) {
  if (!box) return;
  box.hidden = !message;
  box.querySelector('span').textContent = message;
}

/** Each answer in the order it was given, until the network is gone again. */
async function send() {
  if (sending || !owner || !(await caches.has(outbox))) return;
  sending = true;
  let sent = 0, isSignedOut = false;
  const waiting = await caches.open(outbox);
  for (const key of await waiting.keys()) {
    const stored = await waiting.match(key), at = stored?.headers.get(stamp);
    if (!stored || stored.headers.has(needsLook)) continue; // gone: another page of this site has sent it
    const body = await stored.formData(), headers = { Accept: 'application/json', 'X-CSRFToken': token() };
    const answer = await fetch(new URL(key.url).pathname, { method: 'POST', body, headers }).catch(() => null);
    isSignedOut = answer?.status === 401;
    if (!answer || isSignedOut || answer.status >= 500) break;
    const isSent = answer.ok && (await answer.json().catch(() => ({}))).sent;
    document.dispatchEvent(new Event('draft-taken'));
    if ((await waiting.match(key))?.headers.get(stamp) !== at) continue; // a later answer stands there by now
    if (isSent) { sent += 1; await waiting.delete(key); }
    else await waiting.put(key, new Response(body, { headers: { [stamp]: at, [needsLook]: '1' } }));
  }
  sending = false;
  await show(sent, isSignedOut);
}

async function show(sent = 0, isSignedOut = false) {
  if (!box || !(await caches.has(outbox))) return;
  const waiting = await caches.open(outbox), keys = await waiting.keys(), text = box.dataset;
  const looks = [];
  for (const key of keys) if ((await waiting.match(key))?.headers.has(needsLook)) looks.push(key);
  const left = keys.length - looks.length, look = box.querySelector('[data-review]');
  if (!keys.length) await caches.delete(outbox);
  look.hidden = !looks.length;
  look.onclick = () => post(waiting, looks[0]);
  clearTimeout(again);
  if (left && !isSignedOut) again = setTimeout(send, RETRY);
  if (left && isSignedOut) say(text.signedOut);
  else if (left) say((left > 1 ? text.many : text.one).replace('%s', left));
  else if (looks.length) say(text.look);
  else say(sent ? text.sent : '');
}

/** The browser's own sending: the server's page shows what is wrong, or both texts, with what was typed. */
async function post(waiting, key) {
  const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'multipart/form-data', action: new URL(key.url).pathname, hidden: true });
  const fields = [...await (await waiting.match(key)).formData(), ['csrfmiddlewaretoken', token()]];
  for (const [name, value] of fields) form.append(typeof value === 'string' ? Object.assign(document.createElement('textarea'), { name, value }) : picture(name, value));
  document.body.append(form);
  form.submit();
}

/** A picture goes as it was chosen; an empty field has a file without a name. */
function picture(name, file) {
  const chosen = new DataTransfer(), input = Object.assign(document.createElement('input'), { type: 'file', name });
  if (file.name) chosen.items.add(file);
  input.files = chosen.files;
  return input;
}

/** On the page « away »: back to the page that was asked for, as soon as there is a way to it. */
const comeBack = () => fetch('/sw.js', { method: 'HEAD' }).then((answer) => { if (answer.ok) window.location.reload(); }).catch(() => {});

async function listKept(list) {
  const name = await named('kept-'), cache = name && await caches.open(name);
  const { pages = [] } = await (await cache?.match('/kept-list'))?.json() ?? {};
  for (const { url, title } of pages) {
    if (!title || !(await cache.match(url, { ignoreVary: true }))) continue;
    const link = Object.assign(document.createElement('a'), { href: url, textContent: title });
    list.append(document.createElement('li'));
    list.lastChild.append(link);
  }
  list.parentElement.hidden = !list.children.length;
}

if (globalThis.caches && navigator.serviceWorker) {
  const list = document.querySelector('[data-kept]');
  if (list) {
    listKept(list);
    show().then(() => clearTimeout(again));
    window.addEventListener('online', comeBack);
    if (window.location.pathname !== '/away/') setInterval(comeBack, RETRY);
  } else {
    start().catch(() => { /* refused, or no network */ });
    show().then(send);
    window.addEventListener('online', send);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) send(); });
  }
}
