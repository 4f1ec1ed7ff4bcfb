"""Whom a coach may write to in one cohort, and the groups that a message goes to. Needs the scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.adoption.coach_reads import facts_of, followed, people_of
from coaching.adoption.follow_up import Followed
from coaching.adoption.querysets import with_blackouts
from coaching.cohorts.models import Cohort, Enrolment

CHOSEN = "chosen"
GROUPS: dict[str, tuple[str | Promise, Callable[[Followed], bool]]] = {
    "all": (_("Toute la promotion"), lambda each: True),
    "to_contact": (_("À contacter"), lambda each: each.is_to_contact),
    "invited": (_("Pas encore là"), lambda each: each.enrolment.membership.joined_at is None),
    "watch": (_("À accompagner"), lambda each: each.risk.level == "watch"),
    "completed": (_("Parcours terminé"), lambda each: each.person.status == Enrolment.Status.COMPLETED),
}


@dataclass(frozen=True)
class Recipient:
    """One person who follows the cohort, with what the page says of them."""

    followed: Followed

    @property
    def key(self) -> str:
        return self.followed.enrolment.public_id

    @property
    def name(self) -> str:
        return self.followed.enrolment.membership.shown_name

    @property
    def place(self) -> str:
        agency = self.followed.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def situation(self) -> str:
        return self.followed.situation[0]


@dataclass(frozen=True)
class Group:
    """A group that is not empty, and how many it is."""

    key: str
    label: str | Promise
    count: int


def recipients_of(cohort: Cohort, now: dt.datetime) -> list[Recipient]:
    """Everybody who takes part, by agency; six queries."""
    read = with_blackouts(Cohort.objects.filter(pk=cohort.pk)).with_version().prefetch_related("weeks").get()
    facts = facts_of([read], {cohort.network_id: cohort.network}, now)
    return [Recipient(each) for each in followed(people_of(facts)) if each.person.is_present]


def groups_of(recipients: Iterable[Recipient]) -> list[Group]:
    everybody = list(recipients)
    found = (
        Group(key, label, sum(belongs(each.followed) for each in everybody))
        for key, (label, belongs) in GROUPS.items()
    )
    return [group for group in found if group.count]


def people_in(group: str, chosen: Iterable[str], recipients: Sequence[Recipient]) -> list[str]:
    """Public ids of those a form means: a group as it is now, or those ticked."""
    if group == CHOSEN:
        ticked = set(chosen)
        return [each.key for each in recipients if each.key in ticked]
    _label, belongs = GROUPS[group]
    return [each.key for each in recipients if belongs(each.followed)]
