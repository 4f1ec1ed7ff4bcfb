"""What a message says, gathered at claim for a whole batch: places, dates, links. Never an answer."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Membership
from agencies.services import issue_invitation
from coaching.adoption.ladder import DEFAULT_LADDER
from coaching.cohorts.events import organizer_of, session_event, talk_event
from coaching.cohorts.ical import CalendarEvent, Guest, Method, calendar_object
from coaching.cohorts.models import CohortCoach, CohortWeek, Exemption, LiveSession
from coaching.cohorts.own_sessions import OwnSession
from coaching.learning.models import PracticeReview, StepCompletion
from coaching.learning.progress import Journey, ModuleView, OpenedWeek, journey_of
from coaching.programmes.outline import StepOutline, WeekOutline
from coaching.reminders.facts import CALENDAR_KINDS, HUMAN
from coaching.reminders.loading import Loaded
from coaching.reminders.meetings import CANCEL, read_token
from coaching.reminders.models import CoachMessage
from coaching.reminders.recalls import RecallQuestion, recall_questions
from coaching.reminders.rules import is_news, next_session
from coaching.reminders.said import Said
from coaching.reminders.taps import Action, Tap, mark, tap_url
from coaching.reminders.tokens import Holder, absolute, token_url
from coaching.reminders.wishes import iso_week

_FIRST_NAME = re.compile(r"([ \u00a0]?)\{(?:prénom|prenom|first name|first_name|name)\}", re.IGNORECASE)
TAPPED = frozenset({"weekly_digest", "midweek_nudge", "comeback"})  # what one answers with one touch
_MARK = re.compile(r"\{[^{}\n]{1,30}\}")


def unknown_marks(text: str) -> list[str]:
    """What stands between braces and would be left as it is, as it is written, each once."""
    return list(dict.fromkeys(_MARK.findall(_FIRST_NAME.sub("", text))))


@dataclass(frozen=True)
class Place:
    """Where a person is in the programme, in their language; `is_begun` when they were there before."""

    title: str
    minutes: int
    url: str
    is_begun: bool


@dataclass(frozen=True)
class Opening:
    """One module that opens; the address is that of its first step not done."""

    title: str
    teaser: str
    minutes: int
    url: str


@dataclass(frozen=True)
class Answered:
    """A coach has answered a practice: who, which, where; no word of what was said."""

    coach: str
    title: str
    url: str


@dataclass(frozen=True)
class Meeting:
    """One event of a calendar message; `note` is the coach's sentence with a cancellation."""

    event: CalendarEvent
    note: str


@dataclass(frozen=True)
class Letter:
    """All that the templates of one message show."""

    loaded: Loaded
    kind: str
    occurrence: str
    reasons: tuple[str, ...]
    now: dt.datetime
    done: frozenset[str]
    coach: str
    reviews: tuple[PracticeReview, ...] = ()  # not opened yet
    message: CoachMessage | None = None  # of a coach's own message, whose author signs
    recall: RecallQuestion | None = None  # of a digest

    @property
    def subject(self) -> str:
        """Of a coach's own message, for this person."""
        words = with_first_name(self.message.subject, self.first_name) if self.message else ""
        return words or _("Un mot de %(coach)s") % {"coach": self.coach}

    @property
    def body(self) -> str:
        return with_first_name(self.message.body, self.first_name) if self.message else ""

    @property
    def reply_to(self) -> str:
        """Where an answer goes: to the coach who wrote, nowhere for what leaves by itself."""
        return str(self.message.author.user.email) if self.message else ""

    @property
    def language(self) -> str:
        return self.loaded.language

    @property
    def time_zone(self) -> str:
        return self.loaded.facts.time_zone

    @property
    def person(self) -> Any:
        return self.loaded.enrolment.membership.user

    @property
    def first_name(self) -> str:
        return first_name_of(self.loaded.enrolment.membership)

    @property
    def network(self) -> Any:
        return self.loaded.network

    @property
    def programme(self) -> str:
        return self.loaded.outline.title.in_language(self.language)

    @cached_property
    def journey(self) -> Journey:
        loaded = self.loaded
        calendar = [OpenedWeek(week.number, week.opens_at, week.due_at) for week in loaded.weeks]
        calendar += self._boosters()
        return journey_of(loaded.outline, self.done, calendar, self.now, loaded.network.sector)

    def _boosters(self) -> Iterator[OpenedWeek]:
        """Those of a message about one; any other is of the weeks."""
        for booster in self.loaded.outline.boosters if self.kind == "follow_up" else ():
            opens_at = self.loaded.enrolment.cohort.booster_opens_at(booster.after_weeks)
            if opens_at is not None:
                yield OpenedWeek(booster.week_number, opens_at)

    @cached_property
    def week_row(self) -> CohortWeek | None:
        """The cohort's week this message is about, by its name; else the last one open."""
        weeks = [week for week in self.loaded.weeks if week.number > 0]
        local_day = self.loaded.facts.calendar.local_day
        named = [week for week in weeks if iso_week(local_day(week.opens_at)) == self.occurrence]
        opened = [week for week in weeks if week.opens_at <= self.now]
        return next(iter(named or opened[-1:] or weeks[:1]), None)

    @cached_property
    def week(self) -> WeekOutline | None:
        row = self.week_row
        weeks = self.loaded.outline.weeks
        return weeks[row.number] if row and row.number < len(weeks) else None

    @property
    def week_title(self) -> str:
        return self.week.title.in_language(self.language) if self.week else ""

    @property
    def last_week(self) -> int:
        return len(self.loaded.outline.weeks) - 1

    @cached_property
    def resume(self) -> Place | None:
        """The exact step to go back to, and what is left of its module."""
        step, module = self.journey.next_step, self.journey.next_module
        if step is None or module is None:
            return None
        title = module.module.title.in_language(self.language)
        is_older = self.week_row is not None and step.week_number < self.week_row.number
        return Place(title, module.minutes_left, self.step_url(step), module.is_started or is_older)

    @cached_property
    def own_session(self) -> OwnSession | None:
        """The person's next live session, if it is near, in the slot that is theirs."""
        at = next_session(self.loaded.facts.sessions_at, self.now)
        standing = (own for own in self.loaded.own if not own.is_cancelled)
        return next((own for own in standing if own.session.starts_at == at), None)

    @property
    def session(self) -> LiveSession | None:
        return self.own_session.session if self.own_session else None

    @property
    def other_slot(self) -> LiveSession | None:
        """The slot they may still choose instead; None once they have chosen, or where there is one."""
        own = self.own_session
        coming = (each for each in own.others if each.starts_at > self.now) if own else ()
        return None if own is None or own.is_chosen else next(iter(coming), None)

    def every_meeting(self) -> Iterator[Meeting]:
        loaded = self.loaded
        enrolment, network = loaded.enrolment, loaded.network
        for own in loaded.own:
            event = session_event(enrolment, own, network, enrolment.cohort)
            yield Meeting(event, own.session.cancel_note)
        for talk in loaded.talks:
            yield Meeting(talk_event(enrolment, talk, network), talk.cancel_note)

    @cached_property
    def said(self) -> Said:
        """What it says of the person's own days."""
        return Said(self)

    @property
    def may_pause(self) -> bool:
        """Whether a break makes sense: not after the end, nor for who has left."""
        return self.loaded.enrolment.is_live and not self.loaded.facts.is_gone

    @cached_property
    def meetings(self) -> list[Meeting]:
        """The events of a calendar message, in the order of their days; in the language now active."""
        found = self.every_meeting()
        wanted = {uid: (number, gone) for uid, number, gone in map(read_token, self.reasons)}
        carried = []
        for each in (each for each in found if each.event.uid in wanted):
            number, is_cancelled = wanted[each.event.uid]
            event = replace(each.event, sequence=number, is_cancelled=is_cancelled)
            carried.append(replace(each, event=event))
        return sorted(carried, key=lambda each: each.event.starts_at)

    @property
    def calendar_method(self) -> Method | None:
        """How its events reach a calendar (RFC 5546); None for a message that carries none."""
        if self.kind not in CALENDAR_KINDS:
            return None
        return "CANCEL" if self.kind == CANCEL else "REQUEST"

    @property
    def calendar(self) -> str:
        """The iCalendar object of the message; lines end as in any text, the mail makes CRLF of it."""
        assert self.calendar_method is not None
        content = calendar_object(
            [each.event for each in self.meetings],
            self.calendar_method,
            stamped_at=self.now,
            organizer=organizer_of(self.network),
            guest=Guest(self.loaded.enrolment.membership.known_name, self.person.email),
            language=self.language,
        )
        return content.decode().replace("\r\n", "\n")

    @property
    def has_pages(self) -> bool:
        """Whether the person may still open the cohort's pages."""
        return not self.loaded.facts.is_gone

    @property
    def together_url(self) -> str:
        return absolute(reverse("learning:together", args=[self.network.slug]))

    @cached_property
    def answered(self) -> tuple[Answered, ...]:
        """What coaches have answered since the last digest; another kind of message tells nothing of it."""
        if self.kind != "weekly_digest":
            return ()
        told = (
            each
            for each in self.reviews
            if each.sent_at and is_news(self.loaded.facts, each.sent_at, self.now)
        )
        steps = ((each, self.loaded.outline.step(each.submission.address)) for each in told)
        return tuple(self._answered(each, step) for each, step in steps if step)

    def _answered(self, review: PracticeReview, step: StepOutline) -> Answered:
        module = self.loaded.outline.module(step.module_key)
        title = (module or step).title.in_language(self.language)
        return Answered(review.coach.shown_name, title, self.step_url(step))

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """Modules of the week that are written and not done yet."""
        if self.week is None:
            return ()
        views = (self.journey.module(key) for key in self.week.module_keys)
        return tuple(self.opening(view, view.first_open) for view in views if view and view.first_open)

    @property
    def opening_minutes(self) -> int:
        return sum(opening.minutes for opening in self.openings)

    def opening(self, view: ModuleView, step: StepOutline) -> Opening:
        title, teaser = (text.in_language(self.language) for text in (view.module.title, view.module.teaser))
        return Opening(title, teaser, view.minutes_left, self.step_url(step))

    def step_url(self, step: StepOutline) -> str:
        return absolute(reverse("learning:step", args=[self.network.slug, step.module_key, step.key]))

    @property
    def has_notice(self) -> bool:
        return "manager_notice" in self.reasons

    @property
    def carries_digest(self) -> bool:
        return "weekly_digest" in self.reasons

    @property
    def is_last_invitation(self) -> bool:
        return self.occurrence.endswith("followup:2")

    @property
    def visible_on(self) -> dt.date:
        """The day from which the manager's list may show the person, if nothing happens."""
        facts = self.loaded.facts
        today = facts.calendar.local_day(self.now)
        return facts.working.add(today, DEFAULT_LADDER.notice_working_days)

    @cached_property
    def starts_at(self) -> dt.datetime | None:
        """When the first week opens, for an invitation."""
        return next((week.opens_at for week in self.loaded.weeks if week.number == 1), None)

    @cached_property
    def is_started(self) -> bool:
        return self.starts_at is not None and self.starts_at <= self.now

    @property
    def has_joined(self) -> bool:
        """The account is open already: an invitation announces one more cohort, and carries no key."""
        return self.loaded.enrolment.membership.joined_at is not None

    @cached_property
    def invitation_url(self) -> str:
        """A fresh single-use link (its token is stored nowhere), or the home of who has joined already."""
        membership: Membership = self.loaded.enrolment.membership
        if self.has_joined:
            return self.home_url
        return absolute(reverse("agencies:invitation", args=[issue_invitation(membership)]))

    @property
    def home_url(self) -> str:
        return absolute(reverse("learning:home", args=[self.network.slug]))

    @property
    def _holder(self) -> Holder:
        return Holder(self.network.pk, self.loaded.enrolment.public_id)

    @cached_property
    def unsubscribe_url(self) -> str:
        return token_url("unsubscribe", self._holder)

    @cached_property
    def pause_url(self) -> str:
        return token_url("pause", self._holder)

    def tap_url(self, action: Action, about: str = "") -> str:
        """Where one touch does this, without signing in; once for this message."""
        return tap_url(action, Tap(self._holder, self.kind, self.occurrence, about))

    @cached_property
    def taps(self) -> dict[str, str]:
        """Addresses by action, where there is a step to say something about."""
        step = self.journey.next_step if self.kind in TAPPED else None
        if step is None:
            return {}
        return {
            "done": self.tap_url("done", mark(step.address)),
            "next_week": self.tap_url("next_week"),
            "stuck": self.tap_url("stuck"),
        }

    @cached_property
    def recall_answers(self) -> list[tuple[str, str]]:
        """The answers of the recall question, each with the address that opens it chosen."""
        choices = self.recall.choices if self.recall else ()
        return [(each.text, self.tap_url("recall", each.about)) for each in choices]

    @property
    def preferences_url(self) -> str:
        """Their account once they have one; before, the page that needs none."""
        if not self.has_joined:
            return self.unsubscribe_url
        return absolute(reverse("reminders:preferences", args=[self.network.slug]))

    @property
    def who_sees_what_url(self) -> str:
        return absolute("/who-sees-what/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message to write: whose, which, and why now."""

    loaded: Loaded
    kind: str
    occurrence: str
    reasons: tuple[str, ...]


def write(wanted: Sequence[Wanted], now: dt.datetime, make: type[Letter] = Letter) -> list[Letter]:
    """One letter per message, in the same order; three queries, one more for coaches' own messages, and
    two for the recall questions of digests.

    Needs the scope of the network.
    """
    done = _done([each.loaded for each in wanted])
    reviews = _reviews([each.loaded for each in wanted])
    cohorts = {each.loaded.enrolment.cohort_id for each in wanted}
    coaches = _coaches(cohorts, wanted[0].loaded.network.today(now)) if wanted else {}
    written = coach_messages(each.occurrence for each in wanted if each.kind in HUMAN)
    recalls = recall_questions([each.loaded for each in wanted if each.kind == "weekly_digest"], now)
    return [
        make(
            loaded=each.loaded,
            kind=each.kind,
            occurrence=each.occurrence,
            reasons=each.reasons,
            now=now,
            done=done.get(each.loaded.enrolment.pk, frozenset()),
            coach=written[each.occurrence].author.shown_name
            if each.kind in HUMAN
            else coaches.get(each.loaded.enrolment.cohort_id, ""),
            message=written.get(each.occurrence),
            reviews=tuple(reviews[each.loaded.enrolment.pk]),
            recall=recalls.get(each.loaded.enrolment.pk) if each.kind == "weekly_digest" else None,
        )
        for each in wanted
    ]


def first_name_of(membership: Membership) -> str:
    """As the network knows it: a mail that is refused goes back to its sender, greeting and all."""
    return membership.known_name.partition(" ")[0]


def with_first_name(text: str, first_name: str) -> str:
    """Their first name where the coach wrote {prénom}; « Bonjour {prénom}, » stays whole without one."""
    return _FIRST_NAME.sub(lambda found: f"{found[1]}{first_name}" if first_name else "", text)


def coach_messages(public_ids: Iterable[str]) -> dict[str, CoachMessage]:
    """Coaches' messages by public id, with their authors; no query when none is asked for."""
    wanted = set(public_ids)
    rows = CoachMessage.objects.filter(public_id__in=wanted).with_author() if wanted else ()
    return {row.public_id: row for row in rows}


def _done(people: Iterable[Loaded]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    ids = {loaded.enrolment.pk for loaded in people}
    columns = ("enrolment_id", "address")
    taken = StepCompletion.objects.filter(enrolment_id__in=ids).values_list(*columns)
    exempted = Exemption.objects.filter(enrolment_id__in=ids).values_list(*columns)
    for enrolment_id, address in taken.union(exempted):  # what is asked no more is announced no more
        found[enrolment_id].add(address)
    return {enrolment_id: frozenset(addresses) for enrolment_id, addresses in found.items()}


def _reviews(people: Iterable[Loaded]) -> defaultdict[int, list[PracticeReview]]:
    """Answers not opened yet, without their words, the earliest first."""
    found: defaultdict[int, list[PracticeReview]] = defaultdict(list)
    rows = PracticeReview.objects.unopened().with_coach().select_related("submission")
    rows = rows.defer("content", "submission__content", "submission__image")
    ids = {loaded.enrolment.pk for loaded in people}
    for review in rows.filter(submission__enrolment_id__in=ids).order_by("sent_at", "pk"):
        found[review.submission.enrolment_id].append(review)
    return found


def _coaches(cohorts: Iterable[int], today: dt.date) -> dict[int, str]:
    """Who signs: the first coach of each cohort whose mandate runs; absent when none does."""
    found: dict[int, str] = {}
    serving = CohortCoach.objects.serving(today)
    rows = serving.filter(cohort_id__in=cohorts).with_person().order_by("id")
    for row in rows:
        found.setdefault(row.cohort_id, row.membership.shown_name)
    return found
