"""What the coach of the demonstration does besides reading: messages, changes, a team, a programme."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from django.db.models import F

from accounts.models import User
from agencies.models import Membership, Network
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.running import Wish
from coaching.cohorts.working_days import Period
from coaching.learning.services import addresses_of, change_cohort, undo_change
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.runtime import outline_of
from coaching.programmes.services import install, open_draft, publish_draft, save_draft
from coaching.reminders.coach_mail import recall_message, send_message, write_message
from coaching.reminders.models import Reminder
from config.demo import desk_words as words

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


# --- messages ------------------------------------------------------------------------------------


def welcome(cohort: Cohort, coach: Membership, at: dt.datetime, now: dt.datetime) -> None:
    """A few words to everybody, which left long ago."""
    _send(cohort, coach, words.WELCOME, list(_people(cohort).values()), at, now)


def write_letters(cohort: Cohort, coach: Membership, now: dt.datetime, last_night: dt.datetime) -> None:
    """Last night: a letter that leaves in each reader's hours, one taken back, and one still to finish."""
    people = _people(cohort)
    _send(cohort, coach, words.NIGHT, [people[name] for name in words.NIGHT_READERS], last_night, now)
    taken_back_at = last_night + 12 * MINUTE
    recalled = _send(cohort, coach, words.RECALLED, list(people.values()), taken_back_at, now=None)
    recall_message(recalled, now=taken_back_at + 3 * MINUTE)
    unfinished = [people[name] for name in words.UNFINISHED_READERS]
    subject, body = words.UNFINISHED
    written_at = last_night + 20 * MINUTE
    write_message(coach, cohort, subject=subject, body=body, people=unfinished, now=written_at)


def _send(
    cohort: Cohort,
    coach: Membership,
    text: tuple[str, str],
    people: list[str],
    at: dt.datetime,
    now: dt.datetime | None,
) -> Any:
    """Sent off at `at`; what was due by `now` has left, for nobody mails in the past."""
    subject, body = text
    message = write_message(coach, cohort, subject=subject, body=body, people=people, now=at)
    send_message(message, message.revision, now=at)
    if now is not None:
        rows = Reminder.objects.of_message(message).filter(state=Reminder.State.DUE, due_at__lte=now)
        rows.update(
            state=Reminder.State.SENT, attempts=1, handed_over_at=F("due_at"), finished_at=F("due_at")
        )
    return message


def _people(cohort: Cohort) -> dict[str, str]:
    """Name -> enrolment, of those who take part."""
    rows = Enrolment.objects.live().filter(cohort=cohort).with_person().by_agency()
    return {row.membership.shown_name: row.public_id for row in rows}


# --- a course that changes -----------------------------------------------------------------------


def change_course(cohort: Cohort, coach: Membership, now: dt.datetime, break_on: dt.date) -> None:
    """A shift thought better of, a break for all, more time for two, a lesson asked of somebody no more."""
    people = _people(cohort)
    sector = cohort.network.sector
    shifted = _change(cohort, coach, Wish("shift", weeks=1), now - 6 * DAY)
    undo_change(shifted, coach, now=now - 6 * DAY + 25 * MINUTE)
    away = Period(break_on, break_on + 4 * DAY, words.BREAK)
    _change(cohort, coach, Wish("close_days", period=away), now - 5 * DAY)
    slow = frozenset(people[name] for name in words.MORE_TIME)
    _change(cohort, coach, Wish("extend_people", days=7, people=slow), now - 3 * DAY)
    name, lesson, reason = words.EXEMPT
    addresses = addresses_of(outline_of(cohort.programme_version), sector, lesson)
    known = Wish("exempt", addresses=addresses, people=frozenset({people[name]}))
    _change(cohort, coach, known, now - 2 * DAY, reason)


def _change(cohort: Cohort, coach: Membership, wish: Wish, at: dt.datetime, reason: str = "") -> Any:
    """As on its page: looked at, then agreed to."""
    mark = cohorts.rehearse(cohort, wish, now=at).mark
    return change_cohort(cohort, coach, wish, mark=mark, reason=reason, now=at)


def stand_in(cohort: Cohort, coach: Membership, now: dt.datetime) -> None:
    """An agency whose head is away for some months: an interim goes along until then."""
    away, name, email = words.STAND_IN
    enrolment = Enrolment.objects.with_person().get(cohort=cohort, public_id=_people(cohort)[away])
    cohorts.hand_over(enrolment, coach, email=email, name=name, is_interim=True, now=now)


# --- the team ------------------------------------------------------------------------------------


def gather_team(
    network: Network, cohort: Cohort, manager: Membership, second: Membership, former: Membership
) -> None:
    """Two coaches go along; one gave over to the other; a third is invited and has not come yet."""
    cohorts.add_coach(cohort, former)
    cohorts.end_mandate(network, former, by=manager, successor=second)
    name, email = words.AWAITED
    cohorts.invite_to_team(network, email, Membership.Role.COACH, by=manager, name=name)


# --- the shelf -----------------------------------------------------------------------------------


def own_programme(owner: User, starter: ProgrammeVersion, where: list[Network]) -> ProgrammeVersion:
    """The starter in the coach's own words, published and installed; its next version is being written."""
    draft = open_draft(owner, starter)
    draft = save_draft(draft, _reworded(draft.document), draft.revision)
    version = publish_draft(draft, draft.revision, label="1.0", what_changed=words.WHAT_CHANGED)
    for network in where:
        with networks(network.pk):
            install(network, version)
    following = open_draft(owner, version)
    document = copy.deepcopy(following.document)
    module, french = words.FELL_BEHIND
    document["modules"][module]["teaser"]["fr"] = french
    save_draft(following, document, following.revision)
    return version


def _reworded(document: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(document)
    found["title"] = dict(words.OWN_TITLE)
    for module, teaser in words.OWN_TEASERS.items():
        found["modules"][module]["teaser"] = dict(teaser)
    return found


def prepare_next(cohort: Cohort, coach: Membership, version: ProgrammeVersion, starts_on: dt.date) -> Cohort:
    """A cohort to come on the coach's own programme, with some of the same people; nothing is sent."""
    draft = cohorts.create_cohort(
        coach,
        name=words.NEXT_COHORT,
        version=version,
        starts_on=starts_on,
        session_url=cohort.session_url,
    )
    heads = [row.membership for row in Enrolment.objects.live().filter(cohort=cohort).by_agency()[:6]]
    cohorts.set_members(draft, heads)
    return draft
