// <a href="a page with the same form" data-unfold="id">: shows that element in its place, and hides it again.
// Without JavaScript the link leads to the page.
for (const link of document.querySelectorAll('[data-unfold]')) {
  const element = document.getElementById(link.dataset.unfold);
  if (!element) continue;
  link.setAttribute('role', 'button');
  link.setAttribute('aria-expanded', 'false');
  link.setAttribute('aria-controls', element.id);
  const toggle = (event) => {
    event.preventDefault();
    element.hidden = !element.hidden;
    link.setAttribute('aria-expanded', String(!element.hidden));
  };
  link.addEventListener('click', toggle);
  link.addEventListener('keydown', (event) => { if (event.key === ' ') toggle(event); });
}
