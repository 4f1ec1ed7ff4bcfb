"""The first weeks of a draft, played for each of its people and told message by message (screen 14).

No row is made and no key is issued. What depends on a supposed activity bears no name.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from coaching.cohorts.calendar import CohortCalendar
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.facts import CALENDAR_KINDS, PersonFacts
from coaching.reminders.loading import Loaded, left_out_on_error, load
from coaching.reminders.rehearsal import drawn_calendar, facts_if_launched, last_moment
from coaching.reminders.rehearsal_play import (
    ENTERS,
    SILENT,
    Played,
    Story,
    highest_load,
    mixed,
    play,
)
from coaching.reminders.rules import why_blocked

MIX, ALL_ENTER, ALL_SILENT = "mix", "enters", "silent"
STORIES = (MIX, ALL_ENTER, ALL_SILENT)
# What a story supposes of a person: told with a number, never with a name.
SUPPOSED = frozenset(
    {
        "activated",
        "not_activated",
        "active_this_week",
        "active_again",
        "handed_in",
        "nothing_left",
        "joined_later",
        "bundled",
        "already_sent",
        "another_day",
        "apart",
    }
)
# The day of these follows from when a person entered, not from the days of their agency.
AFTER_ENTERING = CALENDAR_KINDS | {"comeback"}
# Named by a person's own events or silence: here by their number.
OWN_NAMES = AFTER_ENTERING | {"session_soon", "session_today"}
APART = "apart"  # the planner has nothing to say of this message for this person


@dataclass(frozen=True)
class Rehearsed:
    """One person of the draft and what they would get."""

    loaded: Loaded
    facts: PersonFacts
    played: tuple[Played, ...]

    @property
    def enters(self) -> bool:
        return any(item.facts.activated_at for item in self.played)

    def why_apart(self, kind: str, now: dt.datetime) -> str:
        """Of a kind that nothing called for: what stands in its way all the same, or that nothing does."""
        waits = kind in CALENDAR_KINDS and not self.enters
        return why_blocked(self.facts, kind, now) or ("not_activated" if waits else APART)

    @property
    def enrolment(self) -> Enrolment:
        return self.loaded.enrolment

    @property
    def name(self) -> str:
        return self.enrolment.membership.shown_name


@dataclass(frozen=True)
class Part:
    """People of one occasion to whom the same happens; `at` is theirs when they get it on another day."""

    code: str
    people: tuple[tuple[Rehearsed, Played | None], ...]
    leaves: bool = False

    @property
    def names(self) -> list[str]:
        return [] if self.code in SUPPOSED else [person.name for person, _item in self.people]

    @property
    def example(self) -> Played | None:
        return self.people[0][1]


@dataclass(frozen=True)
class Occasion:
    """One message of the calendar and its usual day: who gets it then, and what happens to everyone else."""

    kind: str
    key: str
    on: dt.date
    sent: tuple[tuple[Rehearsed, Played], ...]
    others: tuple[Part, ...]

    @property
    def name(self) -> str:
        """How an address calls it."""
        return f"{self.kind}:{self.key}"

    @property
    def held(self) -> tuple[Part, ...]:
        """Those who get it on no day."""
        return tuple(part for part in self.others if not part.leaves)

    @property
    def readers(self) -> list[tuple[Rehearsed, Played]]:
        """Everybody who gets it, on whichever day."""
        elsewhere = (pair for part in self.others if part.leaves for pair in part.people)
        return [*self.sent, *((person, item) for person, item in elsewhere if item is not None)]

    @property
    def people(self) -> int:
        return len(self.sent) + sum(len(part.people) for part in self.others)


@dataclass(frozen=True)
class CohortRehearsal:
    """All that the pages show. `unread` are people whose facts make no sense, as the planner leaves out."""

    cohort: Cohort
    story: str
    stories: dict[str, Story]
    people: tuple[Rehearsed, ...]
    unread: tuple[Enrolment, ...]
    drawn: CohortCalendar
    now: dt.datetime
    from_on: dt.date
    until_on: dt.date

    @cached_property
    def occasions(self) -> tuple[Occasion, ...]:
        return occasions_of(self.people, self.now)

    def occasion(self, name: str) -> Occasion | None:
        return next((each for each in self.occasions if each.name == name), None)

    @cached_property
    def highest(self) -> tuple[int, list[Rehearsed]]:
        """The most reminders that anybody gets within seven days, and who gets so many."""
        loads = [(highest_load(each.played, counted=True), each) for each in self.people]
        most = max((load for load, _person in loads), default=0)
        return most, [person for load, person in loads if load == most] if most else []

    @cached_property
    def highest_in_all(self) -> int:
        """The same with invitations and calendar messages, which the caps do not count."""
        return max((highest_load(each.played, counted=False) for each in self.people), default=0)

    @property
    def answers(self) -> Counter[int]:
        """How many enter after which invitation, 0 for none: whom none reaches does not enter."""
        return Counter(
            self.stories[each.enrolment.public_id].answers if each.enters else 0 for each in self.people
        )

    @cached_property
    def days(self) -> list[tuple[dt.date, str, int]]:
        """(day, why nobody can be written to or "", messages that leave) from the first day to the last."""
        sends = Counter(item.on for each in self.people for item in each.played if item.leaves)
        calendars = {each.loaded.facts.calendar for each in self.people}
        span = (self.from_on + dt.timedelta(days=n) for n in range((self.until_on - self.from_on).days + 1))
        return [(day, _closed({each.why_not(day) for each in calendars}), sends[day]) for day in span]


def rehearse_cohort(cohort: Cohort, story: str, now: dt.datetime) -> CohortRehearsal | None:
    """As if the draft were launched now; a constant number of queries. None while nobody is enrolled.

    Needs the scope; raises CalendarError when no calendar fits.
    """
    enrolments = list(Enrolment.objects.filter(cohort=cohort).with_person().by_agency())
    loaded = load([each.pk for each in enrolments], now)
    if not loaded:
        return None
    drawn = drawn_calendar(next(iter(loaded.values())))
    until = last_moment(drawn, now)
    stories = _stories(story, enrolments)
    people = []
    for each in (loaded[row.pk] for row in enrolments if row.pk in loaded):
        with left_out_on_error(each.enrolment):
            facts = facts_if_launched(each, drawn, now)
            told = stories[each.enrolment.public_id]
            people.append(Rehearsed(each, facts, play(facts, told, each.policy, now, until)))
    read = {each.enrolment.pk for each in people}
    today = cohort.network.today(now)
    return CohortRehearsal(
        cohort=cohort,
        story=story,
        stories={each.enrolment.public_id: stories[each.enrolment.public_id] for each in people},
        people=tuple(people),
        unread=tuple(row for row in enrolments if row.pk not in read),
        drawn=drawn,
        now=now,
        from_on=today,
        until_on=cohort.network.today(until),
    )


def _stories(story: str, enrolments: Iterable[Enrolment]) -> dict[str, Story]:
    names = [each.public_id for each in enrolments]
    if story == MIX:
        return mixed(names)
    return dict.fromkeys(names, ENTERS if story == ALL_ENTER else SILENT)


def _closed(reasons: set[str]) -> str:
    """Why a day is closed to everybody; "" when one person can be written to."""
    if "" in reasons or not reasons:
        return ""
    order = ("weekend", "public_holiday", "blackout", "closed_day", "pause")
    return next((each for each in order if each in reasons), "closed_day")


# --- by message --------------------------------------------------------------------------------


def occasions_of(people: Sequence[Rehearsed], now: dt.datetime) -> tuple[Occasion, ...]:
    """Each message once, with every person once in it, in the order of the days."""
    found: defaultdict[tuple[str, str], dict[int, Played]] = defaultdict(dict)
    for place, person in enumerate(people):
        for kind, key, item in _keyed(person.played):
            found[kind, key][place] = item
    occasions = [_occasion(kind, key, items, people, now) for (kind, key), items in found.items()]
    return tuple(sorted(occasions, key=lambda each: (each.on, _hour(each), each.name)))


def _keyed(played: Iterable[Played]) -> Iterator[tuple[str, str, Played]]:
    """What the name of a message is for all of them alike."""
    seen: Counter[str] = Counter()
    for item in played:
        key = item.occurrence
        if item.kind in OWN_NAMES:
            seen[item.kind] += 1
            key = str(seen[item.kind])
        yield item.kind, key, item


def _hour(occasion: Occasion) -> dt.time:
    return min((item.time for _person, item in occasion.sent), default=dt.time(23))


def _occasion(
    kind: str, key: str, items: dict[int, Played], people: Sequence[Rehearsed], now: dt.datetime
) -> Occasion:
    leaving = [item for item in items.values() if item.leaves]
    days = Counter(item.on for item in leaving or items.values())
    on = min(days, key=lambda day: (-days[day], day))
    sent: list[tuple[Rehearsed, Played]] = []
    parts: defaultdict[tuple[str, bool, object], list[tuple[Rehearsed, Played | None]]] = defaultdict(list)
    for place, person in enumerate(people):
        item = items.get(place)
        if item is None:
            parts[person.why_apart(kind, now), False, None].append((person, None))
        elif item.leaves and item.on == on:
            sent.append((person, item))
        else:
            parts[_part_of(item)].append((person, item))
    others = [Part(code, tuple(each), leaves) for (code, leaves, _when), each in parts.items()]
    # The many first, as in the sentence one would say; what is certain of somebody after it.
    others.sort(key=lambda part: (-len(part.people), part.code))
    return Occasion(kind, key, on, tuple(sent), tuple(others))


def _part_of(item: Played) -> tuple[str, bool, object]:
    """The group of one who does not get it on the usual day."""
    if not item.leaves:
        return item.because, False, _detail(item)
    if item.kind in AFTER_ENTERING:
        return "another_day", True, None
    return item.because or "own_days", True, (item.on, item.time)


def _detail(item: Played) -> object:
    """A pause has its last day, which is told."""
    return pause_end(item.facts, item.on) if item.because in ("pause", "paused") else None


def pause_end(facts: PersonFacts, day: dt.date) -> dt.date | None:
    """The last day of the pause that covers this day."""
    return max((pause.ends_on for pause in facts.working.pauses if day in pause), default=None)
