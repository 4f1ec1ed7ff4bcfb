"""Live the demonstration from its first day to now, through the services that real people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation

from accounts.models import User
from accounts.services import acknowledge_notice, confirm_address
from agencies.models import Agency, Membership, Network
from agencies.places import subdivision_for_postal_code
from agencies.roles import Audience, Shareable
from agencies.scope import networks
from agencies.services import add_brand_value, attach_person, create_network, preload_brand_values
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment
from coaching.cohorts.querysets import EnrolmentQuerySet
from coaching.learning.access import Learner, get_recall_item, get_task_for
from coaching.learning.charter_words import as_text
from coaching.learning.recall import Given, next_due, questions_of
from coaching.learning.room.platforms import platform
from coaching.learning.services import (
    CHARTER,
    answer_recall,
    ask_for_help,
    begin_draft,
    complete_step,
    save_charter,
    share_copy,
    vote_on_lesson,
)
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import StepOutline
from coaching.programmes.runtime import outline_of
from coaching.programmes.services import install, publish_starter
from config.demo import desk, desk_words, story
from config.demo.answers import ANSWERS, answer_to, quiz_response
from config.demo.charters import CHARTERS, OWN_VALUE
from config.demo.reminders import replay
from config.demo.reviewing import read_practices
from config.demo.sessions import live_sessions
from config.demo.story import Head, Pace
from config.demo.together import live_together

PARIS = ZoneInfo("Europe/Paris")
CURRENT_WEEK = 5
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, and the days the story hangs on. `tuesday` is the last one, today included."""

    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(PARIS).date()

    @property
    def tuesday(self) -> dt.date:
        return self.today - dt.timedelta(days=(self.today.isoweekday() - 2) % 7)

    @property
    def first_start(self) -> dt.date:
        return self.tuesday - dt.timedelta(days=7 * (CURRENT_WEEK - 1))

    @property
    def second_start(self) -> dt.date:
        return self.tuesday + dt.timedelta(days=14)

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


@transaction.atomic
def build_demo(now: dt.datetime | None = None) -> None:
    """Both networks; needs an installation without any. Raises RuntimeError when there is one."""
    if Network.objects.exists():
        raise RuntimeError("the demonstration is built in an empty installation only")
    clock = Clock(now or timezone.now())
    with translation.override("fr"), timezone.override(PARIS):
        version = publish_starter()
        rivages = _build_rivages(clock, version)
        toits, cohort, coach = _build_toits(clock, version)
        own = desk.own_programme(coach.user, version, [rivages, toits])
        with networks(toits.pk):
            desk.prepare_next(cohort, coach, own, clock.second_start + 84 * DAY)


# --- the first network, in its fifth week ----------------------------------------------------


def _build_rivages(clock: Clock, version: ProgrammeVersion) -> Network:
    network = create_network(
        "rivages",
        "Rivages Assurances",
        region="Grand Ouest",
        sector="insurance",
        colour=1,
        is_demo=True,
    )
    with networks(network.pk):
        install(network, version)
        preload_brand_values(network)
        add_brand_value(**OWN_VALUE)
        launched_at = clock.at(clock.first_start - 15 * DAY, 10)
        coach = _join(*story.COACH, Membership.Role.COACH, launched_at)
        manager = _join(*story.MANAGER, Membership.Role.REGIONAL_MANAGER, launched_at)
        second, former = (
            _join(*words, Membership.Role.COACH, launched_at)
            for words in (desk_words.SECOND_COACH, desk_words.FORMER_COACH)
        )
        heads = [(head, _head(head, launched_at)) for head in story.RIVAGES]
        cohort = _launch(coach, version, "Grand Ouest, automne", clock.first_start, heads, launched_at)
        desk.gather_team(network, cohort, manager, second, former)
        desk.welcome(cohort, coach, launched_at + 4 * DAY - dt.timedelta(hours=1), clock.now)
    for number, (head, membership) in enumerate(heads):
        _live(cohort, head, membership, number, clock, coach)
    _succeed(cohort, clock)
    live_together(cohort, [membership for _head, membership in heads], clock.now)
    read_practices(cohort, coach, clock.now)
    with networks(network.pk, user_id=coach.user_id):
        desk.change_course(cohort, coach, clock.at(clock.today, 10, 40), clock.tuesday + 13 * DAY)
    live_sessions(cohort, coach, clock.now)
    with networks(network.pk):
        _note_contacts(cohort, coach, clock)
        replay(list(cohort.enrolments.values_list("pk", flat=True)), launched_at, clock.now)
        desk.write_letters(cohort, coach, clock.now, clock.at(clock.today - DAY, 22, 10))
    return network


def _agency(prefix: str, name: str, postal_code: str, **fields: object) -> Agency:
    """Codes count from 01 in the order of creation, as in docs/samples/reseau-exemple.csv."""
    return Agency.objects.create(
        code=f"{prefix}-{Agency.objects.count() + 1:02}",
        name=name,
        city=name,
        postal_code=postal_code,
        holiday_subdivision=subdivision_for_postal_code(postal_code),
        opened_on=dt.date(2012, 1, 2),
        **fields,
    )


def _head(head: Head, launched_at: dt.datetime) -> Membership:
    agency = _agency("GO", head.agency, head.postal_code, open_days=list(head.open_days))
    joined_at = None if head.pace is Pace.ABSENT else launched_at + 2 * DAY
    return _join(
        head.name, head.email, Membership.Role.AGENCY_HEAD, joined_at, agency, head.language, head.status
    )


def _join(
    name: str,
    email: str,
    role: str,
    joined_at: dt.datetime | None,
    agency: Agency | None = None,
    language: str = "fr",
    status: str = "employee",
) -> Membership:
    """A member; with `joined_at`, one who has accepted and read the notice."""
    membership = attach_person(
        email,
        role,
        name=name,
        agency=agency,
        language=language,
        employment_status=status,
        starts_on=dt.date(2015, 9, 1),
        joined_at=joined_at,
    )
    if joined_at is not None:
        confirm_address(membership.user)
        acknowledge_notice(membership.user)
        User.objects.filter(pk=membership.user_id).update(last_login=joined_at)
    return membership


def _launch(
    coach: Membership,
    version: ProgrammeVersion,
    name: str,
    starts_on: dt.date,
    heads: list[tuple[Head, Membership]],
    launched_at: dt.datetime,
) -> Cohort:
    draft = cohorts.create_cohort(
        coach,
        name=name,
        version=version,
        starts_on=starts_on,
        session_url="https://visio.example/grand-ouest",
    )
    cohorts.set_members(draft, [membership for _head, membership in heads])
    return cohorts.launch(draft, now=launched_at)


def _live(
    cohort: Cohort, head: Head, membership: Membership, number: int, clock: Clock, coach: Membership
) -> None:
    """One person's weeks, in their own scope: the database lets nobody else write their answers."""
    with networks(cohort.network.pk, user_id=membership.user_id):
        enrolment = _enrolments().get(cohort=cohort, membership=membership)
        _take_steps(enrolment, head, number, clock)
        if head.name in CHARTERS:
            _write_charter(enrolment, *CHARTERS[head.name], clock)
        if head.email in story.WRITERS:
            for place, text in story.ROOM_DRAFTS[head.language]:
                begin_draft(enrolment, platform(place), text)
        _answer_recalls(enrolment, head, clock)
        _vote(enrolment, number, clock)
        if head.email == story.CALLS_FOR_HELP:
            ask_for_help(enrolment, story.CALL, now=clock.at(clock.today - DAY, 17, 20))
        if head.pace is Pace.PAUSED:
            started = clock.today - 4 * DAY
            cohorts.pause(enrolment, 2, today=started, now=clock.at(started, 9))
        if head.pace is Pace.LEFT:
            _leave(enrolment, clock, coach)


def _take_steps(enrolment: Enrolment, head: Head, number: int, clock: Clock) -> None:
    for step, at in _agenda(enrolment, head, number, clock):
        learner = _learner(enrolment, head, at)
        found = get_task_for(learner, step)
        if found is not None:
            complete_step(enrolment, step.address, answer_to(found[1], number), now=at)


def _write_charter(
    enrolment: Enrolment, lines: dict[str, str], audiences: tuple[str, ...], clock: Clock
) -> None:
    """A charter written ahead of its week, and copies of it for those whom its author chose."""
    written_at = clock.at(clock.today - 2 * DAY, 8, 40)
    save_charter(enrolment, lines, 0, now=written_at)
    with translation.override(enrolment.membership.user.language):
        copy = as_text(lines)
    for audience in audiences:
        share_copy(enrolment, Shareable.CHARTER, CHARTER, CHARTER, copy, Audience(audience), now=written_at)


def _answer_recalls(enrolment: Enrolment, head: Head, clock: Clock) -> None:
    """Who keeps pace answers over the first coffee, one a day; today's question still waits."""
    if head.pace not in (Pace.AHEAD, Pace.STEADY):
        return
    learner = _learner(enrolment, head, clock.now)
    questions = questions_of(learner.outline, learner.completed, learner.sector, learner.zone)
    given: list[Given] = []
    for back in range((clock.today - clock.first_start).days, 0, -1):
        day = clock.today - back * DAY
        due = next_due(questions, given, learner.outline.recall_days, (), day)
        item = get_recall_item(learner, due.address) if due else None
        if due is None or item is None:
            continue
        response = quiz_response(item, back)
        form = QueryDict(mutable=True)
        form.setlist("answer", response if isinstance(response, list) else [response])
        answer_recall(enrolment, due.address, due.after_days, form, now=clock.at(day, 8, 10))
        given.append(Given(due.address, due.after_days, day))


def _vote(enrolment: Enrolment, number: int, clock: Clock) -> None:
    """Two people out of three say a word at the end of a lesson."""
    learner = _learner(enrolment, story.RIVAGES[number], clock.now)
    for place, (key, view) in enumerate(learner.journey.modules.items()):
        if view.state == "done" and (number + place) % 3:
            is_unclear = (number * 3 + place) % 7 == 0
            note = story.UNCLEAR[(number + place) % len(story.UNCLEAR)] if is_unclear else ""
            vote_on_lesson(enrolment, key, "unclear" if is_unclear else "useful", note, now=clock.now)


def _learner(enrolment: Enrolment, head: Head, at: dt.datetime) -> Learner:
    return Learner(_enrolments().get(pk=enrolment.pk), at, head.language)


def _enrolments() -> EnrolmentQuerySet:
    """With all that a learner asks for."""
    return Enrolment.objects.with_version().select_related("network", "membership__user")


def _agenda(
    enrolment: Enrolment, head: Head, number: int, clock: Clock
) -> Iterator[tuple[StepOutline, dt.datetime]]:
    """The steps a person takes and when, in order; nothing before its week or after now."""
    outline = outline_of(enrolment.cohort.programme_version)
    for week in CohortWeek.objects.filter(cohort_id=enrolment.cohort_id):
        opened_on = week.opens_at.astimezone(PARIS).date()
        steps = [
            step
            for step in outline.steps_for_sector(enrolment.network.sector)
            if step.week_number == week.number and step.kind in ANSWERS
        ]
        for place, step in enumerate(steps):
            if (week.number, place) >= head.reach:
                return
            at = _moment(head, number, week.number, opened_on, place, len(steps), clock)
            if at is not None and week.opens_at < at <= clock.now:
                yield step, at


def _moment(
    head: Head, number: int, week: int, opened_on: dt.date, place: int, count: int, clock: Clock
) -> dt.datetime | None:
    """When this person takes the n-th step of a week; None for never."""
    minute = (number * 7 + place * 6) % 55
    second_half = place * 2 >= count
    match head.pace:
        case Pace.AHEAD:
            return clock.at(opened_on, 7 + place // 6, minute)
        case Pace.STEADY | Pace.PAUSED:
            at = clock.at(opened_on + (2 if second_half else 1) * DAY, 13 if second_half else 8, minute)
            is_away = head.pace is Pace.PAUSED and at.date() >= clock.today - 4 * DAY
            return None if is_away else at
        case Pace.SLOW:
            return clock.at(opened_on + (9 + number % 4) * DAY, 17, minute) if week <= 3 else None
        case Pace.STUCK:
            return clock.at(opened_on + DAY, 12, minute) if week == 0 else None
        case Pace.LEFT:
            return clock.at(opened_on + 2 * DAY, 8, minute) if week <= 1 else None
        case Pace.NEW:
            return clock.at(clock.today - (5 - week) * DAY, 8 + place // 5, minute) if week <= 1 else None
        case Pace.ABSENT:
            return None


def _leave(enrolment: Enrolment, clock: Clock, coach: Membership) -> None:
    """The successor arrives eight days ago; what the first head wrote stays theirs."""
    day = clock.today - 8 * DAY
    agency = enrolment.membership.agency
    assert agency is not None
    successor = _join(
        story.SUCCESSOR.name,
        story.SUCCESSOR.email,
        Membership.Role.AGENCY_HEAD,
        clock.at(day, 11),
        agency,
        story.SUCCESSOR.language,
        story.SUCCESSOR.status,
    )
    cohorts.replace_head(enrolment, successor, now=clock.at(day, 11), coach=coach)


def _succeed(cohort: Cohort, clock: Clock) -> None:
    """The successor's own days, in their own scope like everybody's."""
    with networks(cohort.network.pk):
        enrolment = Enrolment.objects.get(cohort=cohort, membership__user__email=story.SUCCESSOR.email)
        person = enrolment.membership.user_id
    with networks(cohort.network.pk, user_id=person):
        _take_steps(enrolment, story.SUCCESSOR, len(story.RIVAGES), clock)


def _note_contacts(cohort: Cohort, coach: Membership, clock: Clock) -> None:
    """The coach has tried both people who stopped, ten and fourteen days ago."""
    stuck = [head.email for head in story.RIVAGES if head.pace is Pace.STUCK]
    for enrolment in Enrolment.objects.filter(cohort=cohort, membership__user__email__in=stuck):
        for back, (kind, note) in zip((16, 12), story.CONTACTS, strict=True):
            cohorts.add_contact(
                enrolment, coach, kind=kind, note=note, happened_at=clock.at(clock.today - back * DAY, 14)
            )


# --- the second network, about to start ------------------------------------------------------


def _build_toits(clock: Clock, version: ProgrammeVersion) -> tuple[Network, Cohort, Membership]:
    network = create_network(
        "toits", "Toits & Clés", region="Rive Sud", sector="real-estate", colour=2, is_demo=True
    )
    with networks(network.pk):
        install(network, version)
        preload_brand_values(network)
        launched_at = clock.now - dt.timedelta(hours=2)
        coach = _join(*story.COACH, Membership.Role.COACH, launched_at)
        _join(*story.SECOND_MANAGER, Membership.Role.REGIONAL_MANAGER, launched_at)
        heads = [
            Head(agency, postal_code, name, Pace.ABSENT, story.SATURDAYS, status="franchisee")
            for agency, postal_code, name in story.TOITS
        ]
        people = []
        for head in heads:
            agency = _agency("RS", head.agency, head.postal_code, open_days=list(head.open_days))
            email = story.address(head.name, "toits.example")
            people.append(
                (head, _join(head.name, email, "agency_head", None, agency, head.language, head.status))
            )
        cohort = _launch(coach, version, "Rive Sud, premier départ", clock.second_start, people, launched_at)
        desk.stand_in(cohort, coach, clock.now)
    return network, cohort, coach
