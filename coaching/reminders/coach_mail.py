"""A coach's own messages: written, read once more as each person will read it, sent off, recalled.

Nothing leaves here: what is sent off becomes rows of the ledger, and the claim decides once more. Each verb
runs inside the scope of one network, in one transaction, and holds the message while it decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from agencies.public_id import new_public_id
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.facts import NotSent, Planned
from coaching.reminders.human import address, kind_for
from coaching.reminders.ledger import insert_planned
from coaching.reminders.loading import Loaded, load
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.policy import ReminderPolicy, dedupe_key

RECALLED = "recalled"
FIRST_REVISION = 1
# A row in one of these may still leave: one that an unsubscription cancelled comes back with a subscription.
MAY_LEAVE = (Reminder.State.DUE, Reminder.State.LEASED, Reminder.State.HANDING, Reminder.State.CANCELLED)


class MessageProblem(Exception):
    """A change that the message's state does not allow.

    Codes: changed, not_draft, recalled, archived, nobody.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outlook:
    """What becomes of a message for one person, were it sent off now."""

    loaded: Loaded
    decision: Planned | NotSent

    @property
    def enrolment(self) -> Enrolment:
        return self.loaded.enrolment

    @property
    def leaves_at(self) -> dt.datetime | None:
        return self.decision.due_at if isinstance(self.decision, Planned) else None

    @property
    def because(self) -> str:
        """Why it does not leave, or why it leaves later than at the next open hour."""
        if isinstance(self.decision, Planned):
            return self.decision.moved_because
        return self.decision.because


@transaction.atomic
def write_message(
    author: Membership,
    cohort: Cohort,
    *,
    subject: str,
    body: str,
    people: Sequence[str],
    key: str = "",
    now: dt.datetime | None = None,
) -> CoachMessage:
    """A draft of this coach's. `key` is the form's own: the same form sent twice makes one draft.

    Sent again with other words (the browser's way back), it rewrites that draft; once the draft has gone on,
    it makes another: what was typed is never dropped.
    """
    fields: dict[str, Any] = {
        "cohort": cohort,
        "author": author,
        "words": _words(subject, body),
        "people": list(people),
        "written_at": now or timezone.now(),
    }
    held, is_new = CoachMessage.objects.select_for_update(of=("self",)).get_or_create(
        public_id=key or new_public_id(), defaults=fields
    )
    if is_new:
        return held
    if (held.author_id, held.cohort_id) == (author.pk, cohort.pk):
        if (held.words, held.people) == (fields["words"], fields["people"]):
            return held
        if held.is_draft and held.revision == FIRST_REVISION:
            return rewrite_message(
                held, subject=subject, body=body, people=people, revision=FIRST_REVISION, now=now
            )
    return CoachMessage.objects.create(**fields)


@transaction.atomic
def rewrite_message(
    message: CoachMessage,
    *,
    subject: str,
    body: str,
    people: Sequence[str],
    revision: int,
    now: dt.datetime | None = None,
) -> CoachMessage:
    """Change a draft. Raises MessageProblem: changed (in another window), not_draft."""
    held = _held(message)
    if not held.is_draft:
        raise MessageProblem("not_draft")
    if held.revision != revision:
        raise MessageProblem("changed")
    held.words, held.people = _words(subject, body), list(people)
    held.revision += 1
    held.written_at = now or timezone.now()
    held.save(update_fields=["words", "people", "revision", "written_at"])
    return held


@transaction.atomic
def discard_message(message: CoachMessage) -> None:
    """Forget a draft. Raises MessageProblem("not_draft") when it was sent off meanwhile."""
    if not _held(message).is_draft:
        raise MessageProblem("not_draft")
    message.delete()


@transaction.atomic
def send_message(
    message: CoachMessage,
    revision: int,
    now: dt.datetime | None = None,
    policy: ReminderPolicy | None = None,
) -> int:
    """Send off what was read at this revision; returns to how many people it goes. Idempotent.

    Who gets nothing has a row as well, which says why. Raises MessageProblem: changed, recalled, archived,
    nobody.
    """
    now = now or timezone.now()
    held = _held(message)
    if held.state == CoachMessage.State.QUEUED:
        return Reminder.objects.of_message(held).exclude(state=Reminder.State.SKIPPED).count()
    if held.state == CoachMessage.State.CANCELLED:
        raise MessageProblem("recalled")
    if held.revision != revision:
        raise MessageProblem("changed")
    if held.cohort.status == Cohort.Status.ARCHIVED:
        raise MessageProblem("archived")
    outlooks = outlooks_of(held, now, policy)
    going = [each for each in outlooks if isinstance(each.decision, Planned)]
    if not going:
        raise MessageProblem("nobody")
    insert_planned(
        [
            ((each.enrolment.pk, each.enrolment.membership.user_id), each.decision)
            for each in going
            if isinstance(each.decision, Planned)
        ]
    )
    _store_refused(outlooks, held, now)
    held.state, held.queued_at = CoachMessage.State.QUEUED, now
    held.save(update_fields=["state", "queued_at"])
    return len(going)


@transaction.atomic
def recall_message(message: CoachMessage, now: dt.datetime | None = None) -> int:
    """Take back what has not left; returns for how many people. Idempotent.

    A message that has left for everybody stays one that was sent. A mail that is being prepared is fenced
    too: whoever prepares it finds it is no longer theirs to send. Raises MessageProblem("not_draft") for a
    draft, which is discarded instead.
    """
    now = now or timezone.now()
    held = _held(message)
    if held.is_draft:
        raise MessageProblem("not_draft")
    waiting = Reminder.objects.of_message(held).filter(state__in=(Reminder.State.DUE, Reminder.State.LEASED))
    recalled = waiting.update(
        state=Reminder.State.CANCELLED,
        reason=RECALLED,
        finished_at=now,
        lease_token=None,
        lease_until=None,
    )
    if Reminder.objects.of_message(held).filter(state__in=MAY_LEAVE).exists():
        held.state = CoachMessage.State.CANCELLED
        held.save(update_fields=["state"])
    return recalled


def outlooks_of(
    message: CoachMessage, now: dt.datetime, policy: ReminderPolicy | None = None
) -> list[Outlook]:
    """What becomes of it for each person chosen, by agency; a constant number of queries."""
    people = Enrolment.objects.filter(cohort_id=message.cohort_id, public_id__in=message.people)
    ids = list(people.by_agency().values_list("pk", flat=True))
    kind, loaded = kind_for(len(ids)), load(ids, now)
    return [
        Outlook(
            loaded[pk],
            address(loaded[pk].facts, kind, message.public_id, policy or loaded[pk].policy, now),
        )
        for pk in ids
        if pk in loaded
    ]


def _store_refused(outlooks: Sequence[Outlook], message: CoachMessage, now: dt.datetime) -> None:
    """A row that says why, for each person whom it does not reach."""
    Reminder.objects.bulk_create(
        [
            Reminder(
                enrolment=each.enrolment,
                recipient_id=each.enrolment.membership.user_id,
                kind=each.decision.kind,
                occurrence=message.public_id,
                dedupe_key=dedupe_key(
                    each.loaded.facts.network_id, each.enrolment.pk, each.decision.kind, message.public_id
                ),
                local_due=each.loaded.facts.calendar.local_minute(now).isoformat(timespec="minutes"),
                time_zone=each.loaded.facts.time_zone,
                due_at=now,
                expires_at=now,
                next_try_at=now,
                state=Reminder.State.SKIPPED,
                reason=each.because,
                finished_at=now,
            )
            for each in outlooks
            if isinstance(each.decision, NotSent)
        ],
        ignore_conflicts=True,
    )


def _words(subject: str, body: str) -> dict[str, str]:
    """As typed, but for the ends and the line breaks of other systems; a subject has none."""
    return {"subject": " ".join(subject.split()), "body": "\n".join(body.strip().splitlines())}


def _held(message: CoachMessage) -> CoachMessage:
    return CoachMessage.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=message.pk)
