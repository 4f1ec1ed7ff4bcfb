"""Anything a coach may do to a running cohort, in any order, on the real rows; what must hold after each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from agencies.models import Membership
from agencies.scope import networks
from coaching.adoption.metrics import progress
from coaching.cohorts.calendar import Period
from coaching.cohorts.differences import as_json
from coaching.cohorts.models import Cohort, CohortChange, Enrolment, Exemption
from coaching.cohorts.running import Wish
from coaching.cohorts.services import (
    CohortProblem,
    add_late_joiner,
    due_dates_of,
    pause,
    rehearse,
    replace_head,
    resume,
)
from coaching.cohorts.services.standing import seen, state_of
from coaching.learning.access import get_task_for
from coaching.learning.models import Answer, CohortUpgrade, StepCompletion, SurveyReply
from coaching.learning.recount import recount
from coaching.learning.services import (
    UpgradeProblem,
    change_cohort,
    complete_step,
    plan_upgrade,
    undo_change,
    undo_upgrade,
    upgrade,
)
from coaching.learning.services.steps import LearningProblem, lock_learner
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline
from coaching.programmes.runtime import outline_of
from coaching.reminders.loading import load
from coaching.reminders.planner import Planned, plan
from coaching.reminders.policy import DEFAULT_POLICY
from tests.adoption.people import take_weeks
from tests.cohorts.editions import Act, acts, edited, edition, same_steps
from tests.factories import PARIS, Cast, make_agency, make_cast, make_member
from tests.learning.examples import example_for
from tests.lives import live

pytestmark = pytest.mark.django_db

BEGINS = dt.datetime(2027, 1, 13, 9, 0, tzinfo=PARIS)
PLAYED = ("reading", "quiz", "scenario", "survey", "if_then")  # taken here: they need no other step
people = st.sets(st.integers(0, 3), min_size=1).map(frozenset)


def refusal(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """Why it was refused; "" when it was done."""
    try:
        verb(*args, **kwargs)
    except (CohortProblem, UpgradeProblem) as problem:
        return problem.code
    return ""


def progress_of(row: Enrolment, outline: ProgrammeOutline, sector: str) -> float:
    found = progress(row.done_minutes, outline.required_minutes(sector), row.progress_floor)
    return found.value or 0.0


class CohortLife(RuleBasedStateMachine):
    """The clock only goes on. `_known` remembers what each change found, for its undoing."""

    cast: Cast
    spare: list[Membership]

    @initialize()
    def begin(self) -> None:
        self.now = BEGINS
        self.known: dict[int, tuple[dict[str, Any], int]] = {}
        self.past: dict[str, Any] = {}
        self.held: dict[int, tuple[dict[str, Any], int]] = {}
        self.touched = 0
        self.steps = self.completions()
        self.first = ProgrammeVersion.objects.get(pk=self.cast.cohort.programme_version_id)

    # — reading —

    def cohort(self) -> Cohort:
        return Cohort.objects.get(pk=self.cast.cohort.pk)

    def enrolments(self) -> list[Enrolment]:
        rows = self.cohort().enrolments.select_related("membership").prefetch_related("pauses", "own_dates")
        return list(rows.order_by("pk"))

    def completions(self) -> set[tuple[int, str]]:
        return set(StepCompletion.objects.values_list("enrolment_id", "address"))

    def state(self) -> dict[str, Any]:
        return as_json(state_of(*seen(self.cohort())))

    def outline(self) -> ProgrammeOutline:
        return outline_of(self.cohort().programme_version)

    def answers(self) -> dict[tuple[int, str], Any]:
        """What each person reads of their own: nobody reads them all."""
        found = {}
        for row in self.enrolments():
            with self.acting(row.membership.user_id):
                rows = Answer.objects.filter(enrolment=row)
                found.update({(row.pk, each.address): each.content for each in rows})
        with self.acting(self.cast.coach.user_id):
            assert not Answer.objects.exists()
        return found

    def acting(self, user_id: int | None) -> AbstractContextManager[None]:
        return networks(self.cast.network.pk, user_id=user_id)

    def people_now(self) -> dict[str, Any]:
        """Where everybody stands, in all that a change of version may touch."""
        facts = ("status", "completed_at", "done_minutes", "done_steps", "week_minutes", "progress_floor")
        return {
            "rows": {row.pk: [getattr(row, name) for name in facts] for row in self.enrolments()},
            "steps": set(StepCompletion.objects.values_list("enrolment_id", "address", "completed_at")),
            "exemptions": set(Exemption.objects.values_list("enrolment_id", "address")),
            "answers": self.answers(),
            "replies": set(SurveyReply.objects.values_list("enrolment_id", "address")),
        }

    def progress(self) -> dict[int, float]:
        outline, sector = self.outline(), self.cast.network.sector
        return {row.pk: progress_of(row, outline, sector) for row in self.enrolments()}

    def keys(self, places: frozenset[int]) -> frozenset[str]:
        rows = self.enrolments()
        return frozenset(rows[place % len(rows)].public_id for place in places)

    # — what a coach does —

    def change(self, wish: Wish) -> None:
        before = self.state()
        try:
            shown = rehearse(self.cohort(), wish, now=self.now)
            made = change_cohort(self.cohort(), self.cast.coach, wish, mark=shown.mark, now=self.now)
        except CohortProblem:
            assert self.state() == before
            return
        self.touched += 1
        self.known[made.pk] = (before, self.touched)

    @rule(first=st.integers(0, 30), days=st.integers(0, 20))
    def close_days(self, first: int, days: int) -> None:
        day = self.now.date() + dt.timedelta(days=first)
        self.change(Wish("close_days", period=Period(day, day + dt.timedelta(days=days))))

    @rule(weeks=st.integers(1, 3))
    def shift(self, weeks: int) -> None:
        self.change(Wish("shift", weeks=weeks))

    @rule(days=st.integers(1, 14))
    def extend(self, days: int) -> None:
        self.change(Wish("extend", days=days))

    @rule(chosen=people, days=st.integers(1, 14))
    def extend_people(self, chosen: frozenset[int], days: int) -> None:
        self.change(Wish("extend_people", days=days, people=self.keys(chosen)))

    @rule(chosen=people, weeks=st.integers(1, 3))
    def pause_people(self, chosen: frozenset[int], weeks: int) -> None:
        self.change(Wish("pause_people", weeks=weeks, people=self.keys(chosen)))

    @rule(chosen=people, place=st.integers(0, 200))
    def exempt(self, chosen: frozenset[int], place: int) -> None:
        steps = [step for step in self.outline().steps if step.is_required]
        address = steps[place % len(steps)].address
        self.change(Wish("exempt", addresses=(address,), people=self.keys(chosen)))

    @rule()
    def archive(self) -> None:
        self.change(Wish("archive"))

    @rule()
    def bring_back(self) -> None:
        self.change(Wish("bring_back"))

    @rule(dates=st.sampled_from(["shift", "squeeze"]))
    def enrol(self, dates: str) -> None:
        self.touched += 1
        code = refusal(
            add_late_joiner, self.cohort(), self.spare[0], self.now, dates=dates, coach=self.cast.coach
        )
        assert code in ("", "not_live")

    @rule(dates=st.sampled_from(["shift", "squeeze"]))
    def replace(self, dates: str) -> None:
        self.touched += 1
        code = refusal(
            replace_head, self.enrolments()[1], self.spare[1], self.now, dates=dates, coach=self.cast.coach
        )
        assert code in ("", "not_live", "already_replaced")

    @rule()
    def undo(self) -> None:
        change = CohortChange.objects.standing().order_by("-pk").first()
        if change is None:
            return
        code = refusal(undo_change, change, self.cast.coach, now=self.now)
        assert code in ("", "changed_since", "too_late")
        if code:
            return
        before, touched = self.known.pop(change.pk, ({}, -1))
        if touched == self.touched:  # nothing else has happened: it is all as it was
            assert self.state() == before
        self.touched += 1

    # — what people and time do —

    @rule(place=st.integers(0, 1), weeks=st.integers(1, 3))
    def rest(self, place: int, weeks: int) -> None:
        self.touched += 1
        code = refusal(pause, self.enrolments()[place], weeks, today=self.now.date(), now=self.now)
        assert code in ("", "not_live", "already_paused")

    @rule(place=st.integers(0, 1))
    def come_back(self, place: int) -> None:
        self.touched += 1
        row = self.enrolments()[place]
        if row.status == Enrolment.Status.PAUSED:
            resume(row, today=self.now.date(), now=self.now)

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    @rule(place=st.integers(0, 3), many=st.integers(1, 3))
    def go_on(self, place: int, many: int) -> None:
        self.take_steps(place, many)

    def take_steps(self, place: int, many: int) -> None:
        rows = self.enrolments()
        row = rows[place % len(rows)]
        with self.acting(row.membership.user_id):
            for _time in range(many):
                self.take_one(row)
        self.touched += 1

    def take_one(self, row: Enrolment) -> None:
        try:
            learner = lock_learner(row, self.now)
        except LearningProblem:
            return
        for step in learner.outline.steps_for_sector(learner.sector):
            found = get_task_for(learner, step) if step.kind in PLAYED else None
            if found and learner.journey.is_open(step) and step.address not in learner.done:
                complete_step(row, step.address, example_for(found[1]), now=self.now)
                self.steps.add((row.pk, step.address))
                return

    # — another edition of the programme —

    @rule(wanted=acts)
    def take_up_an_edition(self, wanted: list[Act]) -> None:
        self.upgrade(wanted)

    def upgrade(self, wanted: list[Act]) -> None:
        current = self.cohort().programme_version
        number = ProgrammeVersion.objects.count()
        self.take_up(edition(self.cast.network, self.first, edited(current.document, wanted), number))

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 5))
    def upgrade_to_one_before(self, place: int) -> None:
        known = list(ProgrammeVersion.objects.order_by("pk"))
        self.take_up(known[place % len(known)])

    @rule(wanted=acts, place=st.integers(0, 3), goes_on=st.booleans())
    def change_its_mind(self, wanted: list[Act], place: int, goes_on: bool) -> None:
        """Two in a row, so that each run has some: seldom does chance put them side by side."""
        self.take_steps(place, 3)
        self.upgrade(wanted)
        if goes_on:
            self.take_steps(place, 1)
        self.undo_upgrade()

    def take_up(self, version: ProgrammeVersion) -> None:
        cohort = self.cohort()
        former, before, reached = cohort.programme_version, self.people_now(), self.progress()
        no = refusal(plan_upgrade, cohort, version, self.now)
        assert no in ("", "not_running", "same_version")
        if no:
            return
        plan = plan_upgrade(cohort, version, self.now)
        made = upgrade(cohort, version, self.cast.coach, seen=former, now=self.now)
        self.touched += 1
        self.held[made.pk] = (before, self.touched)
        self.follows_the_steps(before, former, version)
        after = self.progress()
        assert all(after[pk] >= reached[pk] for pk in reached)
        assert all(person.after == after[person.enrolment.pk] for person in plan.people)
        was = Enrolment.Status.COMPLETED
        now = {row.pk: row.status for row in self.enrolments()}
        assert all(now[pk] == was for pk, (status, *_rest) in before["rows"].items() if status == was)

    @precondition(lambda self: self.held)
    @rule()
    def undo_the_last_upgrade(self) -> None:
        self.undo_upgrade()

    def undo_upgrade(self) -> None:
        change = CohortUpgrade.objects.filter(undone_at=None).first()
        if change is None:
            return
        before, reached = self.people_now(), self.progress()
        code = refusal(undo_upgrade, change, now=self.now)
        assert code in ("", "later_change")
        if code:
            return
        found, touched = self.held.pop(change.pk)
        self.follows_the_steps(before, change.to_version, change.from_version)
        if touched == self.touched:  # nothing else has happened: everybody is as they were
            assert self.people_now() == found
        else:
            since = {pk for pk, _address, at in before["steps"] - found["steps"] if at > change.made_at}
            after = self.progress()
            assert all(after[pk] >= reached[pk] for pk in since)
        self.touched += 1

    def follows_the_steps(
        self, before: dict[str, Any], former: ProgrammeVersion, version: ProgrammeVersion
    ) -> None:
        """What people did, wrote and were exempted of stands where its step stands now; nothing is lost."""
        moved = same_steps(former.document, version.document)
        after = self.people_now()
        taken = {(pk, address) for pk, address, _at in before["steps"]} | before["exemptions"]

        def now_at(pk: int, address: str) -> tuple[int, str]:
            new = moved.get(address, address)
            return (pk, address if (pk, new) in taken else new)

        assert after["steps"] == {(*now_at(pk, address), at) for pk, address, at in before["steps"]}
        assert after["exemptions"] == {now_at(*place) for place in before["exemptions"]}
        assert after["replies"] == {now_at(*place) for place in before["replies"]}
        assert after["answers"] == {now_at(*place): text for place, text in before["answers"].items()}
        self.steps = self.completions()

    # — what holds —

    @invariant()
    def what_is_past_stays(self) -> None:
        for week in self.cohort().weeks.all():
            for name in ("opens_at", "due_at"):
                self.stays(f"week {week.number} {name}", getattr(week, name))
        for session in self.cohort().sessions.all():
            self.stays(f"session {session.key}", session.starts_at)

    def stays(self, key: str, instant: dt.datetime) -> None:
        if key in self.past:
            assert self.past[key] == instant, key
        elif instant <= self.now:
            self.past[key] = instant

    @invariant()
    def due_dates_are_in_order_and_never_within_a_pause(self) -> None:
        weeks = list(self.cohort().weeks.order_by("number"))
        assert all(week.due_at > week.opens_at for week in weeks)
        for row in self.enrolments():
            due = due_dates_of(row, weeks, "Europe/Paris")
            days = [due[week.number].astimezone(PARIS) for week in weeks]
            assert all(day.hour == 18 for day in days)
            assert not any(p.starts_on <= d.date() <= p.ends_on for d in days for p in row.pauses.all())

    @invariant()
    def progress_is_between_nothing_and_all_and_counted_right(self) -> None:
        total = self.outline().required_minutes(self.cast.network.sector)
        assert all(0 <= row.done_minutes <= total for row in self.enrolments())
        assert all(0 <= ratio <= 1 for ratio in self.progress().values())
        assert recount() == []

    @invariant()
    def nothing_that_was_done_is_lost(self) -> None:
        assert self.completions() == self.steps

    @invariant()
    def one_enrolment_of_a_person_takes_part(self) -> None:
        live = [row.membership.user_id for row in self.enrolments() if row.is_live]
        assert len(live) == len(set(live))

    @invariant()
    def who_is_archived_waits_for_no_message_but_the_one_that_takes_their_sessions_back(self) -> None:
        if self.cohort().status == Cohort.Status.ARCHIVED:
            loaded = load([row.pk for row in self.enrolments()], self.now).values()
            planned = (item for each in loaded for item in plan(each.facts, DEFAULT_POLICY, self.now))
            assert {item.kind for item in planned if isinstance(item, Planned)} <= {"session_cancel"}


def test_whatever_a_coach_does_history_stays_and_undoing_restores() -> None:
    cast = make_cast(3)
    take_weeks(cast, 1, weeks=2)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Brest")
        late = make_member(cast.network, "late@example.com", "agency_head", agency)
        successor = make_member(cast.network, "next@example.com", "agency_head", cast.agencies[1])
    CohortLife.cast, CohortLife.spare = cast, [late, successor]
    live(CohortLife, cast.network.pk, lives=7, steps=12)
