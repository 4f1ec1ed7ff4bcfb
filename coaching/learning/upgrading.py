"""What another version of the programme means for people on their way. Pure, no clock.

Progress never decreases (domain.md 4.8): a step done stays done under its lasting key, a step that
changed module is carried over, and where the sum is now longer a floor keeps what was reached.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from coaching.programmes.outline import ProgrammeOutline, StepOutline


@dataclass(frozen=True)
class StepChanges:
    """The steps of one sector that another version adds and takes away; `carried`: new -> old address."""

    added: tuple[StepOutline, ...]
    removed: tuple[StepOutline, ...]
    carried: dict[str, str]

    def left_to_take(self, done: Collection[str]) -> tuple[StepOutline, ...]:
        """The added steps that count and that somebody who did these has not taken elsewhere."""
        return tuple(
            step for step in self.added if step.is_required and self.carried.get(step.address) not in done
        )


def step_changes(before: ProgrammeOutline, after: ProgrammeOutline, sector: str) -> StepChanges:
    """What people of this sector gain and lose, each in the order of its programme."""
    old = {step.address: step for step in before.steps_for_sector(sector)}
    new = {step.address: step for step in after.steps_for_sector(sector)}
    return StepChanges(
        added=tuple(step for address, step in new.items() if address not in old),
        removed=tuple(step for address, step in old.items() if address not in new),
        carried=carried(before, after),
    )


def carried(before: ProgrammeOutline, after: ProgrammeOutline) -> dict[str, str]:
    """New address -> old one, of each step that changed module: same key and kind, and no other such."""
    gone = _by_name(before, after)
    come = _by_name(after, before)
    return {
        step.address: gone[name].address
        for name, step in come.items()
        if name in gone and gone[name].module_key != step.module_key
    }


def newly_asked(before: ProgrammeOutline, after: ProgrammeOutline) -> tuple[StepOutline, ...]:
    """The steps that count in `after` and that `before` did not ask by that week, in order."""
    came_from = carried(before, after)
    found = ((step, before.step(came_from.get(step.address, step.address))) for step in after.steps)
    return tuple(
        step
        for step, old in found
        if step.is_required and (old is None or not old.is_required or old.week_number > step.week_number)
    )


def _by_name(here: ProgrammeOutline, there: ProgrammeOutline) -> dict[tuple[str, str], StepOutline]:
    """The steps that only one side has, by key and kind, ambiguous ones left out."""
    steps = [step for step in here.steps if there.step(step.address) is None]
    counts = Counter((step.key, step.kind) for step in steps)
    return {(step.key, step.kind): step for step in steps if counts[step.key, step.kind] == 1}


def progress_ratio(done: Collection[str], outline: ProgrammeOutline, sector: str) -> float | None:
    """Minutes of required steps done over all, 0 to 1 (domain.md 4.3); None when none is required."""
    total = outline.required_minutes(sector)
    if not total:
        return None
    steps = (outline.step(address) for address in done)
    counted = sum(step.minutes for step in steps if step and step.is_required and step.is_for(sector))
    return min(1.0, counted / total)


def floor_after(reached: float | None, ratio: float | None, floor: float) -> float:
    """The floor that keeps what was reached; 0 where the sum alone already does."""
    kept = max(reached or 0.0, floor)
    return kept if ratio is None or ratio < kept else 0.0


def has_same_weeks(before: ProgrammeOutline, after: ProgrammeOutline) -> bool:
    """Whether the calendar that runs fits both: the same weeks, by key, in the same order."""
    return [week.key for week in before.weeks] == [week.key for week in after.weeks]
