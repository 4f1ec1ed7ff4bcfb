"""Whom no reminder reaches in a cohort, and why: planning leaves no row in the ledger that would say so."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.addresses import address_hash
from coaching.reminders.models import Suppression
from coaching.reminders.wording import because


@dataclass(frozen=True, slots=True)
class Unreached:
    """One person; `why` is a reason of Suppression, or muted."""

    enrolment: Enrolment
    why: str

    @property
    def person(self) -> str:
        return str(self.enrolment.membership.user)

    @property
    def place(self) -> str:
        agency = self.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def tag(self) -> str:
        """What somebody can do about it, if anything."""
        return _("Adresse à corriger") if self.why == Suppression.Reason.BOUNCED else ""

    @property
    def sentence(self) -> str:
        return capfirst(f"{because(self.why)}.")


def unreached_people(cohort: Cohort) -> list[Unreached]:
    """Those who still follow the cohort and get no reminder, by agency; two queries, needs the scope."""
    people = list(Enrolment.objects.filter(cohort=cohort).live().with_person().by_agency())
    hashes = {row.pk: address_hash(cohort.network.pk, row.membership.user.email) for row in people}
    known = Suppression.objects.filter(address_hash__in=hashes.values())
    reasons = dict(known.values_list("address_hash", "reason"))
    muted = Enrolment.MailMode.NONE
    found = [(row, reasons.get(hashes[row.pk], "muted" if row.mail_mode == muted else "")) for row in people]
    return [Unreached(row, why) for row, why in found if why]
