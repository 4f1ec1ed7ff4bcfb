"""Who could join a cohort: heads grouped by person, managers who wish to learn, agencies without a head."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from agencies.addresses import address_hash
from agencies.models import Agency, Membership
from coaching.cohorts.models import Cohort, Enrolment


@dataclass(frozen=True)
class Candidate:
    """One person. With two agencies there are two memberships and one enrolment (domain.md 4.8)."""

    memberships: tuple[Membership, ...]
    other_cohort: str = ""
    is_address_refused: bool = False  # the address of today took no mail in an earlier cohort

    @property
    def membership(self) -> Membership:
        """The one to enrol: the first agency by name."""
        return self.memberships[0]

    @property
    def key(self) -> str:
        return self.membership.public_id

    @property
    def name(self) -> str:
        return self.membership.shown_name

    @property
    def agencies(self) -> str:
        return ", ".join(membership.agency.name for membership in self.memberships if membership.agency)

    @property
    def places(self) -> tuple[str, ...]:
        """Départements of the agencies in France, « 56 » or « 974 »; nothing where postal codes tell none."""
        found = (department_of(each.agency) for each in self.memberships if each.agency)
        return tuple(sorted({place for place in found if place}))

    @property
    def searched(self) -> str:
        """What a search among many people looks through."""
        agencies = [each.agency for each in self.memberships if each.agency]
        return " ".join(
            [self.name, *(f"{each.name} {each.code} {each.city} {each.postal_code}" for each in agencies)]
        )

    @property
    def is_head(self) -> bool:
        return self.membership.is_head

    @property
    def is_expected(self) -> bool:
        """Ticked from the start: every head who is not already in a running cohort."""
        return self.is_head and not self.other_cohort

    def is_among(self, membership_ids: Collection[int]) -> bool:
        return any(membership.pk in membership_ids for membership in self.memberships)


@dataclass(frozen=True)
class Choice:
    """Everybody who could be enrolled, and the agencies that nobody runs at present."""

    heads: tuple[Candidate, ...]
    managers: tuple[Candidate, ...]
    vacant: tuple[Agency, ...]

    @property
    def everybody(self) -> tuple[Candidate, ...]:
        return self.heads + self.managers

    @property
    def places(self) -> list[tuple[str, int]]:
        """Each département with its number of heads; nothing to choose from when there is only one."""
        found = Counter(place for head in self.heads for place in head.places)
        return sorted(found.items()) if len(found) > 1 else []

    def listed(self, emails: Collection[str]) -> list[Membership]:
        """Whom to enrol of these addresses (lower case): each person once."""
        return [head.membership for head in self.heads if head.membership.user.email.lower() in emails]


def department_of(agency: Agency) -> str:
    """The French département in a postal code: two figures, three overseas, "" when there is none."""
    code = agency.postal_code
    if len(code) != 5 or not code.isdigit():
        return ""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def choice_for(cohort: Cohort, today: dt.date) -> Choice:
    """The people a coach may choose for this cohort; four queries whatever their number."""
    agencies = list(Agency.objects.active_on(max(today, cohort.starts_on)).by_name())
    open_ids = {agency.pk for agency in agencies}
    memberships = [
        membership
        for membership in _learners(today)
        if not membership.is_head or membership.agency_id in open_ids
    ]
    elsewhere = _elsewhere(cohort, today)
    candidates = _by_person(memberships, elsewhere, _refused(memberships))
    run = {membership.agency_id for membership in memberships}
    return Choice(
        heads=tuple(candidate for candidate in candidates if candidate.is_head),
        managers=tuple(candidate for candidate in candidates if not candidate.is_head),
        vacant=tuple(agency for agency in agencies if agency.pk not in run),
    )


def newcomers(cohort: Cohort, today: dt.date) -> tuple[Candidate, ...]:
    """Who could still enter: everybody of `choice_for` who does not take part yet, by whatever agency."""
    rows = cohort.enrolments.present(today).exclude(status=Enrolment.Status.CANCELLED)
    taking_part = set(rows.values_list("membership__user_id", flat=True))
    everybody = choice_for(cohort, today).everybody
    return tuple(each for each in everybody if each.membership.user_id not in taking_part)


def _learners(today: dt.date) -> list[Membership]:
    """Heads first, by agency; then managers, who may learn too."""
    rows = Membership.objects.open_on(today).exclude(role=Membership.Role.COACH).with_person()
    return sorted(
        rows,
        key=lambda row: (not row.is_head, row.agency.name.casefold() if row.agency else "", row.shown_name),
    )


def _elsewhere(cohort: Cohort, today: dt.date) -> dict[int, str]:
    """Person -> running cohort in which they already are."""
    rows = (
        Enrolment.objects.live()
        .present(today)
        .filter(cohort__status=Cohort.Status.RUNNING)
        .exclude(cohort=cohort)
    )
    return dict(rows.values_list("membership__user_id", "cohort__name"))


def _refused(memberships: list[Membership]) -> set[int]:
    """People whose address of today took no mail."""
    hashes = set(
        Enrolment.objects.exclude(refused_address=None).values_list("refused_address", flat=True).distinct()
    )
    return {
        row.user_id
        for row in memberships
        if hashes and address_hash(row.network_id or 0, row.user.email) in hashes
    }


def _by_person(
    memberships: list[Membership], elsewhere: dict[int, str], refused: Collection[int]
) -> list[Candidate]:
    grouped: dict[int, list[Membership]] = {}
    for membership in memberships:
        grouped.setdefault(membership.user_id, []).append(membership)
    return [
        Candidate(tuple(rows), elsewhere.get(user_id, ""), user_id in refused)
        for user_id, rows in grouped.items()
    ]
