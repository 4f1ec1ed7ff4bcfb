"""The cast signed in, and their steps, pauses and exchanges, written as the product writes them."""

from __future__ import annotations

import datetime as dt
import re

from django.test import Client

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.learning.models import StepCompletion
from coaching.programmes.runtime import outline_of
from tests.factories import PARIS, Cast

FIRST_STEP_AT = dt.datetime(2027, 1, 6, 8, 10, tzinfo=PARIS)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def queue_row(page: str, enrolment: Enrolment) -> str:
    """The person's line of the coach's queue, "" when they are not in it."""
    found = re.search(rf'<li id="q-{enrolment.public_id}">.*?</form>\s*</li>', page, re.S)
    return found[0] if found else ""


def take_weeks(cast: Cast, number: int, *, weeks: int, last_at: dt.datetime | None = None) -> None:
    """Person `number` (from 1) has taken every required step of this many weeks, a week apart."""
    enrolment = cast.enrolments[number - 1]
    outline = outline_of(cast.cohort.programme_version)
    sector = cast.network.sector
    steps = [step for step in outline.steps_for_sector(sector) if step.week_number < weeks]
    rows, last = [], FIRST_STEP_AT
    for step in steps:
        last = FIRST_STEP_AT + dt.timedelta(weeks=step.week_number)
        if last_at is not None and step is steps[-1]:
            last = last_at
        rows.append(_completion(enrolment, step, last))
    with networks(cast.network.pk):
        StepCompletion.objects.bulk_create(rows)
        required = [step for step in steps if not step.is_optional]
        minutes = [0] * len(outline.weeks)
        for step in required:
            minutes[step.week_number] += step.minutes
        Enrolment.objects.filter(pk=enrolment.pk).update(
            status="active",
            activated_at=FIRST_STEP_AT,
            done_minutes=sum(minutes),
            done_steps=len(steps),
            week_minutes=minutes,
            active_weeks=sorted({_monday(row.completed_at) for row in rows}),
            last_activity_at=last,
        )


def _monday(at: dt.datetime) -> dt.date:
    day = at.astimezone(PARIS).date()
    return day - dt.timedelta(days=day.weekday())


def _completion(enrolment: Enrolment, step, at: dt.datetime) -> StepCompletion:
    scored = step.kind == "quiz"
    return StepCompletion(
        enrolment=enrolment,
        network=enrolment.network,
        address=step.address,
        week_number=step.week_number,
        minutes=step.minutes,
        score=7 if scored else None,
        max_score=9 if scored else None,
        missed=["canary-missed-item"] if scored else [],
        completed_at=at,
    )


def climb_ladder(cast: Cast, number: int = 1, **changes) -> None:
    """Everything the ladder asks before the manager may read a name; `changes` undo one of them."""
    enrolment = cast.enrolments[number - 1]
    contact_at = changes.pop("contact_at", dt.datetime(2027, 2, 3, 11, 0, tzinfo=PARIS))
    facts = {
        "reminders_sent": 3,
        "manager_notice_at": dt.datetime(2027, 2, 8, 9, 0, tzinfo=PARIS),
    } | changes
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=enrolment.pk).update(**facts)
        if contact_at:
            CoachContact.objects.create(
                enrolment=enrolment, coach=cast.coach, note="CANARY-NOTE", happened_at=contact_at
            )
