// Opens a <dialog> from an ordinary link: <a href="full-page" data-dialog="dialog-id">.
// Without JavaScript the link leads to a full page with the same form.
for (const link of document.querySelectorAll('[data-dialog]')) {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog?.showModal) continue;
  link.setAttribute('role', 'button');
  link.setAttribute('aria-haspopup', 'dialog');
  const open = (event) => { event.preventDefault(); dialog.showModal(); };
  link.addEventListener('click', open);
  link.addEventListener('keydown', (event) => { if (event.key === ' ') open(event); });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close]')) dialog.close();
  });
}
