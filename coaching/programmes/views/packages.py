"""A package in and out by the page: all errors at once, nothing half imported; the same bytes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from coaching.programmes.access import get_version_for, may_write
from coaching.programmes.forms import PackageForm
from coaching.programmes.links import draft_url
from coaching.programmes.package import Package, read_json_text, read_zip, zip_of_document
from coaching.programmes.problems import Problem
from coaching.programmes.services import document_of, import_document
from coaching.programmes.wording import problem_sentence

if TYPE_CHECKING:
    from accounts.models import User

MAX_SHOWN = 200


@dataclass(frozen=True)
class ProblemRow:
    """One problem as the page shows it."""

    problem: Problem
    sentence: str


@dataclass(frozen=True)
class FileProblems:
    """The problems of one file, in its order."""

    file: str
    rows: tuple[ProblemRow, ...]


def by_file(problems: Sequence[Problem]) -> list[FileProblems]:
    """The problems grouped by their file, in the order of files, lines and columns."""
    ordered = sorted(problems, key=lambda each: (each.file, each.line, each.column or 0))
    return [
        FileProblems(file, tuple(ProblemRow(problem, problem_sentence(problem)) for problem in rows))
        for file, rows in groupby(ordered, key=lambda problem: problem.file)
    ]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def import_package(request: HttpRequest) -> HttpResponse:
    """A ZIP or a JSON document becomes a draft; one error anywhere, and nothing is kept."""
    if not may_write(request.memberships):  # type: ignore[attr-defined]
        raise PermissionDenied
    form = PackageForm(request.POST, request.FILES) if request.method == "POST" else PackageForm()
    if not form.is_bound or not form.is_valid():
        return _page(request, form, None)
    package = _read(form.cleaned_data["file"])
    if package.errors or package.document is None:
        return _page(request, form, package)
    draft, replaced = import_document(cast("User", request.user), package.document)
    if replaced:
        messages.info(
            request,
            _(
                "Votre brouillon de ce parcours contient maintenant le paquet ; "
                "vous pouvez annuler ce changement."
            ),
        )
    else:
        messages.success(request, _("Le paquet est lu en entier : voici son brouillon, rien n’est publié."))
    if package.warnings:
        return render(
            request,
            "coaching/programmes/import_done.html",
            {"draft": draft, "files": by_file(package.warnings[:MAX_SHOWN]), "count": len(package.warnings)},
        )
    return redirect(draft_url(draft))


@login_required
@require_GET
def export_package(request: HttpRequest, version_id: str) -> HttpResponse:
    """The package of a version as a ZIP: of one's own, or of the house. Its author alone gives it away."""
    version = get_version_for(cast("User", request.user), request.memberships, version_id)  # type: ignore[attr-defined]
    document = document_of(version)
    return HttpResponse(
        zip_of_document(document),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{document["key"]}-{document["version"]}.zip"'
        },
    )


def _read(file: UploadedFile) -> Package:
    content, name = file.read(), file.name or ""
    if name.lower().endswith(".json"):
        return read_json_text(content, name=_short(name))
    return read_zip(BytesIO(content), name=_short(name) or "package.zip")


def _short(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-80:]


def _page(request: HttpRequest, form: PackageForm, package: Package | None) -> HttpResponse:
    errors = package.errors if package else []
    context = {
        "form": form,
        "files": by_file(errors[:MAX_SHOWN]),
        "count": len(errors),
        "hidden": max(0, len(errors) - MAX_SHOWN),
    }
    return render(request, "coaching/programmes/import.html", context, status=422 if form.is_bound else 200)
