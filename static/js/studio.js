// Beside autosave.js, for a post under way. Without JavaScript saving shows the same, and a text can be selected.
// After each saving the server's answer brings `html`, the post as it will look: it goes into [data-side].
// <button data-copy="#field" data-status="#place" data-done="Copié"> copies a field; the word is said in that place.
for (const form of document.querySelectorAll('form[data-autosave]')) {
  form.addEventListener('saved', (event) => {
    const side = document.querySelector('[data-side]');
    if (!side || !event.detail.html) return;
    side.replaceChildren(...new DOMParser().parseFromString(event.detail.html, 'text/html').body.children);
  });
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const field = document.querySelector(button.dataset.copy), status = document.querySelector(button.dataset.status);
    try { await navigator.clipboard.writeText(field.value); } catch { field.focus(); field.select(); document.execCommand('copy'); }
    if (status) status.textContent = button.dataset.done;
  });
}
