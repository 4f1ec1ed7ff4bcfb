"""The address of somebody who has not joined yet, corrected: everything that hangs on it follows."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.importing.applying import correct_address as give_address
from agencies.models import Membership, Network
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services.problems import CohortProblem


def correct_address(enrolment: Enrolment, email: str, now: dt.datetime | None = None) -> None:
    """Write to this address (lower case) from now on, for every mandate of the person in this network.

    Links sent to the former one stop working, and a new invitation is asked for where one had been: the tick
    plans it for the agency's hours. Raises CohortProblem: already_joined (they change it themselves),
    not_live, same_address, already_enrolled or already_here (the address is somebody's who has this place).
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            _correct(enrolment, email, now)
    except IntegrityError:  # that person runs this agency already
        raise CohortProblem("already_here") from None


def _correct(enrolment: Enrolment, email: str, now: dt.datetime) -> None:
    network: Network = enrolment.network
    Network.objects.select_for_update(no_key=True).get(pk=network.pk)  # as an import does
    locked = Enrolment.objects.select_for_update(of=("self",)).with_person().get(pk=enrolment.pk)
    today = network.today()
    mine = Membership.objects.filter(network=network, user_id=locked.membership.user_id)
    mandates = list(mine.running_or_announced(today))
    if any(mandate.joined_at for mandate in mandates):
        raise CohortProblem("already_joined")
    if not locked.is_live or locked.membership.is_over_on(today):
        raise CohortProblem("not_live")
    if locked.membership.user.email.lower() == email:
        raise CohortProblem("same_address")
    cohorts = Enrolment.objects.filter(membership__in=mandates).values("cohort")
    if Enrolment.objects.filter(cohort__in=cohorts, membership__user__email__iexact=email).exists():
        raise CohortProblem("already_enrolled")
    give_address(mandates, email, network, today)
    invited = Enrolment.objects.live().filter(membership__in=mandates, cohort__status=Cohort.Status.RUNNING)
    invited.update(invited_again_at=now, next_check_at=now)
