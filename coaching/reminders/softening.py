"""When many people of a network opt out, its reminders become the digest alone (domain.md 3.2).

Five per cent is one person of twenty: what one person does is theirs, changes nothing for the others and is
told to nobody by a notice of the network. So it takes two at least, and a network of five at least.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership, Network
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.models import PolicyLayer, Suppression
from coaching.reminders.policy import DEFAULT_POLICY
from coaching.reminders.policy_changes import wake

LOOKS_BACK = dt.timedelta(days=28)
MIN_PEOPLE = 5
MIN_OPT_OUTS = 2


def is_too_many(opted_out: int, people: int) -> bool:
    """Whether so many have opted out that the others get fewer reminders as well."""
    if people < MIN_PEOPLE or opted_out < MIN_OPT_OUTS:
        return False
    return opted_out / people > DEFAULT_POLICY.soften_above


@transaction.atomic
def soften_if_many_left(network: Network, now: dt.datetime | None = None) -> bool:
    """Called where somebody opts out; whether the reminders are the digest alone from now on.

    Who opted out before somebody lifted it is no reason to begin anew. Idempotent.
    """
    now = now or timezone.now()
    row, _is_new = PolicyLayer.objects.get_or_create(network=network, cohort=None)
    since = max(now - LOOKS_BACK, row.lifted_at or now - LOOKS_BACK)
    if row.softened_at is not None or not is_too_many(*_counts(network, since)):
        return False
    PolicyLayer.objects.filter(pk=row.pk, softened_at=None).update(softened_at=now)
    wake(Enrolment.objects.filter(network=network), now)
    return True


def _counts(network: Network, since: dt.datetime) -> tuple[int, int]:
    """People of running cohorts who opted out since then, and all of them; two queries."""
    unsubscribed = Suppression.objects.filter(
        network=network, reason=Suppression.Reason.UNSUBSCRIBED, created_at__gt=since
    )
    muted = Q(mail_mode=Enrolment.MailMode.NONE, mail_mode_set_at__gt=since)
    people = Enrolment.objects.live().filter(network=network, cohort__status=Cohort.Status.RUNNING)
    left = people.filter(muted | Q(membership__user__in=unsubscribed.values("user")))
    opted_out, everybody = (
        rows.order_by().values("membership__user").distinct().count() for rows in (left, people)
    )
    return opted_out, everybody


@transaction.atomic
def lift_softening(network: Network, by: Membership, now: dt.datetime | None = None) -> None:
    """Reminders as the settings say, again; whoever opted out stays out. Idempotent."""
    now = now or timezone.now()
    row = PolicyLayer.objects.filter(network=network, cohort=None, softened_at__isnull=False)
    if row.update(softened_at=None, lifted_at=now, changed_by=by, changed_at=now):
        wake(Enrolment.objects.filter(network=network), now)


def softened_since(network: Network) -> dt.datetime | None:
    """Since when the digest alone is sent; None as usual. One query."""
    rows = PolicyLayer.objects.filter(network=network, cohort=None)
    return rows.values_list("softened_at", flat=True).first()
