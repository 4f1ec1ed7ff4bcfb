"""One mail of a rehearsal, as its reader would get it: no row, and no invitation is issued for it."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace

from coaching.cohorts.calendar import CohortCalendar
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment, LiveSession
from coaching.cohorts.own_sessions import OwnSession
from coaching.reminders.letters import Wanted
from coaching.reminders.loading import Loaded
from coaching.reminders.reading_over import Mail, read_mail
from coaching.reminders.rehearsal_play import Played


def rehearsed_mail(loaded: Loaded, drawn: CohortCalendar, item: Played) -> Mail | None:
    """The mail of a message as of its moment; None of one that does not leave. Three queries."""
    if item.at is None:
        return None
    then = replace(
        loaded,
        enrolment=_enrolment(loaded.enrolment, item.facts.activated_at),
        weeks=tuple(_weeks(loaded.enrolment.cohort, drawn)),
        own=tuple(_sessions(loaded, drawn)),
        facts=item.facts,
    )
    return read_mail(Wanted(then, item.kind, item.occurrence, item.reasons), item.at)


def _enrolment(enrolment: Enrolment, activated_at: dt.datetime | None) -> Enrolment:
    """A copy, never saved: whoever has entered in the story has an account in it."""
    told, membership = copy.copy(enrolment), copy.copy(enrolment.membership)
    membership.joined_at = membership.joined_at or activated_at
    told.membership, told.activated_at = membership, activated_at
    return told


def _weeks(cohort: Cohort, drawn: CohortCalendar) -> list[CohortWeek]:
    return [
        CohortWeek(
            cohort=cohort, number=week.number, key=week.key, opens_at=week.opens_at, due_at=week.due_at
        )
        for week in drawn.weeks
    ]


def _sessions(loaded: Loaded, drawn: CohortCalendar) -> list[OwnSession]:
    cohort = loaded.enrolment.cohort
    titles = {each.key: each.title for each in loaded.outline.sessions}
    return [
        OwnSession(
            LiveSession(
                cohort=cohort,
                key=slot.key,
                week_number=slot.week_number,
                title_fr=titles[slot.key].fr,
                title_en=titles[slot.key].en,
                starts_at=slot.starts_at,
                minutes=slot.minutes,
                join_url=cohort.session_url,
            ),
            sequence=0,
            is_chosen=False,
        )
        for slot in drawn.sessions
    ]
