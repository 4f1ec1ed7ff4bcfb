"""The ladder day by day: learner, coach, notice, only then the manager (domain.md 3.2), by the planner."""

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.adoption.ladder import LadderFacts, RiskFacts, manager_visibility, risk
from coaching.cohorts.calendar import Period
from coaching.reminders.facts import UNCOUNTED_BY_LADDER, PersonFacts, Planned, Send, SentMessage
from coaching.reminders.planner import plan, recheck
from coaching.reminders.policy import DEFAULT_POLICY
from tests.reminders.planner_people import FRANCE, PARIS, active, at, weeks_from

START = dt.date(2027, 1, 12)
LAST_STEP = dt.date(2027, 1, 13)
NOON = dt.time(14, 30)


@dataclass
class Climb:
    """A person who stops on 13 January, and on which days what happened for the first time."""

    facts: PersonFacts
    today: dt.date = LAST_STEP
    events: list[tuple[str, dt.date]] = field(default_factory=list)

    def day(self, act: str = "") -> None:
        """One more day: what somebody does in the morning, then what leaves, then who sees what."""
        self.today += dt.timedelta(days=1)
        now = dt.datetime.combine(self.today, NOON, PARIS)
        if act == "step":
            self.facts = replace(self.facts, last_activity_at=now, notified_at=None)
        elif act == "handled":
            contacts = (*self.facts.coach_contacts_on, self.today)
            self.facts = replace(
                self.facts, handled_on=self.today, coach_contacts_on=contacts, notified_at=None
            )
        elif act == "contact":
            self.facts = replace(self.facts, coach_contacts_on=(*self.facts.coach_contacts_on, self.today))
        self._deliver(now)
        if risk(self._risk(), self.today).is_at_risk:
            self.events.append(("coach", self.today))
        if manager_visibility(self._ladder(), self.today).is_visible:
            self.events.append(("manager", self.today))

    def _deliver(self, now: dt.datetime) -> None:
        known = self.facts.closed | {(item.kind, item.occurrence) for item in self.facts.history}
        for row in plan(self.facts, DEFAULT_POLICY, now - dt.timedelta(hours=12), dt.timedelta(hours=12)):
            if not isinstance(row, Planned) or row.due_at > now or (row.kind, row.occurrence) in known:
                continue
            decision = recheck(row, self.facts, DEFAULT_POLICY, row.due_at)
            if not isinstance(decision, Send):
                continue
            message = SentMessage(row.kind, row.occurrence, row.due_at)
            self.facts = replace(self.facts, history=(*self.facts.history, message))
            self.events += [(reason, self.today) for reason in decision.reasons]
            if "manager_notice" in decision.reasons:
                self.facts = replace(self.facts, notified_at=row.due_at)

    def _risk(self) -> RiskFacts:
        facts, local = self.facts, self.facts.calendar.local_day
        last = local(facts.last_activity_at) if facts.last_activity_at else None
        return RiskFacts("active", START, START, last, 0.0, facts.working, START, handled_on=facts.handled_on)

    def _ladder(self) -> LadderFacts:
        facts, local = self.facts, self.facts.calendar.local_day
        return LadderFacts(
            status=facts.status,
            employment_status=facts.employment_status,
            working=facts.working,
            invited_on=START,
            last_activity_on=local(facts.last_activity_at) if facts.last_activity_at else None,
            reminders_on=tuple(
                local(item.at) for item in facts.history if item.kind not in UNCOUNTED_BY_LADDER
            ),
            coach_contacts_on=facts.coach_contacts_on,
            notified_on=local(facts.notified_at) if facts.notified_at else None,
            handled_on=facts.handled_on,
            left_open_since=START,
        )

    def first(self, name: str) -> int | None:
        """After how many working days without a step it first happened."""
        days = [day for event, day in self.events if event == name]
        return FRANCE.between(LAST_STEP, min(days)) if days else None


def climb(acts: dict[int, str], days: int = 50) -> Climb:
    """`acts`: what happens on the n-th day after the last step, counted in days of the calendar."""
    facts = active(
        weeks=weeks_from(START),
        last_activity_at=at(1, 13, 9),
        left_open_since=START,
        employment_status="employee",
    )
    story = Climb(facts)
    for number in range(1, days + 1):
        story.day(acts.get(number, ""))
    return story


def steps(story: Climb) -> dict[str, int | None]:
    names = ("comeback", "coach_hand", "coach", "manager_notice", "manager")
    return {name: story.first(name) for name in names}


def test_silence_climbs_in_order_and_stops_before_the_manager_while_no_coach_has_called():
    assert steps(climb({})) == {
        "comeback": 7,
        "coach_hand": 12,  # due on the tenth, a Wednesday: the digest of the day before and the caps
        "coach": 10,
        "manager_notice": None,
        "manager": None,
    }


def test_after_a_contact_the_learner_is_told_by_a_digest_and_two_working_days_later_the_manager_sees():
    found = steps(climb({16: "contact"}))

    assert found["coach"] == 10
    assert found["manager_notice"] is not None
    assert found["manager_notice"] >= 15
    assert found["manager"] == found["manager_notice"] + 2


@pytest.mark.parametrize("act", ["step", "handled"])
@pytest.mark.parametrize("day", [3, 9, 15, 20, 22, 26])
def test_a_step_or_what_is_settled_closes_the_climb_wherever_it_stands(act, day):
    story = climb({16: "contact", day: act}, days=day + 8)

    closed_on = LAST_STEP + dt.timedelta(days=day)
    seen = {name for name, on in story.events if on >= closed_on}
    assert not {"coach", "manager"} & seen
    assert not {"comeback", "coach_hand", "manager_notice"} & {
        name for name, on in story.events if on > closed_on
    }


@pytest.mark.parametrize("day", [3, 9, 15, 20])
def test_a_pause_is_silent_and_its_end_begins_another_climb(day):
    pause_from = LAST_STEP + dt.timedelta(days=day)
    pause_to = pause_from + dt.timedelta(days=13)
    story = climb({16: "contact"}, days=day - 1)
    story.facts = replace(
        story.facts,
        working=replace(FRANCE, pauses=(Period(pause_from, pause_to),)),
        notified_at=None,
        status="paused",
    )
    before = len(story.events)
    for _ in range(14):
        story.day()
    during = story.events[before:]
    story.facts = replace(story.facts, status="active")
    for _ in range(8):
        story.day()

    assert [event for event in during if event[0] != "coach"] == []
    assert "manager" not in {name for name, _ in story.events[before:]}
    assert "comeback" not in {name for name, _ in story.events[before:]}


acts = st.dictionaries(st.integers(1, 60), st.sampled_from(["contact", "step", "handled"]), max_size=6)


@given(acts=acts)
def test_the_manager_never_sees_before_the_coach_nor_without_a_notice(acts):
    story = climb(acts, days=60)

    for day in [on for name, on in story.events if name == "manager"]:
        closed = [LAST_STEP + dt.timedelta(days=n) for n, act in acts.items() if act in ("step", "handled")]
        start = max([LAST_STEP, *(each for each in closed if each <= day)])
        climbed = [(name, on) for name, on in story.events if start < on <= day]
        contacts = [on for on in story.facts.coach_contacts_on if start < on <= day]
        notices = [on for name, on in climbed if name == "manager_notice"]
        assert "coach" in {name for name, on in climbed if on < day}
        assert contacts
        assert notices
        assert FRANCE.between(min(notices), day) >= 2
        assert min(contacts) <= min(notices)
