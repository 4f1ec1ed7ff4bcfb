// The service worker: lessons of the week stay readable without network, answers given without it wait here.
//
// All that is kept stands in Cache Storage under the mark of its owner, which is not their name:
//   kept-<owner>-<version>  pages of steps, the page for all others, and the files they need
//   waiting-<owner>         answers not sent yet, one per question, first come first; offline.js sends them
// A page is kept when the home's list names it and the server gave it for this owner (X-Kept-For): never one of
// a coach or a manager, never one with words of the person. app.js erases all at sign-out and for another person.
const LIST = '/kept-list', PATIENCE = 10000, AWAY = [502, 503, 504], QUESTION = ['item', 'prompt', 'part', 'at'];
const STEP = /^\/n\/[^/]+\/learn\/[^/]+\/[^/]+\/$/, HASHED = /\.[0-9a-f]{12}\.\w+$/;
const anyVary = { ignoreVary: true };
let erasures = 0; // how often this device was emptied: what was on its way then is not kept any more

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  event.waitUntil(self.clients.claim()); // a page that was on its way while we began has no worker yet
  if (event.data.erased) erasures += 1;
  if (event.data.keep) event.waitUntil(keep(event.data.keep));
});
self.addEventListener('fetch', (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'GET' && url.pathname.startsWith('/static/')) event.respondWith(file(request, url));
  else if (request.mode !== 'navigate') return;
  else if (request.method === 'GET') event.respondWith(page(event));
  else if (request.method === 'POST' && STEP.test(url.pathname)) event.respondWith(answer(request, url));
});

/** The name of the one cache of pages, and its owner; {} before the first home of this person. */
async function kept() {
  const name = (await caches.keys()).find((each) => each.startsWith('kept-'));
  return name ? { name, owner: name.split('-')[1] } : {};
}

/** What is kept under this name. Nothing is opened: a cache that app.js erases meanwhile would be there again. */
const find = async (name, request, how) => (name ? caches.match(request, { cacheName: name, ...anyVary, ...how }) : undefined);

async function fetched(request) {
  const response = await fetch(request);
  if (AWAY.includes(response.status)) throw new Error('the site is away'); // a proxy says so
  return response;
}

/** Keep what the list names and is not kept yet; what it no longer names goes. */
async function keep(address) {
  const before = erasures, response = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!response.ok || response.redirected) return;
  const copy = response.clone(), list = await response.json(), name = `kept-${list.owner}-${list.version}`;
  for (const other of await caches.keys()) if (other.startsWith('kept-') && other !== name) await caches.delete(other);
  if (before !== erasures) return;
  // Opened once: erased meanwhile, it stays erased, whatever is still put into it.
  const cache = await caches.open(name), wanted = new Set(list.pages.map((each) => each.url));
  for (const old of await cache.keys()) {
    const { pathname, search } = new URL(old.url);
    if (STEP.test(pathname) && !wanted.has(pathname + search)) await cache.delete(old);
  }
  await cache.put(LIST, copy);
  for (const url of [list.away, ...wanted]) {
    if (await cache.match(url, anyVary)) continue;
    const found = await fetch(url);
    if (!found.ok || found.redirected || (url !== list.away && found.headers.get('X-Kept-For') !== list.owner)) continue;
    await store(cache, url, found);
  }
}

/** A page after the files that it names: after a release they are others, and a page without them has no style. */
async function store(cache, url, page) {
  const html = await page.clone().text();
  for (const path of new Set(html.match(/\/static\/[\w./-]+/g))) if (!(await cache.match(path, anyVary))) await cache.add(path);
  await cache.put(url, page);
}

/** A hashed name never changes its content; another one is asked for as long as there is a network. */
async function file(request, url) {
  const stored = await find((await kept()).name, request);
  if (stored && HASHED.test(url.pathname)) return stored;
  try { return await fetch(request); } catch { return stored ?? Response.error(); }
}

/** From the network; without one, or while it drags, as it was kept; else the page that says so. */
async function page(event) {
  const { request } = event, { name, owner } = await kept();
  if (!name) return fetch(request);
  const exact = await find(name, request), stored = exact ?? await find(name, request, { ignoreSearch: true });
  const fresh = fetched(request).then((response) => {
    if (exact && response.ok) event.waitUntil(renew(name, request.url, response.headers.get('X-Kept-For') === owner && response.clone()));
    return response;
  });
  fresh.catch(() => {});
  const late = stored ? [new Promise((resolve) => { setTimeout(resolve, PATIENCE, stored); })] : [];
  try { return await Promise.race([fresh, ...late]); } catch { return stored ?? away(name); }
}

/** The page as it is now, or none where it is no longer its owner's. */
async function renew(name, url, response) {
  if (!(await caches.has(name))) return;
  const cache = await caches.open(name);
  await (response ? store(cache, url, response) : cache.delete(url));
}

async function away(name) {
  const list = await (await find(name, LIST))?.json();
  return (list && await find(name, list.away)) ?? Response.error();
}

/** An answer: sent, or kept until there is a network; a later answer to the same question takes its place. */
async function answer(request, url) {
  const copy = request.clone(), isWaiting = (await caches.keys()).some((each) => each.startsWith('waiting-'));
  let response = null;
  try { response = await fetched(request); } catch { /* kept below */ }
  if (response && (!isWaiting || response.status >= 500)) return response;
  const form = await copy.formData(), owner = form.get('waits'), outbox = `waiting-${owner}`, { name } = await kept();
  const question = QUESTION.filter((each) => form.has(each)).map((each) => [each, form.get(each)]);
  const key = `${url.pathname}?${new URLSearchParams(question)}`;
  if (response) { // what waited for the same question has served
    if (await caches.has(outbox)) await (await caches.open(outbox)).delete(key);
    return response;
  }
  if (!owner) return away(name); // a card that is sorted: the page says that it was not placed
  form.delete('csrfmiddlewaretoken'); // too old by then
  await (await caches.open(outbox)).put(key, new Response(form, { headers: { 'X-At': Date.now() } }));
  return Response.redirect(await onward(name, url, form), 303);
}

/** The next page that is kept, as the server would have led there; else the same again. */
async function onward(name, url, form) {
  const { pages = [] } = await (await find(name, LIST))?.json() ?? {}, urls = pages.map((each) => each.url);
  if (form.get('action') === 'clear') return url.pathname;
  for (const at of ['q', 'p']) {
    const next = `${url.pathname}?${at}=${Number(form.get(at)) + 1}`;
    if (form.has(at) && urls.includes(next)) return next;
  }
  const last = urls.findLastIndex((each) => each.split('?')[0] === url.pathname);
  return last < 0 ? url.pathname : urls[last + 1] ?? url.pathname;
}
