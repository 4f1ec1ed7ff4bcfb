"""Where a draft is written."""

from __future__ import annotations

from django.urls import reverse

from coaching.programmes.models import ProgrammeDraft


def draft_url(draft: ProgrammeDraft) -> str:
    """The address of the editor of this draft."""
    return reverse("programmes:draft", args=[draft.public_id])
