"""Whom no reminder reaches in a cohort, and why: planning leaves no row in the ledger that would say so."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.loading import suppressed
from coaching.reminders.models import Suppression
from coaching.reminders.wording import because


@dataclass(frozen=True, slots=True)
class Unreached:
    """One person; `why` is a reason of Suppression, or muted."""

    enrolment: Enrolment
    why: str
    cohort: Cohort

    @property
    def person(self) -> str:
        return self.enrolment.membership.shown_name

    @property
    def place(self) -> str:
        agency = self.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def tag(self) -> str:
        """What somebody can do about it, if anything."""
        return _("Adresse à corriger") if self.why == Suppression.Reason.BOUNCED else ""

    @property
    def again_url(self) -> str:
        """Where a coach takes back what others said of them (reaching.py); "" for their own word."""
        if self.why not in (Suppression.Reason.BOUNCED, Suppression.Reason.COMPLAINT):
            return ""
        where = [self.cohort.network.slug, self.cohort.public_id, self.enrolment.public_id]
        return reverse("reminders:reach", args=where)

    @property
    def sentence(self) -> str:
        return capfirst(f"{because(self.why)}.")


def unreached_people(cohort: Cohort) -> list[Unreached]:
    """Those who still follow the cohort and get no reminder, by agency; two queries, needs the scope."""
    here = Enrolment.objects.filter(cohort=cohort).live().present(timezone.localdate())
    people = list(here.with_person().by_agency())
    reasons, muted = suppressed(people), Enrolment.MailMode.NONE
    found = [(row, reasons.get(row.pk, "muted" if row.mail_mode == muted else "")) for row in people]
    return [Unreached(row, why, cohort) for row, why in found if why]
