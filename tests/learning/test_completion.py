"""What finishing takes, as vectors: each condition at its threshold, just below, and where it is absent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.attending import Held, attendance_facts
from coaching.learning.completion import (
    Completion,
    Condition,
    Facts,
    Practised,
    Scored,
    Step,
    completion_of,
    share_of,
)

START = dt.datetime(2027, 1, 14, 8, 45, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)
LATER = START + 52 * WEEK
DONE = Step("m/s", is_done=True)
EXEMPTED = Step("m/e", is_done=True, is_exempted=True)


def sessions(*states: str) -> list[Held]:
    return [
        Held(f"s{n}", START + n * WEEK, START + n * WEEK + dt.timedelta(hours=25)) for n in range(len(states))
    ]


def attended(*states: str, **changes: Any) -> Any:
    known = {f"s{n}": state for n, state in enumerate(states) if state}
    given = {"invited_at": START - WEEK, "now": LATER} | changes
    return attendance_facts(sessions(*states), known, **given)


def person(**changes: Any) -> Completion:
    """Somebody who has everything, with these differences."""
    facts: dict[str, Any] = {
        "is_whole": True,
        "steps": (DONE,),
        "quizzes": (),
        "practices": (),
        "assessments": (),
        "attendance": attended(),
        "practice_percent": 75,
        "attendance_percent": 75,
    }
    return completion_of(Facts(**facts | changes))


def condition(found: Completion, kind: str) -> Condition:
    return next(each for each in found.conditions if each.kind == kind)


def quiz(right: int | None, out_of: int | None, step: Step = DONE) -> Scored:
    return Scored(step, 70, right, out_of)


def practices(*states: str) -> tuple[Practised, ...]:
    return tuple(Practised(Step(f"p/{n}", is_done=True), state) for n, state in enumerate(states))


def test_conditions_on_nothing_do_not_apply_and_hold_nobody_back() -> None:
    found = person()

    assert found.is_met
    assert [(each.kind, each.is_applicable) for each in found.conditions] == [
        ("steps", True),
        ("quizzes", False),
        ("practices", False),
        ("attendance", False),
        ("assessments", False),
    ]


def test_every_required_step_is_needed() -> None:
    found = person(steps=(DONE, Step("m/left")))

    steps = condition(found, "steps")
    assert not found.is_met
    assert (steps.have, steps.needed, [part.key for part in steps.left]) == (1, 2, ["m/left"])


def test_nobody_finishes_what_is_still_being_written() -> None:
    found = person(is_whole=False)

    assert not found.is_met
    assert found.unmet == ()


@pytest.mark.parametrize(
    ("right", "out_of", "is_met"),
    [(6999, 10_000, False), (7000, 10_000, True), (2, 3, False), (3, 3, True), (3, 4, True), (0, 1, False)],
)
def test_a_quiz_counts_from_seventy_percent_on(right: int, out_of: int, is_met: bool) -> None:
    assert person(quizzes=(quiz(right, out_of),)).is_met is is_met
    assert person(assessments=(quiz(right, out_of),)).is_met is is_met


def test_each_quiz_counts_for_itself() -> None:
    found = person(quizzes=(quiz(10, 10), quiz(1, 3)))

    part = condition(found, "quizzes").left[0]
    assert not found.is_met
    assert (part.right, part.needed, part.out_of) == (1, 3, 3)


def test_an_exempted_step_is_done_passed_and_validated() -> None:
    found = person(
        steps=(EXEMPTED,),
        quizzes=(quiz(0, 3, EXEMPTED),),
        practices=(Practised(EXEMPTED, "waiting"),),
        assessments=(quiz(None, None, EXEMPTED),),
    )

    assert found.is_met
    assert {part.state for each in found.conditions for part in each.parts} == {"exempted"}


def test_a_quiz_not_taken_is_not_passed_and_one_done_before_it_had_questions_is() -> None:
    not_taken = person(quizzes=(quiz(None, None, Step("m/q")),))
    before = person(quizzes=(quiz(None, None),))

    assert not not_taken.is_met
    assert before.is_met


@pytest.mark.parametrize(("count", "needed"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 6)])
def test_the_share_of_practices_is_rounded_up(count: int, needed: int) -> None:
    enough = person(practices=practices(*["validated"] * needed, *["waiting"] * (count - needed)))
    assert condition(enough, "practices").needed == needed
    assert enough.is_met
    if needed:
        short = person(practices=practices(*["validated"] * (needed - 1), *["read"] * (count - needed + 1)))
        assert not short.is_met


@pytest.mark.parametrize("state", ["", "waiting", "returned", "read"])
def test_only_a_validated_practice_counts(state: str) -> None:
    found = person(practices=practices("validated", "validated", state, state))

    assert not found.is_met
    assert condition(found, "practices").missing == 1
    assert [part.state for part in condition(found, "practices").left] == [state, state]


@pytest.mark.parametrize(
    ("states", "is_met"),
    [
        (("present", "present", "present", ""), True),
        (("present", "present", "absent", ""), False),
        (("present", "replay", "present", "absent"), True),
        (("present", "excused", "excused", "present"), False),  # an excuse is no attendance
        (("present", "present", ""), False),
        (("present",), True),
        (("",), False),
    ],
)
def test_three_sessions_of_four_and_following_afterwards_counts(
    states: tuple[str, ...], is_met: bool
) -> None:
    assert person(attendance=attended(*states)).is_met is is_met


def test_what_was_followed_afterwards_is_flagged() -> None:
    found = condition(person(attendance=attended("present", "replay", "replay")), "attendance")

    assert (found.have, found.replays) == (3, 2)


def test_sessions_before_a_late_joiners_start_do_not_count() -> None:
    facts = attended("", "", "present", invited_at=START + WEEK + dt.timedelta(hours=1))

    assert [held.key for held in facts.held] == ["s2"]


def test_a_session_still_open_to_sign_counts_for_whom_something_is_known_of_it() -> None:
    now = START + WEEK + dt.timedelta(hours=2)

    nothing_known = attended("present", "", now=now)
    signed = attended("present", "present", now=now)

    assert [held.key for held in nothing_known.held] == ["s0"]
    assert [held.key for held in signed.held] == ["s0", "s1"]


def test_what_is_held_after_somebody_has_finished_takes_nothing_back() -> None:
    finished_at = START + dt.timedelta(days=2)

    missed = attended("present", "", "absent", finished_at=finished_at)
    came = attended("present", "", "present", finished_at=finished_at)

    assert [held.key for held in missed.held] == ["s0"]
    assert [held.key for held in came.held] == ["s0", "s2"]


def test_thresholds_are_those_of_the_programme_version() -> None:
    half = {"practice_percent": 50, "attendance_percent": 0}

    found = person(practices=practices("validated", "waiting"), attendance=attended("absent"), **half)

    assert found.is_met


@given(count=st.integers(0, 1000), percent=st.integers(0, 100))
def test_a_share_is_the_smallest_number_that_reaches_the_percentage(count: int, percent: int) -> None:
    needed = share_of(count, percent)

    assert 0 <= needed <= count
    assert 100 * needed >= percent * count
    assert needed == 0 or 100 * (needed - 1) < percent * count
