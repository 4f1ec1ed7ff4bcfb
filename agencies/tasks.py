"""Background work of the agencies app: files that nobody confirmed are forgotten."""

from __future__ import annotations

from celery import shared_task

from agencies.importing.drafts import forget_old_drafts


@shared_task
def forget_import_drafts() -> int:
    """Delete imported files older than a day; running it twice or late changes nothing more."""
    return forget_old_drafts()
