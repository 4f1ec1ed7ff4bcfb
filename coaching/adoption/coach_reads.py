"""What the coach's pages read: people with their figures, last exchanges, scores, invitations. Needs a scope.

Each read costs the same number of queries for one person and for four hundred, in one network or four.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Max, Sum, Window
from django.db.models.functions import RowNumber

from agencies.models import Invitation, Membership, Network
from agencies.roles import Audience
from coaching.adoption.attendance import EXCUSED
from coaching.adoption.facts import CohortFacts, Person, cohort_facts, people_facts, zone_of
from coaching.adoption.follow_up import Followed
from coaching.adoption.querysets import with_blackouts, with_facts
from coaching.cohorts.attending import ATTENDED, AttendanceFacts, Held, attendance_facts
from coaching.cohorts.models import CoachContact, Cohort, Enrolment, Exemption
from coaching.cohorts.own_attendance import load_recorded
from coaching.learning.models import HelpRequest, SharedItem, StepCompletion
from coaching.programmes.runtime import outline_of

RECENT_CONTACTS = 3


def cohorts_of(memberships: Iterable[Membership], networks: Mapping[int | None, Network]) -> list[Cohort]:
    """The cohorts of a person's coaching memberships, the latest first, archived ones left out; 2 queries."""
    shown = Cohort.objects.filter(coaches__membership__in=[membership.pk for membership in memberships])
    shown = shown.exclude(status=Cohort.Status.ARCHIVED).with_version().recent_first()
    cohorts = list(with_blackouts(shown).prefetch_related("weeks"))
    for cohort in cohorts:
        cohort.network = networks[cohort.network_id]
    return cohorts


def facts_of(
    cohorts: Iterable[Cohort], networks: Mapping[int | None, Network], now: dt.datetime
) -> dict[int, CohortFacts]:
    """Cohort id -> what its people share; from cohorts read with weeks, version and blackouts."""
    return {
        cohort.pk: cohort_facts(
            cohort, outline_of(cohort.programme_version), networks[cohort.network_id], now
        )
        for cohort in cohorts
    }


def people_of(cohorts: Mapping[int, CohortFacts]) -> list[Person]:
    """Everybody enrolled in these cohorts, those who left included, by agency; one query."""
    rows: dict[int, list[Enrolment]] = {}
    enrolments = Enrolment.objects.filter(cohort__in=list(cohorts)).by_agency()
    for enrolment in with_facts(enrolments):
        rows.setdefault(enrolment.cohort_id, []).append(enrolment)
    return [person for key, found in rows.items() for person in people_facts(cohorts[key], found)]


def followed(people: Iterable[Person]) -> list[Followed]:
    """These people with their last noted exchanges, the hand they asked for, their sessions; 3 queries."""
    found = list(people)
    keys = [person.enrolment.pk for person in found]
    recent, calls, came = recent_contacts(keys), help_calls(keys), attendance_of(found)
    return [
        Followed(
            each,
            next(iter(recent.get(each.enrolment.pk, ())), None),
            calls.get(each.enrolment.pk),
            recent=recent.get(each.enrolment.pk, ()),
            attendance=came.get(each.enrolment.pk, AttendanceFacts()),
        )
        for each in found
    ]


def recent_contacts(enrolment_ids: Collection[int]) -> dict[int, tuple[CoachContact, ...]]:
    """Enrolment id -> the last noted exchanges, latest first, with who noted them; one query."""
    place = Window(RowNumber(), partition_by=["enrolment_id"], order_by=["-happened_at", "-pk"])
    rows = CoachContact.objects.filter(enrolment__in=enrolment_ids)
    rows = rows.annotate(place=place).filter(place__lte=RECENT_CONTACTS)
    found: dict[int, list[CoachContact]] = {}
    for contact in rows.select_related("coach__user").order_by("place"):
        found.setdefault(contact.enrolment_id, []).append(contact)
    return {key: tuple(contacts) for key, contacts in found.items()}


def attendance_of(people: Collection[Person]) -> dict[int, AttendanceFacts]:
    """Enrolment id -> the sessions held for them and what is known of each; one query."""
    known = load_recorded({person.enrolment.cohort_id for person in people})
    return {
        person.enrolment.pk: _attendance_of(
            person,
            known.held.get(person.enrolment.cohort_id, {}),
            known.states.get(person.enrolment.pk, {}),
        )
        for person in people
    }


def _attendance_of(person: Person, held: Mapping[str, Held], states: Mapping[str, str]) -> AttendanceFacts:
    """What was held during a pause of theirs, and not attended, is excused: nobody has to note it."""
    zone = zone_of(person.enrolment, person.cohort.network)
    excused = {
        key: EXCUSED
        for key, each in held.items()
        if states.get(key) not in ATTENDED
        and any(each.starts_at.astimezone(zone).date() in pause for pause in person.working.pauses)
    }
    return attendance_facts(
        held.values(), {**states, **excused}, person.enrolment.invited_at, person.cohort.now
    )


def help_calls(enrolment_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Enrolment id -> since when they have been asking for a hand; no word of it; one query."""
    rows = HelpRequest.objects.filter(enrolment__in=enrolment_ids).standing()
    return dict(rows.values_list("enrolment_id", "asked_at"))


def done_addresses(enrolment_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Enrolment id -> addresses of the steps that count as done, exemptions included; one query."""
    done: dict[int, set[str]] = {}
    taken = StepCompletion.objects.filter(enrolment__in=enrolment_ids)
    exempted = Exemption.objects.filter(enrolment__in=enrolment_ids)
    columns = ("enrolment_id", "address")
    for enrolment_id, address in taken.values_list(*columns).union(exempted.values_list(*columns)):
        done.setdefault(enrolment_id, set()).add(address)
    return {enrolment_id: frozenset(addresses) for enrolment_id, addresses in done.items()}


def quiz_ratios(cohort: Cohort) -> dict[int, float]:
    """Enrolment id -> right answers over questions, all quizzes together; absent when none was taken."""
    rows = (
        StepCompletion.objects.filter(enrolment__cohort=cohort, max_score__gt=0)
        .values("enrolment_id")
        .annotate(right=Sum("score"), asked=Sum("max_score"))
    )
    return {row["enrolment_id"]: (row["right"] or 0) / row["asked"] for row in rows}


def shared_since(cohort_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Enrolment id -> when the latest copy was confided to the coach and not taken back; no word of it."""
    rows = (
        SharedItem.objects.standing()
        .for_audience(Audience.COACH)
        .filter(enrolment__cohort__in=list(cohort_ids))
    )
    return dict(rows.values_list("enrolment_id").annotate(Max("shared_at")))


def latest_expiries(membership_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Membership id -> when its latest invitation link stops working; absent when none has left yet."""
    rows = Invitation.objects.filter(membership__in=membership_ids, revoked_at__isnull=True)
    return dict(rows.values_list("membership_id").annotate(Max("expires_at")))
