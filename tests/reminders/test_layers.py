"""What network, cohort and person set, resolved into one policy: pure."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.reminders.facts import Defer, Send, SentMessage, Skip
from coaching.reminders.layers import (
    SETTINGS,
    Level,
    as_layer,
    checked,
    resolve,
)
from coaching.reminders.planner import NotSent, Planned, plan, recheck
from coaching.reminders.policy import (
    DEFAULT_POLICY,
    EARLIEST_WINDOW,
    LATEST_WINDOW,
    PolicyError,
    in_window,
)
from tests.reminders.planner_people import MONDAY, active, at, invited
from tests.reminders.test_planner import CLIMBING

ANY_LAYER = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(setting.choices) for name, setting in SETTINGS.items()}
).map(as_layer)
ANY_STORED = st.dictionaries(
    st.sampled_from([*SETTINGS, "unknown"]),
    st.one_of(st.none(), st.booleans(), st.integers(-1, 50), st.text(max_size=6), st.floats(), st.just([1])),
)
ANY_DAY = st.sampled_from([None, 2, 3, 4, 5, 0, 6, 1])


def layer(**values):
    return as_layer(values)


def test_nothing_set_is_the_shipped_policy_itself():
    found = resolve()

    assert found.policy is DEFAULT_POLICY
    assert set(found.origins.values()) == {Level.SHIPPED}
    assert set(found.values) == set(SETTINGS)


@pytest.mark.parametrize(
    ("network", "cohort", "day", "name", "value", "origin"),
    [
        ({"digest_weekday": 3}, {}, None, "digest_weekday", 3, Level.NETWORK),
        ({"digest_weekday": 3}, {"digest_weekday": 2}, None, "digest_weekday", 2, Level.COHORT),
        ({"digest_weekday": 3}, {"digest_weekday": 2}, 5, "digest_weekday", 5, Level.PERSON),
        ({}, {}, 6, "digest_weekday", 2, Level.SHIPPED),
        ({"min_gap_hours": 72}, {"min_gap_hours": 48}, None, "min_gap_hours", 72, Level.NETWORK),
        ({"min_gap_hours": 72}, {"min_gap_hours": 96}, None, "min_gap_hours", 96, Level.COHORT),
        ({"max_per_7_days": 1}, {"max_per_7_days": 2}, None, "max_per_7_days", 1, Level.NETWORK),
        ({"window_opens": "08:00"}, {}, None, "window_opens", "08:00", Level.NETWORK),
        ({}, {"window_opens": "08:00"}, None, "window_opens", "08:30", Level.SHIPPED),
        ({"window_opens": "08:00"}, {"window_opens": "08:30"}, None, "window_opens", "08:30", Level.COHORT),
        ({"window_opens": "07:30"}, {}, None, "window_opens", "08:30", Level.SHIPPED),
        (
            {"window_closes": "17:00"},
            {"window_closes": "18:00"},
            None,
            "window_closes",
            "17:00",
            Level.NETWORK,
        ),
        ({"nudge_weekday": 0}, {"nudge_weekday": 4}, None, "nudge_weekday", 0, Level.NETWORK),
        ({"follow_ups": 0}, {"follow_ups": 1}, None, "follow_ups", 0, Level.NETWORK),
        ({"comeback_after": 0}, {"comeback_after": 7}, None, "comeback_after", 0, Level.NETWORK),
        ({"comeback_after": 10}, {"comeback_after": 15}, None, "comeback_after", 15, Level.COHORT),
        ({"ladder_days": 20}, {"ladder_days": 15}, None, "ladder_days", 20, Level.NETWORK),
        # What a narrower level above makes of a value that somebody set below it.
        ({"window_opens": "09:30"}, {}, None, "digest_time", "09:30", Level.NETWORK),
        ({}, {"window_closes": "16:00", "digest_time": "17:30"}, None, "digest_time", "15:45", Level.COHORT),
        ({"digest_weekday": 3}, {}, None, "nudge_weekday", 5, Level.NETWORK),
        ({}, {}, 3, "nudge_weekday", 5, Level.PERSON),
        ({}, {}, 4, "nudge_weekday", 0, Level.PERSON),
        ({"min_gap_hours": 72}, {}, None, "nudge_weekday", 5, Level.NETWORK),
        ({}, {"max_per_7_days": 1}, None, "nudge_weekday", 0, Level.COHORT),
        # A day that the person moves back leaves the nudge where the cohort has it.
        ({}, {"digest_weekday": 4}, 2, "nudge_weekday", 4, Level.SHIPPED),
    ],
)
def test_nearest_level_decides_within_what_those_above_allow(network, cohort, day, name, value, origin):
    found = resolve(as_layer(network), as_layer(cohort), day)

    assert (found.values[name], found.origins[name]) == (value, origin)


def test_resolved_values_are_those_of_the_policy():
    found = resolve(
        layer(window_opens="09:00", min_gap_hours=96, comeback_after=10, ladder_days=20, session_reminders=0),
        layer(digest_time="10:15", follow_ups=0),
        3,
    ).policy

    assert (found.window_opens, found.digest_weekday, found.digest_time) == (dt.time(9), 3, dt.time(10, 15))
    assert (found.min_gap, found.followup_time) == (dt.timedelta(hours=96), dt.time(9))
    assert (found.comeback_working_days, found.follow_up_weeks) == ((10, 13), ())
    assert (found.ladder.inactive_working_days, found.ladder.min_reminders) == (20, 3)
    assert found.switched_off == {"session_soon", "session_today", "follow_up", "midweek_nudge"}


def test_equal_policies_are_one_object():
    by_network = resolve(layer(digest_weekday=3)).policy
    by_person = resolve(digest_weekday=3).policy

    assert by_network is by_person
    assert resolve(layer(digest_weekday=2)).policy is DEFAULT_POLICY


@pytest.mark.parametrize(
    ("wanted", "network", "field", "code"),
    [
        ({"digest_time": "08:00"}, None, "digest_time", "outside_window"),
        ({"window_closes": "16:00", "nudge_time": "16:00"}, None, "nudge_time", "outside_window"),
        ({"digest_weekday": 3, "nudge_weekday": 4}, None, "nudge_weekday", "too_close"),
        ({"digest_weekday": 5, "nudge_weekday": 3}, None, "nudge_weekday", "too_close"),
        ({"max_per_7_days": 1, "nudge_weekday": 4}, None, "nudge_weekday", "one_a_week"),
        ({"window_opens": "08:00"}, {}, "window_opens", "looser"),
        ({"max_per_7_days": 2}, {"max_per_7_days": 1}, "max_per_7_days", "looser"),
        ({"practice_reminder": 1}, {"practice_reminder": 0}, "practice_reminder", "looser"),
        ({"nudge_weekday": 4}, {"nudge_weekday": 0}, "nudge_weekday", "looser"),
        ({"digest_time": "08:30"}, {"window_opens": "09:00"}, "digest_time", "outside_window"),
    ],
)
def test_value_that_would_not_hold_is_refused_by_name(wanted, network, field, code):
    inherited = None if network is None else as_layer(network)

    with pytest.raises(PolicyError) as refusal:
        checked(as_layer(wanted), inherited)

    assert (refusal.value.field, str(refusal.value)) == (field, code)


@given(stored=ANY_STORED)
def test_whatever_is_stored_resolves(stored):
    found = resolve(as_layer(stored), as_layer(stored))

    assert all(found.values[name] in setting.choices for name, setting in SETTINGS.items())


@given(network=ANY_LAYER, cohort=ANY_LAYER, day=ANY_DAY, is_softened=st.booleans())
def test_no_level_loosens_what_ships(network, cohort, day, is_softened):
    found = resolve(network, cohort, day, is_softened).policy

    assert found.max_per_7_days <= DEFAULT_POLICY.max_per_7_days
    assert found.max_per_day <= DEFAULT_POLICY.max_per_day
    assert found.min_gap >= DEFAULT_POLICY.min_gap
    assert EARLIEST_WINDOW <= found.window_opens < found.window_closes <= LATEST_WINDOW
    assert all(days >= 7 for days in found.comeback_working_days)
    assert found.ladder.inactive_working_days >= DEFAULT_POLICY.ladder.inactive_working_days
    assert found.ladder.min_reminders >= DEFAULT_POLICY.ladder.min_reminders
    assert found.ladder.min_coach_contacts >= DEFAULT_POLICY.ladder.min_coach_contacts
    assert found.ladder.off_by_default_for == DEFAULT_POLICY.ladder.off_by_default_for
    if "midweek_nudge" not in found.switched_off:
        days = found.nudge_weekday - found.digest_weekday
        first, second = (
            dt.datetime.combine(dt.date(2027, 1, 4), time) for time in (found.digest_time, found.nudge_time)
        )
        assert second + dt.timedelta(days=days) - first >= found.min_gap


@given(network=ANY_LAYER, cohort=ANY_LAYER, day=ANY_DAY)
def test_cohort_is_never_looser_than_its_network(network, cohort, day):
    above, below = resolve(network), resolve(network, cohort, day)

    for name, setting in SETTINGS.items():
        if setting.is_limit:
            assert below.values[name] in setting.allowed(above.values[name])
    assert below.policy.window_opens >= above.policy.window_opens
    assert below.policy.window_closes <= above.policy.window_closes
    assert below.policy.switched_off >= above.policy.switched_off - {"midweek_nudge"}


# --- what the planner makes of it -----------------------------------------------------------


def weeklies(items):
    wanted = ("weekly_digest", "midweek_nudge")
    return [
        (i.kind, f"{i.local_due:%a %d %H:%M}") for i in items if isinstance(i, Planned) and i.kind in wanted
    ]


def test_person_has_the_digest_on_the_day_they_chose():
    policy = resolve(digest_weekday=3).policy

    assert weeklies(plan(active(), policy, MONDAY, dt.timedelta(days=6))) == [
        ("weekly_digest", "Wed 13 08:45"),
        ("midweek_nudge", "Fri 15 13:30"),
    ]


def test_what_is_switched_off_is_not_planned_and_says_so():
    policy = resolve(layer(nudge_weekday=0)).policy

    items = plan(active(), policy, MONDAY, dt.timedelta(days=6))

    assert weeklies(items) == [("weekly_digest", "Tue 12 08:45")]
    assert [i.because for i in items if isinstance(i, NotSent) and i.kind == "midweek_nudge"] == [
        "switched_off"
    ]


def test_softened_network_sends_the_digest_alone():
    policy = resolve(is_softened=True).policy

    items = plan(active(), policy, MONDAY, dt.timedelta(days=6))

    assert weeklies(items) == [("weekly_digest", "Tue 12 08:45")]
    assert [i.because for i in items if isinstance(i, NotSent) and i.kind == "midweek_nudge"] == ["softened"]


def test_softened_network_still_invites():
    policy = resolve(is_softened=True).policy

    items = plan(invited(), policy, MONDAY, dt.timedelta(days=14))

    assert "invitation_followup" in {i.kind for i in items if isinstance(i, Planned)}


def test_raised_ladder_tells_the_person_later():
    facts, day = active(**CLIMBING), at(2, 8, 12)

    def notices(**values):
        items = plan(facts, resolve(layer(**values)).policy, day, dt.timedelta(days=2))
        return [i for i in items if isinstance(i, Planned) and "manager_notice" in i.reasons]

    assert notices()
    assert not notices(ladder_days=30)
    assert not notices(ladder_reminders=6)


def row_of(kind: str, policy=DEFAULT_POLICY) -> Planned:
    items = plan(active(), policy, MONDAY, dt.timedelta(days=6))
    return next(i for i in items if isinstance(i, Planned) and i.kind == kind)


@pytest.mark.parametrize(
    ("policy", "because"),
    [(resolve(layer(nudge_weekday=0)), "switched_off"), (resolve(is_softened=True), "softened")],
)
def test_row_that_waits_is_skipped_once_its_kind_is_off(policy, because):
    row = row_of("midweek_nudge")

    assert recheck(row, active(), policy.policy, row.due_at) == Skip(because)


def test_digest_that_waits_follows_a_later_day():
    tuesday, thursday = row_of("weekly_digest"), resolve(digest_weekday=4).policy

    decision = recheck(tuesday, active(), thursday, tuesday.due_at)

    assert decision == Defer(row_of("weekly_digest", thursday).due_at, "not_due")
    assert isinstance(recheck(tuesday, active(), thursday, decision.until), Send)


def test_digest_that_waits_follows_an_earlier_day():
    friday = row_of("weekly_digest", resolve(digest_weekday=5).policy)
    tuesday = row_of("weekly_digest").due_at

    assert recheck(friday, active(), DEFAULT_POLICY, MONDAY) == Defer(tuesday, "not_due")
    assert isinstance(recheck(friday, active(), DEFAULT_POLICY, tuesday), Send)


def test_digest_moved_to_a_day_that_is_over_leaves_at_once_in_the_window():
    friday = row_of("weekly_digest", resolve(digest_weekday=5).policy)

    assert isinstance(recheck(friday, active(), DEFAULT_POLICY, at(1, 13, 11)), Send)
    assert recheck(friday, active(), DEFAULT_POLICY, at(1, 13, 20)) == Defer(
        at(1, 14, 8, 30), "outside_hours"
    )


@given(before=ANY_DAY, after=ANY_DAY, hour=st.integers(0, 23 + 24 * 6))
def test_change_of_day_sends_one_digest_a_week_in_the_window(before, after, hour):
    """Planned under one day, claimed again and again under another, from the hour of the change on."""
    row = row_of("weekly_digest", resolve(digest_weekday=before).policy)
    changed_at, policy = MONDAY + dt.timedelta(hours=hour), resolve(digest_weekday=after).policy
    facts, now = active(), max(changed_at, MONDAY)
    if row.due_at <= changed_at:
        facts = active(history=(*facts.history, SentMessage(row.kind, row.occurrence, row.due_at)))

    for _ in range(10):
        decision = recheck(row, facts, policy, now)
        if not isinstance(decision, Defer):
            break
        assert now < decision.until < row.expires_at
        now = decision.until

    if row.due_at <= changed_at:
        assert decision == Skip("already_sent")
    else:
        assert isinstance(decision, Send)
        assert in_window(now, facts.calendar, policy)


def test_narrowed_window_defers_what_waits():
    row = row_of("weekly_digest")
    policy = replace(
        DEFAULT_POLICY, window_opens=dt.time(9, 30), digest_time=dt.time(9, 30), followup_time=dt.time(9, 30)
    )

    decision = recheck(row, active(), policy, row.due_at)

    assert isinstance(decision, Defer)
    assert decision.until >= at(1, 12, 9, 30)
