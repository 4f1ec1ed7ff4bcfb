"""Import of a network by page: bring a file, read the dry run, tick suggestions, confirm."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.forms_import import ImportForm
from agencies.import_screen import dry_run, figures_after
from agencies.importing import drafts
from agencies.importing.applying import Applied, NotApplied
from agencies.importing.columns import REQUIRED, Column
from agencies.importing.planning import Plan, make_plan
from agencies.importing.problems import FileRefusal
from agencies.importing.report import report_csv
from agencies.importing.wording import COLUMNS, file_sentence
from agencies.models import ImportDraft
from agencies.roles import Permission


@never_cache
@require_http_methods(["GET", "POST"])
@allows(Permission.IMPORT_NETWORK)
def upload(request: NetworkRequest, slug: str) -> HttpResponse:
    """Choose a file; one that can be read leads to its dry run, another is refused with its reason."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        content, name = file.read(), drafts.short_name(file.name or "")
        plan = make_plan(request.network, content, name, request.network.today())
        if not isinstance(plan, FileRefusal):
            drafts.forget_old_drafts()
            draft = drafts.keep(request.membership, name, content)
            return redirect("agencies:import_review", slug=slug, public_id=draft.public_id)
        form.add_error("file", file_sentence(plan))
    status = 422 if form.is_bound else 200
    return render(request, "agencies/import.html", {"form": form, "columns": _columns_help()}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@allows(Permission.IMPORT_NETWORK)
def review(request: NetworkRequest, slug: str, public_id: str) -> HttpResponse:
    """The dry run of one's own file; POST « replay » takes suggestions over, « confirm » imports."""
    draft = drafts.get_draft_for(request.membership, public_id)
    if draft.applied_at:
        return _result(request, draft)
    if request.method == "POST" and request.POST.get("action") == "confirm":
        return _confirm(request, draft)
    plan = drafts.plan_of(draft, request.network.today())
    if isinstance(plan, FileRefusal):  # the rules have changed since the upload
        draft.delete()
        return redirect("agencies:import", slug=slug)
    if request.method == "POST":
        drafts.accept_suggestions(draft, plan, request.POST.getlist("fix"))
        return redirect("agencies:import_review", slug=slug, public_id=public_id)
    return _show(request, draft, plan)


@never_cache
@require_GET
@allows(Permission.IMPORT_NETWORK)
def report(request: NetworkRequest, slug: str, public_id: str) -> HttpResponse:
    """The dry run as a CSV file."""
    draft = drafts.get_draft_for(request.membership, public_id)
    plan = drafts.plan_of(draft, request.network.today())
    if isinstance(plan, FileRefusal):
        return redirect("agencies:import_review", slug=slug, public_id=public_id)
    return HttpResponse(
        report_csv(plan),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="essai-import.csv"'},
    )


def _confirm(request: NetworkRequest, draft: ImportDraft) -> HttpResponse:
    outcome = drafts.confirm(
        draft,
        request.network.today(),
        token=request.POST.get("token", ""),
        leave_refused=request.POST.get("leave_refused") == "on",
    )
    if isinstance(outcome, Applied):
        return redirect("agencies:import_review", slug=request.network.slug, public_id=draft.public_id)
    plan = drafts.plan_of(draft, request.network.today())
    if outcome is NotApplied.UNREADABLE or isinstance(plan, FileRefusal):
        return redirect("agencies:import", slug=request.network.slug)
    if outcome is NotApplied.STALE:
        problem = _("Le réseau a changé depuis cet essai : rien n’a été importé. Voici l’essai remis à jour.")
        return _show(request, draft, plan, problem=problem, status=409)
    problem = _("Rien n’a été importé : cochez la case pour laisser de côté les lignes refusées.")
    return _show(request, draft, plan, problem=problem, field="leave_refused", status=422)


def _result(request: NetworkRequest, draft: ImportDraft) -> HttpResponse:
    context = {"draft": draft, "figures": figures_after(Applied(**draft.outcome))}
    return render(request, "agencies/import_done.html", context)


def _show(
    request: NetworkRequest,
    draft: ImportDraft,
    plan: Plan,
    *,
    problem: str = "",
    field: str = "",
    status: int = 200,
) -> HttpResponse:
    context = dry_run(draft, plan, request.GET) | {"problem": problem, "problem_field": field}
    return render(request, "agencies/import_review.html", context, status=status)


def _columns_help() -> list[dict[str, Any]]:
    """Every column a file may have, the necessary ones first."""
    examples = {
        Column.CODE: "GO-20",
        Column.AGENCY: "Vannes",
        Column.CITY: "Vannes",
        Column.POSTAL_CODE: "56000",
        Column.HEAD: "Yann Le Goff",
        Column.EMAIL: "yann.legoff@rivages.test",
        Column.LANGUAGE: _("français, anglais"),
        Column.STATUS: _("salarié, indépendant, franchisé, autre"),
        Column.INTERIM: _("oui, non"),
        Column.OPEN_DAYS: _("lun-ven, ou mar, mer, sam"),
        Column.TIME_ZONE: "Europe/Paris",
        Column.OPENED_ON: "31/12/2026",
    }
    ordered = sorted(examples, key=lambda column: column not in REQUIRED)
    return [
        {"name": str(COLUMNS[column]), "example": examples[column], "is_required": column in REQUIRED}
        for column in ordered
    ]
