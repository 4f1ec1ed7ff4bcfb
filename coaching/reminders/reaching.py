"""A coach takes back what a mailbox or a provider said of somebody: an untruth must not silence a person.

What the person asked for themselves is theirs alone to take back (preferences.py).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.addresses import address_hash
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import Suppression

Reason = Suppression.Reason


def told_of(enrolment: Enrolment) -> str:
    """Why nothing leaves for this person by what others said: bounced or complaint, else "". One query."""
    found = set(_told(enrolment).values_list("reason", flat=True))
    return next((reason for reason in (Reason.BOUNCED, Reason.COMPLAINT) if reason in found), "")


@transaction.atomic
def write_again(enrolment: Enrolment, now: dt.datetime | None = None) -> None:
    """Messages may go to them again, those of today's plan at once; what came back stays where it ended.

    Idempotent. Needs the scope.
    """
    _told(enrolment).delete()
    own = Enrolment.objects.filter(membership__user_id=enrolment.membership.user_id)
    own.update(refused_address=None)
    own.live().update(next_check_at=now or timezone.now())


def _told(enrolment: Enrolment) -> QuerySet[Suppression]:
    user = enrolment.membership.user
    of_address = Q(address_hash=address_hash(enrolment.network.pk, user.email), reason=Reason.BOUNCED)
    return Suppression.objects.filter(of_address | Q(user=user, reason=Reason.COMPLAINT))
