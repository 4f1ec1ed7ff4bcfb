"""Publishing a draft: its label, what changes, and what hinders it, each with a link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.programmes.access import DraftGone
from coaching.programmes.authoring.blocks import WeekLine, week_lines
from coaching.programmes.authoring.faults import faults_of
from coaching.programmes.forms import PublishForm
from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.services import DraftChanged, PublicationRefused, publish_draft
from coaching.programmes.services.drafts import label_for
from coaching.programmes.views.drafts import changed_elsewhere, draft_of, frame, posted_revision
from coaching.programmes.views.gone import keeps_words
from coaching.programmes.views.modules import fault_url
from coaching.programmes.wording import problem_sentence

if TYPE_CHECKING:
    from accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def publish(request: HttpRequest, draft_id: str) -> HttpResponse:
    """The last look before a version is frozen. Sent twice, the second leads where the first did."""
    try:
        return _publish(request, draft_id)
    except DraftGone:
        if (published := _published_a_moment_ago(request)) is None:
            raise
        return _shelf_of(published)


def _publish(request: HttpRequest, draft_id: str) -> HttpResponse:
    draft = draft_of(request, draft_id)
    if request.method == "GET":
        form = PublishForm(initial={"label": label_for(draft)})
        return render(request, "coaching/programmes/draft_publish.html", _page(request, draft, form))
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            version = publish_draft(draft, posted_revision(request), **form.cleaned_data)
        except DraftChanged as changed:
            messages.warning(request, changed_elsewhere())
            return redirect("programmes:publish", changed.draft.public_id)
        except PublicationRefused as refused:
            _refuse(form, refused)
        else:
            words = {"title": version.title_fr, "label": version.label}
            messages.success(request, _published() % words)
            return _shelf_of(version)
    return render(request, "coaching/programmes/draft_publish.html", _page(request, draft, form), status=422)


def _published_a_moment_ago(request: HttpRequest) -> ProgrammeVersion | None:
    """The version of one's own that bears the key and the label of this form."""
    versions = ProgrammeVersion.objects.light().filter(programme__owner=cast("User", request.user))
    key, label = (request.POST.get(name, "").replace("\0", "") for name in ("key", "label"))
    return versions.of_programme(key).filter(label=label).select_related("programme").first()


def _shelf_of(version: ProgrammeVersion) -> HttpResponse:
    return redirect("cohorts:library_programme", key=version.programme.slug)


def _published() -> str:
    return _(
        "%(title)s, version %(label)s, est publiée. Les prochaines promotions l’utiliseront ; "
        "les autres peuvent l’adopter, une par une."
    )


def _refuse(form: forms.Form, refused: PublicationRefused) -> None:
    """What concerns the label beside the label; the page lists everything else with its place."""
    for problem in refused.problems:
        if problem.path == "version":
            form.add_error("label", problem_sentence(problem))
        elif problem.path in ("key", "to_write"):
            form.add_error(None, problem_sentence(problem))
    if not form.errors:
        form.add_error(None, _("Il reste des points à corriger : ils sont listés plus bas."))


def _page(request: HttpRequest, draft: ProgrammeDraft, form: forms.Form) -> dict[str, Any]:
    faults = [(fault, fault_url(draft, fault)) for fault in faults_of(draft.document)]
    weeks = week_lines(draft.document, draft.stale, get_language() or "fr")
    return frame(request, draft) | {
        "form": form,
        "faults": [each for each in faults if each[0].is_error],
        "advice": [each for each in faults if not each[0].is_error],
        "missing": sum(line.english.missing for line in weeks),
        "stale": sum(line.english.stale for line in weeks),
        "to_review": list(_to_review(draft, weeks)),
        "to_write": [module.title for line in weeks for module in line.modules if not module.is_written],
        "next_label": label_for(draft),
    }


def _to_review(draft: ProgrammeDraft, weeks: list[WeekLine]) -> Iterator[tuple[str, str, int]]:
    """(title, page, how many) of each module, and each title of a week, whose English is to be reviewed."""
    for line in weeks:
        here = line.english.to_review - sum(module.english.to_review for module in line.modules)
        if here:
            page = reverse("programmes:week", args=[draft.public_id, line.key])
            yield line.title or line.name, page, here
        for module in line.modules:
            if module.english.to_review:
                page = reverse("programmes:module", args=[draft.public_id, module.key])
                yield module.title, f"{page}?only=review", module.english.to_review
