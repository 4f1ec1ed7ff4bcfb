"""What one touch in a mail does, once: done, next week, I am stuck. (A pause has its own page: views.)

"Done" is honest for a reading alone: it asks for nothing but that one moves on, and a mail shows that no
less than the page does. Whatever holds an answer (a choice, a text, a card) is done where it is given: the
page leads there and notes nothing. A step that is done already, or that the programme has no more, says so.
"Next week" keeps back every reminder of this week, on the agency's clock; calendar messages and a coach's
own words arrive all the same. "I am stuck" calls the coach as the button of the pages does (domain.md 4.4
R5), and never touches the sentence of a call that stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import VISIBLE, Learner, get_own_help_request
from coaching.learning.services import LearningProblem, ask_for_help, complete_step, lock_learner
from coaching.learning.services.steps import playable
from coaching.learning.steps.reading import Reading
from coaching.programmes.outline import StepOutline
from coaching.reminders.models import OneTap, Reminder
from coaching.reminders.taps import Action, Tap, mark

State = Literal["ask", "taken", "already", "elsewhere", "gone", "closed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand for one address: `ask` may be taken, anything else says why there is no button.

    `step` is what "done" is about; `until` the last day of the week that "next week" keeps quiet.
    """

    state: State
    step: StepOutline | None = None
    until: dt.date | None = None


def standing(enrolment: Enrolment, action: Action, tap: Tap, now: dt.datetime | None = None) -> Standing:
    """What the page shows; changes and holds nothing. Needs the scope of the network."""
    return _standing(Learner(enrolment, now or timezone.now(), get_language() or "fr"), action, tap)


@transaction.atomic
def take(enrolment: Enrolment, action: Action, tap: Tap, now: dt.datetime | None = None) -> Standing:
    """Do it once; a second time says what was done. Two at once take turns on the enrolment.

    Needs the scope of the network, with the person whose mail it is as the one who acts.
    """
    try:
        learner = lock_learner(enrolment, now)
    except LearningProblem:
        return Standing("closed")
    found = _standing(learner, action, tap)
    reminder = _reminder(enrolment, tap)
    if found.state != "ask" or reminder is None:
        return found
    OneTap.objects.create(enrolment=enrolment, reminder=reminder, action=action, at=learner.now)
    if found.step is not None:
        complete_step(enrolment, found.step.address, {}, now=learner.now)
    elif action == "stuck":
        ask_for_help(enrolment, now=learner.now)
    else:  # whatever else waits for this person is looked at anew (rules.why_pointless)
        theirs = Enrolment.objects.live().filter(membership__user_id=enrolment.membership.user_id)
        theirs.update(next_check_at=learner.now)
    return replace(found, state="taken")


def _standing(learner: Learner, action: Action, tap: Tap) -> Standing:
    enrolment, reminder = learner.enrolment, _reminder(learner.enrolment, tap)
    if reminder is None or is_closed(learner):
        return Standing("closed")
    taken_at = OneTap.objects.filter(reminder=reminder, action=action).values_list("at", flat=True).first()
    until = _sunday(taken_at or learner.now, enrolment)
    if taken_at is not None:
        return Standing("taken", until=until)
    if action == "done":
        return _of_a_step(learner, tap.about)
    if action == "stuck":
        is_asking = get_own_help_request(enrolment) is not None
        is_running = enrolment.cohort.status == Cohort.Status.RUNNING
        return Standing("already" if is_asking else "ask" if is_running else "closed")
    return Standing("ask" if enrolment.is_live else "closed", until=until)


def is_closed(learner: Learner) -> bool:
    """Whether nothing of theirs can be done any more: an archived cohort, or a person who left."""
    enrolment = learner.enrolment
    membership, cohort = enrolment.membership, enrolment.cohort
    is_gone = membership.is_over_on(learner.today) or not membership.user.is_active
    return is_gone or enrolment.status not in VISIBLE or cohort.status == Cohort.Status.ARCHIVED


def _of_a_step(learner: Learner, about: str) -> Standing:
    steps = (step for module in learner.outline.modules for step in module.steps)
    step = next((each for each in steps if mark(each.address) == about), None)
    if step is None:
        return Standing("gone")
    if step.address in learner.settled:
        return Standing("already", step)
    try:
        kind, _task = playable(learner, step.address)
    except LearningProblem:
        return Standing("gone")
    return Standing("ask" if isinstance(kind, Reading) else "elsewhere", step)


def _reminder(enrolment: Enrolment, tap: Tap) -> Reminder | None:
    """The message that the address came with."""
    return Reminder.objects.of(enrolment).filter(kind=tap.kind, occurrence=tap.occurrence).first()


def _sunday(at: dt.datetime, enrolment: Enrolment) -> dt.date:
    """The last day of the week of this instant where the person works."""
    agency = enrolment.membership.agency
    day = at.astimezone(ZoneInfo((agency or enrolment.network).time_zone)).date()
    return day + dt.timedelta(days=7 - day.isoweekday())
