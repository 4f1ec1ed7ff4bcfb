"""A list of people brought to step 4: pasted or in a file, tried first, then imported and ticked at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows, require
from agencies.import_screen import dry_run
from agencies.importing import drafts
from agencies.importing.applying import Applied, NotApplied
from agencies.importing.pasted import packed, unpacked
from agencies.importing.planning import Plan, make_plan
from agencies.importing.problems import FileRefusal
from agencies.importing.wording import file_sentence
from agencies.models import ImportDraft
from agencies.roles import Permission
from coaching.cohorts.forms_people import PeopleListForm
from coaching.cohorts.models import Cohort
from coaching.cohorts.people import choice_for
from coaching.cohorts.services import add_members
from coaching.cohorts.views.wizard import on_draft, to_step

LIST_NAME = "liste"


@allows(Permission.RUN_COHORTS)
@never_cache
@require_http_methods(["GET", "POST"])
@on_draft
def bring(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Paste a list or choose a file; what can be read leads to its dry run."""
    require(request.membership, Permission.IMPORT_NETWORK)
    if request.method != "POST":
        return _form_page(request, cohort, PeopleListForm(initial={"text": _text_again(request)}))
    form = PeopleListForm(request.POST, request.FILES)
    if form.is_valid():
        name, content, field = _brought(form)
        plan = make_plan(request.network, content, name, request.network.today())
        if not isinstance(plan, FileRefusal):
            drafts.forget_old_drafts()
            draft = drafts.keep(request.membership, name, content)
            return _to_review(cohort, draft)
        form.add_error(field, file_sentence(plan))
    return _form_page(request, cohort, form, status=422)


def _brought(form: PeopleListForm) -> tuple[str, bytes, str]:
    """Name, content and field of what was sent; a text passes before a file."""
    if text := form.cleaned_data["text"]:
        return LIST_NAME, packed(text), "text"
    file: UploadedFile = form.cleaned_data["file"]
    return drafts.short_name(file.name or ""), file.read(), "file"


def _text_again(request: NetworkRequest) -> str:
    """The list one goes back to correct; it stands with its author for a day."""
    if not (wanted := request.GET.get("list")):
        return ""
    return unpacked(bytes(drafts.get_draft_for(request.membership, wanted).content)) or ""


@allows(Permission.RUN_COHORTS)
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: NetworkRequest, slug: str, cohort_id: str, public_id: str) -> HttpResponse:
    """The dry run of what was brought; « replay » takes suggestions over, « confirm » imports and ticks."""
    checked: HttpResponse = on_draft(lambda inner, cohort: _review(inner, cohort, public_id))(
        request, slug, cohort_id
    )
    return checked


def _review(request: NetworkRequest, cohort: Cohort, public_id: str) -> HttpResponse:
    draft = drafts.get_draft_for(request.membership, public_id)
    if draft.applied_at:  # a second click, or the way back in the browser
        return to_step("members", cohort)
    plan = drafts.plan_of(draft, request.network.today())
    if isinstance(plan, FileRefusal):  # the rules have changed since
        draft.delete()
        return to_step("bring_people", cohort)
    if request.method != "POST":
        return _review_page(request, cohort, draft, plan)
    if request.POST.get("action") == "confirm":
        return _confirm(request, cohort, draft, plan)
    drafts.accept_suggestions(draft, plan, request.POST.getlist("fix"))
    return _to_review(cohort, draft)


def _confirm(request: NetworkRequest, cohort: Cohort, draft: ImportDraft, plan: Plan) -> HttpResponse:
    """Import and enrol in one go: neither stays without the other."""
    today = request.network.today()
    with transaction.atomic():
        outcome = drafts.confirm(
            draft,
            today,
            token=request.POST.get("token", ""),
            leave_refused=request.POST.get("leave_refused") == "on",
        )
        if isinstance(outcome, Applied):
            emails = {item.entry.email for item in plan.items if item.entry.email}
            count = add_members(cohort, choice_for(cohort, today).listed(emails))
            messages.success(request, _brought_sentence(count))
            return to_step("members", cohort)
    again = drafts.plan_of(draft, today)
    if outcome is NotApplied.UNREADABLE or isinstance(again, FileRefusal):
        return to_step("bring_people", cohort)
    if outcome is NotApplied.STALE:
        problem = _("Le réseau a changé depuis cet essai : rien n’a été importé. Voici l’essai remis à jour.")
        return _review_page(request, cohort, draft, again, problem=problem, status=409)
    problem = _("Rien n’a été importé : cochez la case pour laisser de côté les lignes refusées.")
    return _review_page(
        request, cohort, draft, again, problem=problem, problem_field="leave_refused", status=422
    )


def _brought_sentence(count: int) -> str:
    text = ngettext(
        "%(count)s personne de votre liste est cochée ci-dessous.",
        "%(count)s personnes de votre liste sont cochées ci-dessous.",
        count,
    )
    return text % {"count": count}


def _form_page(
    request: NetworkRequest, cohort: Cohort, form: PeopleListForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "cohort": cohort, "step": "members"}
    return render(request, "coaching/cohorts/cohort_bring.html", context, status=status)


def _review_page(
    request: NetworkRequest,
    cohort: Cohort,
    draft: ImportDraft,
    plan: Plan,
    *,
    status: int = 200,
    **words: Any,
) -> HttpResponse:
    context = dry_run(draft, plan, request.GET) | {
        "cohort": cohort,
        "step": "members",
        "is_list": plan.table.is_list,
        "people": len({item.entry.email for item in plan.items if item.entry.email}),
        **words,
    }
    return render(request, "coaching/cohorts/cohort_bring_review.html", context, status=status)


def _to_review(cohort: Cohort, draft: ImportDraft) -> HttpResponse:
    return redirect(
        "cohorts:import_people",
        slug=cohort.network.slug,
        cohort_id=cohort.public_id,
        public_id=draft.public_id,
    )
