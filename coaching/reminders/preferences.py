"""What a person decides about their messages: how many, none, again. Each is one transaction in one scope."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.addresses import address_hash
from coaching.cohorts.models import Enrolment
from coaching.reminders.facts import TOLD_ANYWAY
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.policy_changes import wake
from coaching.reminders.querysets import ReminderQuerySet
from coaching.reminders.softening import soften_if_many_left

UNSUBSCRIBED = Suppression.Reason.UNSUBSCRIBED
# Whoever calls a message spam says the same, less kindly: their own word takes it back too.
OWN_WORD = (UNSUBSCRIBED, Suppression.Reason.COMPLAINT)


def _unsubscriptions(enrolment: Enrolment) -> QuerySet[Suppression]:
    """The person's, whatever their address; and one of before that is known by the address alone."""
    user = enrolment.membership.user
    known = Q(user=user) | Q(address_hash=address_hash(enrolment.network.pk, user.email))
    return Suppression.objects.filter(known, reason__in=OWN_WORD)


def is_unsubscribed(enrolment: Enrolment) -> bool:
    """Whether this person asked this network for nothing more."""
    return _unsubscriptions(enrolment).exists()


@transaction.atomic
def unsubscribe(enrolment: Enrolment, now: dt.datetime | None = None) -> None:
    """No more reminders from this network; what was about to leave is cancelled. Idempotent.

    A message whose text is already on its way may still arrive (reliability 2.11). Security mails,
    a new invitation asked for by the coach and the change of an event that their calendar holds are not
    reminders.
    """
    now = now or timezone.now()
    Suppression.objects.get_or_create(user_id=enrolment.membership.user_id, defaults={"reason": UNSUBSCRIBED})
    _waiting(enrolment).update(
        state=Reminder.State.CANCELLED,
        reason=UNSUBSCRIBED,
        finished_at=now,
        lease_token=None,
        lease_until=None,
    )
    _look_again(enrolment, now)
    soften_if_many_left(enrolment.network, now)


@transaction.atomic
def subscribe_again(enrolment: Enrolment, now: dt.datetime | None = None) -> None:
    """Take an unsubscription back: messages that still make sense are due again. Idempotent."""
    now = now or timezone.now()
    _unsubscriptions(enrolment).delete()
    Reminder.objects.filter(
        recipient_id=enrolment.membership.user_id,
        state=Reminder.State.CANCELLED,
        reason=UNSUBSCRIBED,
        expires_at__gt=now,
    ).update(state=Reminder.State.DUE, reason="", finished_at=None)
    _look_again(enrolment, now)


@transaction.atomic
def set_mail_mode(enrolment: Enrolment, mode: str, now: dt.datetime | None = None) -> None:
    """All messages, the weekly digest alone, or none; whoever chooses messages wants them again."""
    now = now or timezone.now()
    if enrolment.mail_mode != mode:
        enrolment.mail_mode, enrolment.mail_mode_set_at = Enrolment.MailMode(mode), now
        enrolment.save(update_fields=["mail_mode", "mail_mode_set_at"])
    if mode != Enrolment.MailMode.NONE:
        subscribe_again(enrolment, now)
    else:
        _look_again(enrolment, now)
        soften_if_many_left(enrolment.network, now)


@transaction.atomic
def choose_digest_day(enrolment: Enrolment, weekday: int | None, now: dt.datetime | None = None) -> None:
    """Have the digest on this day, Tuesday 2 to Friday 5; None for the cohort's. One that waits moves too."""
    enrolment.digest_weekday = weekday
    enrolment.save(update_fields=["digest_weekday"])
    wake(Enrolment.objects.filter(pk=enrolment.pk), now or timezone.now())


def _waiting(enrolment: Enrolment) -> ReminderQuerySet:
    return Reminder.objects.filter(
        recipient_id=enrolment.membership.user_id, state__in=(Reminder.State.DUE, Reminder.State.LEASED)
    ).exclude(kind__in=TOLD_ANYWAY)


def _look_again(enrolment: Enrolment, now: dt.datetime) -> None:
    """Set the alarm of every enrolment of this person in the network."""
    Enrolment.objects.live().filter(membership__user_id=enrolment.membership.user_id).update(
        next_check_at=now
    )
