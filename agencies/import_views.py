"""Import of a network by page: bring a file, read the dry run, tick suggestions, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.forms_import import ImportForm
from agencies.importing import drafts
from agencies.importing.applying import Applied, NotApplied
from agencies.importing.columns import REQUIRED, Column
from agencies.importing.planning import Item, Outcome, Plan, make_plan
from agencies.importing.problems import FileRefusal, Refusal
from agencies.importing.report import report_csv
from agencies.importing.wording import (
    COLUMNS,
    FIELDS,
    OUTCOMES,
    SEPARATORS,
    file_sentence,
    item_sentence,
    notice_sentence,
    refusal_sentence,
    value_words,
)
from agencies.models import ImportDraft
from agencies.roles import Permission

PAGE_SIZE = 50
MAX_REFUSALS_SHOWN = 100
MAX_NOTICES_SHOWN = 20
TAGS = {Outcome.CREATED: "ok", Outcome.CHANGED: "info", Outcome.UNCHANGED: ""}


@never_cache
@require_http_methods(["GET", "POST"])
@allows(Permission.IMPORT_NETWORK)
def upload(request: NetworkRequest, slug: str) -> HttpResponse:
    """Choose a file; one that can be read leads to its dry run, another is refused with its reason."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        content, name = file.read(), drafts.short_name(file.name or "")
        plan = make_plan(request.network, content, name, timezone.localdate())
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
    plan = drafts.plan_of(draft, timezone.localdate())
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
    plan = drafts.plan_of(draft, timezone.localdate())
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
        timezone.localdate(),
        token=request.POST.get("token", ""),
        leave_refused=request.POST.get("leave_refused") == "on",
    )
    if isinstance(outcome, Applied):
        return redirect("agencies:import_review", slug=request.network.slug, public_id=draft.public_id)
    plan = drafts.plan_of(draft, timezone.localdate())
    if outcome is NotApplied.UNREADABLE or isinstance(plan, FileRefusal):
        return redirect("agencies:import", slug=request.network.slug)
    if outcome is NotApplied.STALE:
        problem = _("Le réseau a changé depuis cet essai : rien n’a été importé. Voici l’essai remis à jour.")
        return _show(request, draft, plan, problem=problem, status=409)
    problem = _("Rien n’a été importé : cochez la case pour laisser de côté les lignes refusées.")
    return _show(request, draft, plan, problem=problem, field="leave_refused", status=422)


def _result(request: NetworkRequest, draft: ImportDraft) -> HttpResponse:
    context = {"draft": draft, "figures": _figures_after(Applied(**draft.outcome))}
    return render(request, "agencies/import_done.html", context)


# — The dry run on screen ———————————————————————————————————————————————————————————————————————————


@dataclass(frozen=True)
class RefusalRow:
    """One refused cell as the page shows it."""

    refusal: Refusal
    column: str
    sentence: str
    suggestion: str

    @classmethod
    def of(cls, refusal: Refusal) -> RefusalRow:
        suggestion = value_words(refusal.column, refusal.suggestion)
        return cls(refusal, str(COLUMNS[refusal.column]), refusal_sentence(refusal), suggestion)


@dataclass(frozen=True)
class ItemRow:
    """One line that can be imported as the page shows it."""

    item: Item
    tag: str
    kind: str
    sentence: str
    changes: list[dict[str, str]]

    @classmethod
    def of(cls, item: Item) -> ItemRow:
        changes = [
            {
                "label": str(FIELDS[change.field]),
                "old": value_words(change.field, change.old),
                "new": value_words(change.field, change.new),
            }
            for change in item.changes
            if item.outcome is not Outcome.CREATED
        ]
        return cls(item, str(OUTCOMES[item.outcome]), TAGS[item.outcome], item_sentence(item), changes)


def _show(
    request: NetworkRequest,
    draft: ImportDraft,
    plan: Plan,
    *,
    problem: str = "",
    field: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = _shown(request)
    items = [item for item in plan.items if shown is None or item.outcome is shown]
    page = Paginator(items, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "draft": draft,
        "plan": plan,
        "problem": problem,
        "problem_field": field,
        "ready": len(plan.items),
        "rows_read": len(plan.columns.rows),
        "figures": _figures_before(plan),
        "refusals": [RefusalRow.of(refusal) for refusal in plan.refusals[:MAX_REFUSALS_SHOWN]],
        "refusals_hidden": max(0, len(plan.refusals) - MAX_REFUSALS_SHOWN),
        "has_suggestions": bool(draft.accepted) or any(refusal.suggestion for refusal in plan.refusals),
        "accepted": _accepted(draft),
        "notices": [notice_sentence(notice) for notice in plan.notices[:MAX_NOTICES_SHOWN]],
        "notices_hidden": max(0, len(plan.notices) - MAX_NOTICES_SHOWN),
        "filters": _filters(plan, shown),
        "page": page,
        "page_query": f"show={shown}&" if shown else "",
        "rows": [ItemRow.of(item) for item in page],
        "separator": SEPARATORS.get(plan.table.separator, plan.table.separator),
        "required": _recognised(plan, required=True),
        "optional": _recognised(plan, required=False),
    }
    return render(request, "agencies/import_review.html", context, status=status)


def _shown(request: NetworkRequest) -> Outcome | None:
    try:
        return Outcome(request.GET.get("show", ""))
    except ValueError:
        return None


def _figures(counts: Sequence[int], notes: Sequence[str]) -> list[dict[str, Any]]:
    labels = (_("Créées"), _("Modifiées"), _("Inchangées"), _("Refusées"))
    return [
        {"label": label, "value": count, "note": note}
        for label, count, note in zip(labels, counts, notes, strict=True)
    ]


def _figures_before(plan: Plan) -> list[dict[str, Any]]:
    counts = [*(plan.count(outcome) for outcome in Outcome), plan.refused_lines]
    refused = _("à revoir") if plan.refused_lines else _("aucune")
    return _figures(counts, (_("nouvelles agences"), _("avant et après affichés"), _("déjà à jour"), refused))


def _figures_after(done: Applied) -> list[dict[str, Any]]:
    counts = (done.created, done.changed, done.unchanged, done.refused)
    refused = _("laissées de côté") if done.refused else _("aucune")
    return _figures(counts, (_("nouvelles agences"), _("mises à jour"), _("déjà à jour"), refused))


def _filters(plan: Plan, shown: Outcome | None) -> list[dict[str, Any]]:
    labels = {
        Outcome.CREATED: _("Créées"),
        Outcome.CHANGED: _("Modifiées"),
        Outcome.UNCHANGED: _("Inchangées"),
    }
    rows = [{"label": _("Toutes"), "query": "?", "count": len(plan.items), "is_current": shown is None}]
    for outcome, label in labels.items():
        count = plan.count(outcome)
        if count:
            rows.append(
                {
                    "label": label,
                    "query": f"?show={outcome}",
                    "count": count,
                    "is_current": shown is outcome,
                }
            )
    return rows


def _accepted(draft: ImportDraft) -> list[dict[str, str]]:
    """The suggestions in force, in the order of the file; unticking one takes it back."""
    rows = []
    for key, value in draft.accepted.items():
        line, _colon, column = key.partition(":")
        rows.append(
            {"key": key, "line": line, "column": str(COLUMNS[column]), "value": value_words(column, value)}
        )
    return sorted(rows, key=lambda row: int(row["line"]))


def _recognised(plan: Plan, *, required: bool) -> str:
    found = [column for column in plan.columns.positions if (column in REQUIRED) is required]
    return ", ".join(plan.columns.headings[column] for column in found)


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
