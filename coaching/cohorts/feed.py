"""The events of a person over all their networks, as a subscribed calendar shows them; read only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from agencies.models import Membership, Network
from agencies.scope import networks
from coaching.cohorts.events import coach_session_event, coach_talk_event, session_event, talk_event
from coaching.cohorts.ical import CalendarEvent
from coaching.cohorts.models import Appointment, Cohort, Enrolment, LiveSession, SlotChoice
from coaching.cohorts.own_sessions import latest_by_key, own_sessions

# A person who left or was replaced keeps what they wrote, not the meetings.
COMING_TO = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)

Networks = dict[int | None, Network]


def events_of(memberships: Sequence[Membership], user_id: int) -> list[CalendarEvent]:
    """Everything these memberships, of one person, come to or hold; opens its own scope.

    A constant number of queries over any number of networks. Nobody else's name is in a head's events.
    """
    by_network: Networks = {membership.network.pk: membership.network for membership in memberships}
    if not by_network:
        return []
    with networks(*(network.pk for network in by_network.values()), user_id=user_id):
        found = [
            *_as_head(memberships, by_network),
            *_as_coach([each for each in memberships if each.is_coach], by_network),
        ]
    return sorted(found, key=lambda event: (event.starts_at, event.uid))


def _as_head(memberships: Sequence[Membership], by_network: Networks) -> Iterator[CalendarEvent]:
    rows = Enrolment.objects.filter(
        membership__in=[membership.pk for membership in memberships], status__in=COMING_TO
    ).exclude(cohort__status=Cohort.Status.DRAFT)
    enrolments = list(rows.select_related("cohort"))
    if not enrolments:
        return
    ids = [row.pk for row in enrolments]
    sessions = _by(LiveSession.objects.filter(cohort__in={row.cohort_id for row in enrolments}), "cohort_id")
    choices = _by(SlotChoice.objects.filter(enrolment__in=ids), "enrolment_id")
    talks = _by(Appointment.objects.filter(enrolment__in=ids), "enrolment_id")
    for row in enrolments:
        network = by_network[row.network_id]
        chosen = {choice.key: choice for choice in choices.get(row.pk, [])}
        for own in own_sessions(sessions.get(row.cohort_id, []), chosen):
            yield session_event(row, own, network, row.cohort)
        for talk in latest_by_key(talks.get(row.pk, [])).values():
            yield talk_event(row, talk, network)


def _as_coach(coaching: Sequence[Membership], by_network: Networks) -> Iterator[CalendarEvent]:
    if not coaching:
        return
    own = [membership.pk for membership in coaching]
    rows = Cohort.objects.filter(coaches__membership__in=own).exclude(status=Cohort.Status.DRAFT)
    cohorts = {cohort.pk: cohort for cohort in rows.distinct()}
    for session in LiveSession.objects.filter(cohort__in=cohorts):
        yield coach_session_event(session, by_network[session.network_id], cohorts[session.cohort_id])
    talks = Appointment.objects.standing().filter(coach__in=own, cohort__in=cohorts).with_person()
    for talk in talks:
        yield coach_talk_event(talk, by_network[talk.network_id], cohorts[talk.cohort_id])


def _by(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found
