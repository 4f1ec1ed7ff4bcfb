"""What a reminder says of the person's own days: sessions, practices, a silence, what opens after the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse

from coaching.cohorts.calendar import BOOSTER_WEEKS
from coaching.cohorts.events import session_uid
from coaching.reminders.occasions import COACH_HAND, Occasion, occasions
from coaching.reminders.policy import ONE_DAY
from coaching.reminders.tokens import absolute

if TYPE_CHECKING:
    from coaching.reminders.letters import Letter, Meeting, Opening


@dataclass(frozen=True)
class Practice:
    """A practice that is due soon; no word of what may be written there already."""

    title: str
    due_at: dt.datetime
    url: str


@dataclass(frozen=True)
class NextStep:
    """The one step to come back to, a few minutes."""

    title: str
    minutes: int
    url: str


@dataclass(frozen=True)
class Said:
    """The parts of one letter that its reasons call for; in the language now active."""

    letter: Letter

    @cached_property
    def _due(self) -> list[Occasion]:
        letter = self.letter
        facts, policy = letter.loaded.facts, letter.loaded.policy
        today = facts.calendar.local_day(letter.now)
        found = occasions(facts, policy, letter.now, letter.now + ONE_DAY)
        return [each for each in found if each.wish.day <= today and each.reason in letter.reasons]

    @cached_property
    def near(self) -> list[Meeting]:
        """The sessions and talks it reminds of, but for the one a digest names anyway."""
        letter = self.letter
        uids = {each.about for each in self._due if each.reason in ("session_soon", "session_today")}
        if letter.kind == "weekly_digest" and letter.session is not None:
            uids.discard(session_uid(letter.loaded.enrolment, letter.session.key))
        found = (each for each in letter.every_meeting() if each.event.uid in uids)
        return sorted(found, key=lambda each: each.event.starts_at)

    @cached_property
    def practices(self) -> list[Practice]:
        """The practices it reminds of, the first due first."""
        letter, outline = self.letter, self.letter.loaded.outline
        addresses = {each.about for each in self._due if each.reason == "practice_due"}
        due = sorted((each.due_at, each.address) for each in letter.loaded.facts.practices)
        found = ((at, outline.step(address)) for at, address in due if address in addresses)
        return [
            Practice(step.title.in_language(letter.language), at, letter.step_url(step))
            for at, step in found
            if step is not None
        ]

    @cached_property
    def next_step(self) -> NextStep | None:
        """Where somebody who has been away goes on."""
        step, letter = self.letter.journey.next_step, self.letter
        if step is None:
            return None
        return NextStep(step.title.in_language(letter.language), step.minutes, letter.step_url(step))

    @property
    def is_comeback(self) -> bool:
        return "comeback" in self.letter.reasons or self.offers_a_hand

    @property
    def offers_a_hand(self) -> bool:
        return COACH_HAND in self.letter.reasons

    @property
    def help_url(self) -> str:
        return absolute(reverse("learning:help", args=[self.letter.network.slug]))

    @property
    def weeks_after(self) -> int:
        """Of a follow-up: how many weeks after the end."""
        number = self.letter.occurrence.removeprefix("+")
        return int(number) if number.isdigit() else 0

    @cached_property
    def reopenings(self) -> tuple[Opening, ...]:
        """Of a follow-up: the modules that are open and not done, five minutes each."""
        boosters = self.letter.journey.boosters
        parts = (part for part in boosters if part.booster.after_weeks == self.weeks_after)
        views = (view for part in parts for view in part.modules)
        return tuple(self.letter.opening(view, view.first_open) for view in views if view.first_open)

    @property
    def is_last_follow_up(self) -> bool:
        return self.weeks_after == BOOSTER_WEEKS[-1]
