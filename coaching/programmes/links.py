"""Where a draft is written; the library while no editor is installed."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from coaching.programmes.models import ProgrammeDraft


def draft_url(draft: ProgrammeDraft) -> str:
    """The address of the editor of this draft."""
    try:
        return reverse("programmes:draft", args=[draft.public_id])
    except NoReverseMatch:
        return reverse("cohorts:library")
