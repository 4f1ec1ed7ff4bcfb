// Opens a <dialog> from an ordinary link: <a href="full-page" data-dialog="dialog-id">.
// Without JavaScript the link leads to a full page with the same form.
// <textarea data-copies="#other"> takes over what stands in the other field, as long as it is untouched.
for (const link of document.querySelectorAll('[data-dialog]')) {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog?.showModal) continue;
  link.setAttribute('role', 'button');
  link.setAttribute('aria-haspopup', 'dialog');
  const copy = dialog.querySelector('[data-copies]');
  const open = (event) => {
    event.preventDefault();
    if (copy && copy.value === copy.defaultValue) copy.value = document.querySelector(copy.dataset.copies)?.value ?? copy.value;
    dialog.showModal();
  };
  link.addEventListener('click', open);
  link.addEventListener('keydown', (event) => { if (event.key === ' ') open(event); });
  dialog.addEventListener('click', (event) => {
    const closer = event.target.closest('[data-close]');
    if (closer) event.preventDefault(); // a link leads back to the page when there is no script
    if (closer || event.target === dialog) dialog.close();
  });
}
