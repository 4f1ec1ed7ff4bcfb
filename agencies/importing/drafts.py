"""A file between its dry run and its confirmation; every function needs the scope of the network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import PurePath
from typing import cast

from django.db import connection
from django.http import Http404
from django.utils import timezone

from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.planning import Plan, make_plan
from agencies.importing.problems import FileRefusal
from agencies.models import ImportDraft, Membership


def keep(membership: Membership, filename: str, content: bytes) -> ImportDraft:
    """Store the file for its author, who has one at a time in each network."""
    ImportDraft.objects.filter(user_id=membership.user_id).delete()
    return ImportDraft.objects.create(
        network_id=membership.network_id,
        user_id=membership.user_id,
        filename=short_name(filename),
        content=content,
    )


def short_name(filename: str) -> str:
    """The name without folders and control characters, short enough for a heading."""
    bare = PurePath(filename.replace("\\", "/")).name
    printable = "".join(c for c in bare if c.isprintable())
    return printable[-120:] or "fichier"


def get_draft_for(membership: Membership, public_id: str) -> ImportDraft:
    """The person's own file, less than a day old; anything else: Http404."""
    recent = timezone.now() - ImportDraft.LIFETIME
    rows = ImportDraft.objects.select_related("network").filter(
        network_id=cast(int, membership.network_id), user_id=membership.user_id, created_at__gt=recent
    )
    try:
        return rows.get(public_id=public_id)
    except ImportDraft.DoesNotExist:
        raise Http404 from None


def plan_of(draft: ImportDraft, today: dt.date) -> Plan | FileRefusal:
    """The dry run of a stored file, with the suggestions that its author has ticked."""
    return make_plan(draft.network, bytes(draft.content), draft.filename, today, draft.accepted)


def accept_suggestions(draft: ImportDraft, plan: Plan, ticked: Iterable[str]) -> None:
    """Keep the ticked corrections: those in force that stay ticked, and those that the plan suggests.

    Only what Cairn itself suggested is taken over; a form cannot bring values of its own.
    """
    offered = {refusal.key: refusal.suggestion for refusal in plan.refusals if refusal.suggestion}
    known = draft.accepted | offered
    draft.accepted = {key: known[key] for key in ticked if key in known}
    ImportDraft.objects.filter(pk=draft.pk, applied_at=None).update(accepted=draft.accepted)


def confirm(draft: ImportDraft, today: dt.date, *, token: str, leave_refused: bool) -> Applied | NotApplied:
    """Import a stored file as it was shown; then only its counts remain. A second time does nothing.

    Two clicks take turns on the file; Http404 when it has been replaced by another meanwhile.
    """
    try:
        draft.refresh_from_db(from_queryset=ImportDraft.objects.select_for_update(of=("self",)))
    except ImportDraft.DoesNotExist:
        raise Http404 from None
    if draft.applied_at:
        return Applied(**draft.outcome)
    applied = apply_file(
        draft.network,
        bytes(draft.content),
        draft.filename,
        today,
        token=token,
        accepted=draft.accepted,
        leave_refused=leave_refused,
    )
    if isinstance(applied, Applied):
        draft.content, draft.accepted = b"", {}
        draft.applied_at, draft.outcome = timezone.now(), asdict(applied)
        draft.save(update_fields=["content", "accepted", "applied_at", "outcome"])
    return applied


def forget_old_drafts(now: dt.datetime | None = None) -> int:
    """Delete every file older than a day, in all networks and whoever brought it. Needs no scope."""
    before = (now or timezone.now()) - ImportDraft.LIFETIME
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM forget_import_drafts(%s)", [before])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
