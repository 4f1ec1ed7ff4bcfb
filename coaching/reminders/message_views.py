"""A coach's own messages: written, read over and sent off, reported. And any letter, before it leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.public_id import new_public_id
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.models import Cohort
from coaching.learning.steps.base import typed_number
from coaching.reminders.access import get_message_for, get_own_message_for, get_reminder_for
from coaching.reminders.coach_mail import (
    MessageProblem,
    discard_message,
    outlooks_of,
    recall_message,
    rewrite_message,
    send_message,
    write_message,
)
from coaching.reminders.explanation import explained
from coaching.reminders.forms import MessageForm
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.reading_over import mail_of, mails_of
from coaching.reminders.recipients import CHOSEN, GROUPS, groups_of, recipients_of
from coaching.reminders.wording import MessageRow, OutlookRow

PER_PAGE = 25
PROBLEMS = {
    "changed": gettext_lazy(
        "Ce message a changé dans une autre fenêtre : rien n’a été fait. Relisez-le tel qu’il est maintenant."
    ),
    "not_draft": gettext_lazy("L’envoi de ce message a déjà été demandé : il ne change plus."),
    "recalled": gettext_lazy("L’envoi de ce message a été annulé : il ne part plus."),
    "archived": gettext_lazy("Cette promotion est archivée : plus rien n’en part."),
    "nobody": gettext_lazy("Ce message ne partirait pour personne : chaque nom dit pourquoi."),
}


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def write(request: NetworkRequest, slug: str, cohort_id: str, message_id: str = "") -> HttpResponse:
    """Write to one, to some, to all; the words wait, unsent, for the next page."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status in (Cohort.Status.DRAFT, Cohort.Status.ARCHIVED):
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)
    draft = get_own_message_for(request.membership, cohort, message_id) if message_id else None
    if draft is not None and not draft.is_draft:
        messages.info(request, PROBLEMS["not_draft"])
        return _to_message(slug, draft)
    form = _form(request, cohort, draft)
    if form.is_bound and form.is_valid() and (written := _write(request, cohort, draft, form)):
        return _to_message(slug, written)
    context = {"form": form, "cohort": cohort, "draft": draft}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/reminders/message_form.html", context, status=status)


def _form(request: NetworkRequest, cohort: Cohort, draft: CoachMessage | None) -> MessageForm:
    recipients = recipients_of(cohort, timezone.now())
    posted = request.POST.copy() if request.method == "POST" else None
    initial: dict[str, Any] = {"key": new_public_id(), "group": "all"}
    to = request.GET.get("to", "")
    if draft is not None:
        initial = {
            "group": CHOSEN,
            "people": draft.people,
            "subject": draft.subject,
            "body": draft.body,
            "revision": draft.revision,
        }
    elif again := request.GET.get("again", ""):
        former = get_own_message_for(request.membership, cohort, again)
        initial |= {"group": CHOSEN, "subject": former.subject, "body": former.body}  # to whom is asked anew
    elif to in GROUPS:
        initial["group"] = to
    elif to:
        initial |= {"group": CHOSEN, "people": [to]}
    return MessageForm(posted, recipients=recipients, groups=groups_of(recipients), initial=initial)


def _write(
    request: NetworkRequest, cohort: Cohort, draft: CoachMessage | None, form: MessageForm
) -> CoachMessage | None:
    told = form.cleaned_data
    words = {"subject": told["subject"], "body": told["body"], "people": told["chosen"]}
    if draft is None:
        return write_message(request.membership, cohort, key=told["key"], **words)
    try:
        return rewrite_message(draft, revision=told["revision"] or 0, **words)
    except MessageProblem as problem:
        form.add_error(None, str(PROBLEMS[problem.code]))
        draft.refresh_from_db()
        form.data["revision"] = str(draft.revision)  # type: ignore[index]  # seen now
        return None


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def message(request: NetworkRequest, slug: str, cohort_id: str, message_id: str) -> HttpResponse:
    """Before: what each person will read, when, or why not. After: what became of it, person by person."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if request.method == "POST":
        own = get_own_message_for(request.membership, cohort, message_id)
        return _act(request, slug, own)
    shown = get_message_for(request.membership, cohort, message_id)
    is_own = shown.author_id == request.membership.pk
    context: dict[str, Any] = {"message": shown, "cohort": cohort, "is_own": is_own}
    if shown.is_draft:
        return render(request, "coaching/reminders/message_preview.html", context | _preview(request, shown))
    return render(request, "coaching/reminders/message_report.html", context | _report(request, shown))


def _preview(request: NetworkRequest, shown: CoachMessage) -> dict[str, Any]:
    now = timezone.now()
    outlooks = outlooks_of(shown, now)
    page = Paginator(outlooks, PER_PAGE).get_page(request.GET.get("page"))
    here = list(page.object_list)
    return {
        "page": page,
        "rows": [OutlookRow(*pair) for pair in zip(here, mails_of(shown, here, now), strict=True)],
        "going": sum(each.leaves_at is not None for each in outlooks),
        "people": len(outlooks),
    }


def _report(request: NetworkRequest, shown: CoachMessage) -> dict[str, Any]:
    rows = Reminder.objects.of_message(shown).with_person().order_by("due_at", "id")
    page = Paginator(rows, PER_PAGE * 2).get_page(request.GET.get("page"))
    waiting = Reminder.objects.of_message(shown).filter(state__in=("due", "leased")).count()
    return {"page": page, "rows": [MessageRow(row) for row in page.object_list], "waiting": waiting}


def _act(request: NetworkRequest, slug: str, own: CoachMessage) -> HttpResponse:
    action, revision = request.POST.get("action", ""), typed_number(request.POST.get("revision"))
    try:
        if action == "send":
            _send(request, own, revision)
        elif action == "recall":
            _recall(request, own)
        elif action == "discard":
            discard_message(own)
            messages.success(request, _("Le brouillon est effacé."))
            return redirect("reminders:cohort_messages", slug=slug, cohort_id=own.cohort.public_id)
    except MessageProblem as problem:
        messages.warning(request, PROBLEMS[problem.code])
    return _to_message(slug, own)


def _send(request: NetworkRequest, own: CoachMessage, revision: int) -> None:
    count = send_message(own, revision)
    text = ngettext(
        "C’est demandé : votre message part pour %(count)s personne, à ses heures.",
        "C’est demandé : votre message part pour %(count)s personnes, à leurs heures.",
        count,
    )
    messages.success(request, text % {"count": count})


def _recall(request: NetworkRequest, own: CoachMessage) -> None:
    count = recall_message(own)
    if not count:
        messages.info(request, _("Il était déjà parti pour tout le monde : rien n’a pu être repris."))
        return
    text = ngettext("Envoi annulé pour %(count)s personne.", "Envoi annulé pour %(count)s personnes.", count)
    messages.success(request, text % {"count": count})


@allows(Permission.SEE_COHORTS)
@require_GET
def letter(request: NetworkRequest, slug: str, cohort_id: str, reminder_id: str) -> HttpResponse:
    """Any message that has not left, as the person would read it: nothing is signed by a coach unread."""
    cohort = get_cohort_for(request.membership, cohort_id)
    reminder = get_reminder_for(cohort, reminder_id)
    is_waiting = reminder.state == Reminder.State.DUE
    context = {
        "cohort": cohort,
        "row": MessageRow(reminder),
        "mail": mail_of(reminder, timezone.now()) if is_waiting else None,
    }
    return render(request, "coaching/reminders/letter.html", context)


@allows(Permission.SEE_COHORTS)
@require_GET
def explanation(request: NetworkRequest, slug: str, cohort_id: str, reminder_id: str) -> HttpResponse:
    """Any message of the cohort's people: why it is, why then, what became of it, why not."""
    cohort = get_cohort_for(request.membership, cohort_id)
    reminder = get_reminder_for(cohort, reminder_id)
    (told,) = explained([reminder])
    context = {"cohort": cohort, "row": MessageRow(reminder, cohort), "told": told}
    return render(request, "coaching/reminders/explanation.html", context)


def _to_message(slug: str, shown: CoachMessage) -> HttpResponse:
    return redirect(
        "reminders:message", slug=slug, cohort_id=shown.cohort.public_id, message_id=shown.public_id
    )
