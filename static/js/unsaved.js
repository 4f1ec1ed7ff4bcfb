// form[data-unsaved]: words typed and not yet sent are not lost to another button or link of the page. Leaving by
// anything but the form's own buttons is asked about first, in the browser's words. Without it, nothing is asked.
const changed = new Set();
for (const form of document.querySelectorAll('form[data-unsaved]')) {
  form.addEventListener('input', () => changed.add(form));
  form.addEventListener('submit', () => changed.delete(form));
}
addEventListener('beforeunload', (event) => { if (changed.size) event.preventDefault(); });
