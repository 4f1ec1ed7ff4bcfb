"""Weeks played in advance for one person, by the planner and the rules of the claim. No Django, no clock.

What happens in the ledger happens here in memory: a message is planned, waits, is decided once more at its
hour, and counts for the next ones. What the person does meanwhile is a `Story`: supposed, never foreseen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from coaching.reminders.facts import (
    CALENDAR_KINDS,
    UNCAPPED,
    Defer,
    NotSent,
    PersonFacts,
    Planned,
    Send,
    SentMessage,
    Skip,
)
from coaching.reminders.planner import plan, recheck
from coaching.reminders.policy import SEVEN_DAYS, ReminderPolicy

INVITATIONS = ("invitation", "invitation_followup")
ENTERS_AFTER = dt.timedelta(hours=1)
STEP_AFTER = dt.timedelta(days=1)  # a step of the week is taken the day after it opened: before the nudge
_MOST_MOMENTS = 500

# Of ten people seven answer the first invitation, one the second, one the last, one none.
_ANSWERS = (1, 1, 1, 2, 1, 1, 0, 1, 3, 1)
_REST_EVERY = 3  # one week in three a person takes no step before the nudge


@dataclass(frozen=True, slots=True)
class Story:
    """What a person is supposed to do: which invitation they answer (0: none), in which weeks they work."""

    answers: int = 0
    rests: int | None = None  # None: no step after they entered; else they rest one week in three from there

    def works_in(self, week: int) -> bool:
        return self.rests is not None and (week + self.rests) % _REST_EVERY != 0


ENTERS, SILENT = Story(answers=1), Story()


def mixed(names: list[str]) -> dict[str, Story]:
    """A story for each of these people, the same at every look, which says nothing of any of them."""
    shuffled = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return {name: Story(_ANSWERS[place % 10], place) for place, name in enumerate(shuffled)}


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one message. `on` and `time` are the agency's; `at` is None when it does not leave.

    `because` is why it does not, or, of one that leaves, why not at its usual time; `facts` are those of
    that moment, or of the end where it was never planned.
    """

    kind: str
    occurrence: str
    on: dt.date
    facts: PersonFacts
    at: dt.datetime | None = None
    time: dt.time = dt.time(0)
    because: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def leaves(self) -> bool:
        return self.at is not None

    @property
    def counts(self) -> bool:
        """Whether it leaves and the caps count it."""
        return self.leaves and self.kind not in UNCAPPED


def play(
    facts: PersonFacts, story: Story, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> tuple[Played, ...]:
    """Every message from `now` to `until`, sent or not, in the order of their days."""
    game = _Game(facts, story, policy, until)
    at: dt.datetime | None = now.astimezone(dt.UTC)
    for _ in range(_MOST_MOMENTS):
        if at is None:
            break
        game.moment(at)
        at = game.next_moment(at)
    return tuple(sorted(game.played(), key=lambda each: (each.on, each.time)))


@dataclass(slots=True)
class _Waiting:
    """A message in the ledger of the game."""

    item: Planned
    next_try_at: dt.datetime
    because: str


@dataclass(slots=True)
class _Game:
    facts: PersonFacts
    story: Story
    policy: ReminderPolicy
    until: dt.datetime
    waiting: dict[tuple[str, str], _Waiting] = field(default_factory=dict)
    ended: dict[tuple[str, str], Played] = field(default_factory=dict)
    refused: dict[tuple[str, str], NotSent] = field(default_factory=dict)
    enters_at: dt.datetime | None = None

    def moment(self, at: dt.datetime) -> None:
        """The person does what the story says, the planner looks, what is due is decided."""
        self._live(at)
        self._plan(at)
        while due := min(
            (each for each in self.waiting.values() if each.next_try_at <= at),
            key=lambda each: (each.next_try_at, each.item.due_at),
            default=None,
        ):
            self._decide(due, at)

    def next_moment(self, at: dt.datetime) -> dt.datetime | None:
        """When something is due or the person does something, or, after a week, new weeks come in sight."""
        moments = [each.next_try_at for each in self.waiting.values()]
        moments += [step for _week, step in self._steps()]
        if self.enters_at is not None:
            moments.append(self.enters_at)
        following = min([at + SEVEN_DAYS, *(each for each in moments if each > at)])
        return following if following <= self.until else None

    def played(self) -> Iterator[Played]:
        yield from self.ended.values()
        last_day = self.facts.calendar.local_day(self.until)
        for key, item in self.refused.items():
            if key not in self.ended and key not in self.waiting and item.on and item.on <= last_day:
                yield Played(item.kind, item.occurrence, item.on, self.facts, because=item.because)

    def _live(self, at: dt.datetime) -> None:
        if self.enters_at is not None and at >= self.enters_at and self.facts.activated_at is None:
            entered = self.enters_at
            self.facts = replace(self.facts, status="active", activated_at=entered, last_activity_at=entered)
        entered_at = self.facts.activated_at
        if entered_at is None:
            return
        steps = [step for _week, step in self._steps() if entered_at < step <= at]
        if steps and self.facts.last_activity_at != max(steps):
            self.facts = replace(self.facts, last_activity_at=max(steps))

    def _steps(self) -> list[tuple[int, dt.datetime]]:
        weeks = (week for week in self.facts.weeks if week.number > 0 and self.story.works_in(week.number))
        return [(week.number, week.opens_at + STEP_AFTER) for week in weeks]

    def _plan(self, at: dt.datetime) -> None:
        for item in plan(self.facts, self.policy, at):
            key = (item.kind, item.occurrence)
            if isinstance(item, NotSent):
                first = self.refused.get(
                    key, item
                )  # its day, for what never left would wander with the clock
                self.refused[key] = replace(item, on=first.on)
            elif key not in self.waiting:
                self.waiting[key] = _Waiting(item, item.due_at, item.moved_because)

    def _decide(self, row: _Waiting, at: dt.datetime) -> None:
        item, key = row.item, (row.item.kind, row.item.occurrence)
        decision = recheck(item, self.facts, self.policy, at)
        if isinstance(decision, Defer):
            row.next_try_at, row.because = decision.until, decision.because
            return
        del self.waiting[key]
        if isinstance(decision, Skip):
            self.facts = replace(self.facts, closed=self.facts.closed | {key})
            day = item.local_due.date()
            self.ended[key] = Played(*key, day, self.facts, because=decision.because)
            return
        self.ended[key] = self._sent(row, decision, at)
        self._enter(item.kind, at)

    def _sent(self, row: _Waiting, decision: Send, at: dt.datetime) -> Played:
        item, before = row.item, self.facts
        local = item.local_due if at == item.due_at else before.calendar.local_minute(at)
        events = decision.reasons if item.kind in CALENDAR_KINDS else ()
        sent = SentMessage(item.kind, item.occurrence, at, events)
        self.facts = replace(before, history=(*before.history, sent))
        key = (item.kind, item.occurrence)
        return Played(*key, local.date(), before, at, local.time(), row.because, decision.reasons)

    def _enter(self, kind: str, at: dt.datetime) -> None:
        if kind not in INVITATIONS or self.facts.activated_at is not None:
            return
        invited = sum(key[0] in INVITATIONS and each.leaves for key, each in self.ended.items())
        if invited == self.story.answers:
            self.enters_at = at + ENTERS_AFTER


def highest_load(played: tuple[Played, ...], *, counted: bool) -> int:
    """The most messages that leave within seven days; with `counted`, of those that the caps count."""
    instants = sorted(each.at for each in played if each.at and (each.counts or not counted))
    return max((sum(first <= at < first + SEVEN_DAYS for at in instants) for first in instants), default=0)
