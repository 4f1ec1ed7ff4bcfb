"""Where a person stands: facts, states of weeks and modules, what comes next. Pure, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from coaching.programmes.outline import (
    BoosterOutline,
    ModuleOutline,
    ProgrammeOutline,
    StepOutline,
    WeekOutline,
)

State = Literal["done", "now", "open", "later", "unwritten"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an enrolment stores of its completions; optional steps count as activity only."""

    done_minutes: int
    done_steps: int
    week_minutes: tuple[int, ...]
    active_weeks: tuple[dt.date, ...]
    last_activity_at: dt.datetime | None


def facts_of(
    done: Mapping[str, dt.datetime],
    outline: ProgrammeOutline,
    sector: str,
    zone: dt.tzinfo,
    signed_at: Sequence[dt.datetime] = (),
    exempted: Collection[str] = (),
) -> Facts:
    """Facts from the steps done (address -> when), by the minutes of the pinned version.

    `signed_at`: when live sessions were signed, which is activity and no minute (domain.md 4.1).

    `zone` is the network's clock, which counts the weeks (domain.md 4.1); a week is named by its Monday.
    An address that the version no longer has counts as activity and nothing else. A step of which the
    coach exempted the person counts as done (4.3), and is no activity.
    """
    minutes = [0] * len(outline.weeks)
    steps = [outline.step(address) for address in {*done, *exempted}]
    counted = [step for step in steps if step and step.is_required and step.is_for(sector)]
    for step in counted:
        minutes[step.week_number] += step.minutes
    return Facts(
        done_minutes=sum(minutes),
        done_steps=len(counted),
        week_minutes=tuple(minutes),
        active_weeks=tuple(sorted({_monday(at, zone) for at in (*done.values(), *signed_at)})),
        last_activity_at=max((*done.values(), *signed_at), default=None),
    )


def _monday(at: dt.datetime, zone: dt.tzinfo) -> dt.date:
    day = at.astimezone(zone).date()
    return day - dt.timedelta(days=day.weekday())


class OpenedWeek(NamedTuple):
    """A week of the cohort's calendar, as far as a learner's path needs it."""

    number: int
    opens_at: dt.datetime
    due_at: dt.datetime | None = None  # by the cohort's calendar: due_dates.py says when for one person


def required_of(steps: Sequence[StepOutline]) -> tuple[StepOutline, ...]:
    """The steps without which a module is not done, be it of a week or of a booster."""
    return tuple(step for step in steps if step.is_played and not step.is_optional)


@dataclass(frozen=True)
class ModuleView:
    """A module in front of one person."""

    module: ModuleOutline
    steps: tuple[StepOutline, ...]
    done: frozenset[str]
    state: State
    exempted: frozenset[str] = frozenset()  # a part of `done`: what the coach asks of them no more

    @cached_property
    def required(self) -> tuple[StepOutline, ...]:
        """The steps to take: written, played, and not optional. Those of a week count in its totals."""
        return required_of(self.steps)

    def place_of(self, step: StepOutline) -> int | None:
        """« Étape 2 »: from 1, None for a step that does not count."""
        return self.required.index(step) + 1 if step in self.required else None

    @property
    def done_count(self) -> int:
        return sum(step.address in self.done for step in self.required)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.required)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.required if step.address not in self.done)

    @property
    def is_exempted(self) -> bool:
        """Whether the coach asks nothing of it; who takes a step all the same has done it."""
        return bool(self.required) and all(step.address in self.exempted for step in self.required)

    @property
    def first_open(self) -> StepOutline | None:
        """The step to continue with; None when all that count are done."""
        return next((step for step in self.required if step.address not in self.done), None)

    @property
    def is_started(self) -> bool:
        return self.done_count > 0


@dataclass(frozen=True)
class WeekView:
    """A week in front of one person: open from its Tuesday on, never closed again."""

    week: WeekOutline
    opens_at: dt.datetime | None
    is_open: bool
    modules: tuple[ModuleView, ...]

    @property
    def written(self) -> tuple[ModuleView, ...]:
        return tuple(view for view in self.modules if view.state != "unwritten")

    @property
    def minutes_left(self) -> int:
        return sum(view.minutes_left for view in self.modules)

    @property
    def is_done(self) -> bool:
        """Everything written in it is done; a week with nothing written never is."""
        return any(view.required for view in self.written) and self.minutes_left == 0

    @property
    def done_count(self) -> int:
        return sum(bool(view.required) and view.minutes_left == 0 for view in self.written)


@dataclass(frozen=True)
class BoosterView:
    """What comes back some weeks after the end; open from its day on, in no total."""

    booster: BoosterOutline
    opens_at: dt.datetime | None
    is_open: bool
    modules: tuple[ModuleView, ...]


@dataclass(frozen=True)
class Journey:
    """The whole path of one person at one moment."""

    weeks: tuple[WeekView, ...]
    next_step: StepOutline | None
    boosters: tuple[BoosterView, ...] = ()

    @cached_property
    def modules(self) -> dict[str, ModuleView]:
        parts: list[WeekView | BoosterView] = [*self.weeks, *self.boosters]
        return {view.module.key: view for part in parts for view in part.modules}

    @property
    def current_week(self) -> WeekView | None:
        """The week of the next step, else the last one open."""
        if self.next_step:
            return self.weeks[self.next_step.week_number]
        opened = [week for week in self.weeks if week.is_open]
        return opened[-1] if opened else None

    @property
    def next_module(self) -> ModuleView | None:
        return self.modules[self.next_step.module_key] if self.next_step else None

    @property
    def opens_next(self) -> WeekView | None:
        """The next week that opens."""
        return next((week for week in self.weeks if not week.is_open and week.opens_at), None)

    def module(self, key: str) -> ModuleView | None:
        return self.modules.get(key)

    def is_open(self, step: StepOutline) -> bool:
        """Whether its week is open, or its booster."""
        return self.part(step.week_number).is_open

    def part(self, week_number: int) -> WeekView | BoosterView:
        """The week, or the booster that goes on counting from the last one."""
        if week_number < len(self.weeks):
            return self.weeks[week_number]
        return next(view for view in self.boosters if view.booster.week_number == week_number)


def journey_of(
    outline: ProgrammeOutline,
    done: Collection[str],
    calendar: Sequence[OpenedWeek],
    now: dt.datetime,
    sector: str,
    exempted: Collection[str] = (),
) -> Journey:
    """The path at `now`: weeks and boosters by the calendar, the next step among those of the weeks.

    `exempted` are steps that count as done without having been taken.
    """
    excused = frozenset(exempted) - frozenset(done)
    taken = frozenset(done) | excused
    opens = {row.number: row.opens_at for row in calendar}
    is_open = {week.number: week.number in opens and opens[week.number] <= now for week in outline.weeks}
    next_step = next(
        (
            step
            for step in outline.steps_for_sector(sector)
            if step.is_required and step.address not in taken and is_open[step.week_number]
        ),
        None,
    )
    weeks = tuple(
        WeekView(
            week,
            opens.get(week.number),
            is_open[week.number],
            tuple(
                _module_view(module, taken, is_open[week.number], next_step, sector, excused)
                for module in outline.modules_of_week(week.number)
            ),
        )
        for week in outline.weeks
    )
    boosters = tuple(
        _booster_view(booster, taken, opens.get(booster.week_number), now, sector)
        for booster in outline.boosters
    )
    return Journey(weeks, next_step, boosters)


def _booster_view(
    booster: BoosterOutline,
    done: frozenset[str],
    opens_at: dt.datetime | None,
    now: dt.datetime,
    sector: str,
) -> BoosterView:
    is_open = opens_at is not None and opens_at <= now
    modules = tuple(_module_view(module, done, is_open, None, sector) for module in booster.modules)
    return BoosterView(booster, opens_at, is_open, modules)


def _module_view(
    module: ModuleOutline,
    done: frozenset[str],
    is_open: bool,
    next_step: StepOutline | None,
    sector: str,
    exempted: frozenset[str] = frozenset(),
) -> ModuleView:
    steps = module.steps_for_sector(sector)
    required = required_of(steps)
    state: State = "open" if is_open else "later"
    if not required:
        state = "unwritten"
    elif all(step.address in done for step in required):
        state = "done"
    elif next_step is not None and next_step.module_key == module.key:
        state = "now"
    return ModuleView(module, steps, done, state, exempted)
