// <form data-in-place="id">: the answer replaces the element with this id, the page stays where it is.
//
// The server knows it by the header htmx sends, and answers with that part alone; anything else it answers (a
// page to go to, a sign-in) is followed, and without a network the form is sent as it always was.
document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-in-place]');
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  for (const button of form.querySelectorAll('button')) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
    if (answer.redirected) { location.assign(answer.url); return; }
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    document.getElementById(form.dataset.inPlace).outerHTML = await answer.text();
    document.getElementById(form.dataset.inPlace).querySelector('[data-focus]')?.focus();
  } catch {
    for (const button of form.querySelectorAll('button')) button.disabled = false;
    form.submit();
  }
});
