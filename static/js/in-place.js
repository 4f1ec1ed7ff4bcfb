// <form data-in-place="id">: the answer replaces the element with this id, the page stays where it is.
//
// The server knows it by the header htmx sends, and answers with that part alone; anything else it answers (a
// page to go to, a sign-in) is followed, and without a network the form is sent as it always was, with the
// button that sent it. A form that names a sentence (data-refused="id of an element") stays, with what was
// typed, when the server no longer knows it (403, 404): the sentence says so.
document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-in-place]');
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  for (const button of form.querySelectorAll('button')) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
    if (answer.redirected) { location.assign(answer.url); return; }
    const refused = form.dataset.refused && document.getElementById(form.dataset.refused);
    if (refused && (answer.status === 403 || answer.status === 404)) {
      for (const button of form.querySelectorAll('button')) button.disabled = false;
      refused.hidden = false;
      refused.focus();
      return;
    }
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    document.getElementById(form.dataset.inPlace).outerHTML = await answer.text();
    document.getElementById(form.dataset.inPlace).querySelector('[data-focus]')?.focus();
  } catch {
    for (const button of form.querySelectorAll('button')) button.disabled = false;
    if (event.submitter?.name) {
      const pressed = Object.assign(document.createElement('input'), { type: 'hidden', name: event.submitter.name, value: event.submitter.value });
      form.append(pressed);
    }
    form.submit();
  }
});
