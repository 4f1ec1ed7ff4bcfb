"""At-risk rules and the ladder before a manager sees a name (domain.md 3.2, 4.4)."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.adoption.days import counted
from coaching.adoption.ladder import LadderFacts, LadderRule, RiskFacts, manager_visibility, risk
from coaching.cohorts.working_days import Period, WorkingDays

DAYS = WorkingDays()
MONDAY = dt.date(2027, 2, 1)


def after(working_days: int) -> dt.date:
    return DAYS.add(MONDAY, working_days)


ACTIVE = RiskFacts("active", MONDAY, MONDAY, MONDAY, 0.0, DAYS)
CLIMBED = LadderFacts(
    status="active",
    employment_status="employee",
    working=DAYS,
    invited_on=dt.date(2027, 1, 5),
    last_activity_on=MONDAY,
    reminders_on=(after(7), after(8), after(12)),
    coach_contacts_on=(after(10),),
    notified_on=after(15),
)


def codes(facts: RiskFacts, today: dt.date) -> list[str]:
    return [reason.code for reason in risk(facts, today).reasons]


@pytest.mark.parametrize(("days", "level"), [(6, "ok"), (7, "watch"), (9, "watch"), (10, "at_risk")])
def test_inactivity_is_watched_then_at_risk(days, level):
    assert risk(ACTIVE, after(days)).level == level


def test_reason_says_since_when():
    reason = risk(ACTIVE, after(13)).reasons[0]

    assert (reason.code, reason.since, reason.value) == ("R2", after(10), 13)


def test_nobody_is_inactive_who_has_taken_every_open_step():
    up_to_date = replace(ACTIVE, left_open_since=None)

    assert risk(up_to_date, after(9)).level == "ok"
    assert risk(up_to_date, after(60)).level == "ok"


@pytest.mark.parametrize(("open_for", "level"), [(4, "ok"), (5, "at_risk")])
def test_a_week_that_opens_after_everything_was_taken_leaves_its_own_days(open_for, level):
    caught_up = replace(ACTIVE, left_open_since=after(20))

    assert risk(caught_up, after(20 + open_for)).level == level


@pytest.mark.parametrize(("days", "expected"), [(4, []), (5, ["R1"])])
def test_invitation_without_answer_counts_after_five_working_days(days, expected):
    invited = RiskFacts("invited", MONDAY, None, None, None, DAYS)

    assert codes(invited, after(days)) == expected


@pytest.mark.parametrize(
    ("points", "was_far", "level"),
    [
        (-9.9, False, "ok"),
        (-10.0, True, "ok"),
        (-10.1, False, "watch"),
        (-25.0, False, "watch"),
        (-25.1, False, "at_risk"),
        (-11.0, True, "at_risk"),
        (None, True, "ok"),
    ],
)
def test_pace_rule_is_left_only_from_minus_ten(points, was_far, level):
    assert risk(replace(ACTIVE, pace_points=points, was_far=was_far), MONDAY).level == level


def test_sessions_missed_and_call_for_help_count_at_once():
    facts = replace(ACTIVE, missed_sessions_in_a_row=2, asked_for_help_on=MONDAY)

    assert codes(facts, MONDAY) == ["R4", "R5"]


@pytest.mark.parametrize("status", ["paused", "completed", "withdrawn", "replaced", "cancelled"])
def test_people_paused_or_gone_are_not_evaluated(status):
    assert risk(replace(ACTIVE, status=status), after(60)).level == "not_evaluated"


def test_manager_sees_the_name_two_working_days_after_the_notice():
    assert manager_visibility(CLIMBED, after(16)).stage == "notice_running"
    assert manager_visibility(CLIMBED, after(16)).visible_on == after(17)
    assert manager_visibility(CLIMBED, after(17)).is_visible


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"reminders_on": (after(7), after(8))}, ("reminders", "notice")),
        ({"coach_contacts_on": ()}, ("coach_contact", "notice")),
        ({"notified_on": None}, ("notice",)),
        ({"last_activity_on": after(10)}, ("inactivity", "reminders", "coach_contact", "notice")),
        ({"handled_on": after(12)}, ("inactivity", "reminders", "coach_contact", "notice")),
    ],
)
def test_every_step_of_the_ladder_is_needed(change, missing):
    visibility = manager_visibility(replace(CLIMBED, **change), after(20))

    assert not visibility.is_visible
    assert visibility.missing == missing


def test_notice_is_due_once_everything_else_is_there():
    facts = replace(CLIMBED, notified_on=None)

    assert manager_visibility(facts, after(14)).stage == "hidden"
    assert manager_visibility(facts, after(15)).needs_notice


def test_notice_of_an_earlier_climb_does_not_count():
    facts = replace(CLIMBED, notified_on=dt.date(2027, 1, 20))

    assert manager_visibility(facts, after(20)).needs_notice


@pytest.mark.parametrize(("days", "expected"), [(9, ["recency"]), (10, ["R2"])])
def test_silence_is_counted_from_the_day_the_coach_said_that_it_is_settled(days, expected):
    handled_on = after(12)
    facts = replace(ACTIVE, handled_on=handled_on)

    assert codes(facts, DAYS.add(handled_on, days)) == expected


def test_end_of_a_pause_starts_the_ladder_anew():
    pause = Period(after(5), after(9))
    facts = replace(CLIMBED, working=WorkingDays(pauses=(pause,)))

    assert manager_visibility(facts, after(20)).stage == "hidden"


def test_nobody_is_shown_during_a_pause():
    facts = replace(CLIMBED, working=WorkingDays(pauses=(Period(after(30), after(40)),)))

    assert manager_visibility(facts, after(35)).stage == "off"


@pytest.mark.parametrize(
    ("change", "stage"),
    [
        ({"employment_status": "independent"}, "off"),
        ({"employment_status": "franchisee"}, "off"),
        ({"employment_status": "independent", "is_allowed": True}, "visible"),
        ({"is_allowed": False}, "off"),
        ({"manager_view": "bands_only"}, "off"),
        ({"manager_view": "aggregate_only"}, "off"),
        ({"status": "paused"}, "off"),
        ({"status": "completed"}, "off"),
        ({"invited_on": None, "last_activity_on": None}, "off"),
    ],
)
def test_who_is_never_shown_by_default(change, stage):
    assert manager_visibility(replace(CLIMBED, **change), after(20)).stage == stage


def test_person_who_never_started_climbs_from_the_invitation():
    facts = replace(CLIMBED, status="invited", invited_on=MONDAY, last_activity_on=None)

    assert manager_visibility(facts, after(17)).is_visible


def test_network_may_wait_longer():
    assert not manager_visibility(CLIMBED, after(17), LadderRule(inactive_working_days=20)).is_visible


@given(
    days=st.integers(0, 40),
    reminders=st.lists(st.integers(0, 40), max_size=6),
    contacts=st.lists(st.integers(0, 40), max_size=3),
    notice=st.none() | st.integers(0, 40),
)
def test_no_history_shows_a_name_without_the_four_steps(days, reminders, contacts, notice):
    facts = replace(
        CLIMBED,
        reminders_on=tuple(after(n) for n in reminders),
        coach_contacts_on=tuple(after(n) for n in contacts),
        notified_on=None if notice is None else after(notice),
    )

    found = manager_visibility(facts, after(days))

    if found.is_visible:
        assert found.inactive_days >= 15
        assert sum(n > 0 for n in reminders) >= 3
        assert any(n > 0 for n in contacts)
        assert notice is not None
        assert 0 < notice <= days - 2


def test_nobody_climbs_who_has_taken_every_open_step():
    up_to_date = replace(CLIMBED, left_open_since=None)

    assert manager_visibility(up_to_date, after(40)).stage == "off"


@pytest.mark.parametrize(("open_for", "stage"), [(4, "off"), (5, "visible")])
def test_nobody_climbs_in_the_first_days_of_a_week_that_opens_after_everything_was_taken(open_for, stage):
    caught_up = replace(CLIMBED, left_open_since=after(16))

    assert manager_visibility(caught_up, after(16 + open_for)).stage == stage


breaks = st.lists(
    st.builds(
        lambda start, length: Period(MONDAY + dt.timedelta(start), MONDAY + dt.timedelta(start + length)),
        st.integers(-60, 300),
        st.integers(0, 200),
    ),
    max_size=1,  # three in a row might close an agency for a year
)


@given(
    open_days=st.sets(st.integers(1, 7), min_size=1),
    pauses=breaks,
    start=st.integers(-80, 400),
    count=st.integers(0, 130),
)
def test_counting_from_a_table_finds_the_same_day_as_counting_one_by_one(open_days, pauses, start, count):
    days = WorkingDays(tuple(sorted(open_days)), pauses=tuple(pauses))
    day = MONDAY + dt.timedelta(days=start)

    assert counted(days).add(day, count) == days.add(day, count)
