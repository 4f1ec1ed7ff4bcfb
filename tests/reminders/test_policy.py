"""The window, its clock changes, the caps, and the identity of a message."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.working_days import Period, WorkingDays, public_holidays
from coaching.reminders.policy import (
    DEFAULT_POLICY,
    PolicyError,
    ReminderPolicy,
    SendCalendar,
    dedupe_key,
    earliest_allowed,
    first_slot,
    in_window,
    jitter,
    next_slot,
    why_closed,
    with_jitter,
)
from tests.reminders.planner_people import cap_at

PARIS = SendCalendar("Europe/Paris", WorkingDays(holidays=public_holidays("FR")))
EVERY_DAY = WorkingDays(open_days=(1, 2, 3, 4, 5, 6, 7))
KEY_OF_EXAMPLE = "a51c6c9cb694650bf0df1ad197ac75c0a0a36965048c50cc240e682326fd0319"
MINUTE = dt.timedelta(minutes=1)


def paris(day: int, hour: int, minute: int = 0, month: int = 5) -> dt.datetime:
    return dt.datetime(2027, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("instant", "because"),
    [
        (paris(4, 8, 30), ""),
        (paris(4, 8, 29), "outside_hours"),
        (paris(4, 17, 59), ""),
        (paris(4, 18, 0), "outside_hours"),
        (paris(6, 10), "public_holiday"),
        (paris(8, 10), "weekend"),
        (paris(9, 10), "weekend"),
    ],
)
def test_window_is_open_from_half_past_eight_to_six_on_open_days(instant, because):
    assert why_closed(instant, PARIS, DEFAULT_POLICY) == because
    assert in_window(instant, PARIS) == (because == "")


def test_eighth_of_may_is_closed_and_good_friday_only_in_alsace():
    alsace = SendCalendar("Europe/Paris", WorkingDays(holidays=public_holidays("FR", "6AE")))
    may = dt.datetime(2029, 5, 8, 10, tzinfo=ZoneInfo("Europe/Paris"))

    assert why_closed(may, PARIS, DEFAULT_POLICY) == "public_holiday"
    assert why_closed(paris(26, 10, month=3), alsace, DEFAULT_POLICY) == "public_holiday"
    assert in_window(paris(26, 10, month=3), PARIS)


def test_agency_open_on_saturday_gets_nothing_on_saturday():
    saturday = SendCalendar("Europe/Paris", WorkingDays(open_days=(2, 3, 4, 5, 6)))

    assert why_closed(paris(15, 10), saturday, DEFAULT_POLICY) == "weekend"
    assert next_slot(paris(14, 18), saturday) == paris(18, 8, 30)


def test_next_slot_is_the_next_minute_or_the_next_opening():
    assert next_slot(paris(4, 9, 0), PARIS) == paris(4, 9, 1)
    assert next_slot(paris(5, 17, 59), PARIS) == paris(7, 8, 30)
    assert first_slot(paris(4, 9, 0), PARIS) == paris(4, 9, 0)


def test_no_slot_within_sixty_days_is_none():
    closed = SendCalendar("Europe/Paris", WorkingDays(open_days=()))
    long_break = SendCalendar(
        "Europe/Paris", WorkingDays(blackouts=(Period(dt.date(2027, 5, 1), dt.date(2027, 7, 20)),))
    )

    assert next_slot(paris(4, 9), closed) is None
    assert next_slot(paris(4, 9), long_break) is None


def clock_changes(name: str, year: int, years: int = 1) -> list[dt.date]:
    zone = ZoneInfo(name)
    noon = dt.datetime(year, 1, 1, 12, tzinfo=dt.UTC)
    days = [noon + dt.timedelta(days=n) for n in range(366 * years)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [days[n].date() for n in range(1, len(days)) if offsets[n] != offsets[n - 1]]


def test_clock_change_inside_the_window_neither_loses_nor_repeats_the_day():
    # Casey jumped from +08 to +11 at midnight, Lord Howe moves by half an hour, Troll by two hours.
    for name, year in (("Antarctica/Casey", 2018), ("Australia/Lord_Howe", 2027), ("Antarctica/Troll", 2027)):
        calendar = SendCalendar(name, EVERY_DAY)
        for change in clock_changes(name, year):
            before = calendar.instant(change - dt.timedelta(days=1), dt.time(18, 0))

            slot = next_slot(before, calendar)

            assert slot is not None
            assert calendar.local_day(slot) - change <= dt.timedelta(days=1)


def test_day_that_a_zone_skipped_altogether_is_no_obstacle():
    samoa = SendCalendar("Pacific/Apia", EVERY_DAY)  # 30 December 2011 did not exist, then a weekend
    before = samoa.instant(dt.date(2011, 12, 29), dt.time(18, 0))

    slot = next_slot(before, samoa)

    assert slot == samoa.instant(dt.date(2012, 1, 2), dt.time(8, 30))


START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
instants = st.integers(0, 3 * 365 * 24 * 3600).map(lambda seconds: START + dt.timedelta(seconds=seconds))
zone_names = st.sampled_from(
    [
        "Europe/Paris",
        "Indian/Reunion",
        "America/Guadeloupe",
        "Pacific/Tahiti",
        "Pacific/Apia",
        "Asia/Kathmandu",
    ]
)


@given(a=instants, b=instants, zone=zone_names, open_days=st.sets(st.integers(1, 5), min_size=1))
def test_next_slot_is_later_in_the_window_and_keeps_the_order(a, b, zone, open_days):
    calendar = SendCalendar(zone, WorkingDays(tuple(sorted(open_days)), public_holidays("FR", "974")))
    first, second = sorted((a, b))

    slot_a, slot_b = next_slot(first, calendar), next_slot(second, calendar)

    assert slot_a is not None
    assert slot_b is not None
    assert slot_a > first
    assert in_window(slot_a, calendar)
    assert slot_a <= slot_b


def test_key_is_the_hash_of_its_four_parts():
    # printf '7|9|weekly_digest|2027-W02' | sha256sum
    assert dedupe_key(7, 9, "weekly_digest", "2027-W02") == KEY_OF_EXAMPLE


def test_different_occurrences_have_different_keys():
    keys = {
        dedupe_key(n, e, "weekly_digest", f"2027-W{w:02}") for n in (1, 11) for e in (1, 11) for w in range(9)
    }

    assert len(keys) == 36


@given(st.integers(1, 10**6), instants)
def test_jitter_is_stable_small_and_stays_in_the_window(enrolment, instant):
    key = dedupe_key(1, enrolment, "weekly_digest", "2027-W02")
    slot = next_slot(instant, PARIS)
    assert slot is not None

    moved = with_jitter(slot, key, PARIS)

    assert jitter(key) == jitter(key)
    assert abs(jitter(key)) <= dt.timedelta(minutes=20)
    assert abs(moved - slot) <= dt.timedelta(minutes=20)
    assert in_window(moved, PARIS)


def test_jitter_spreads_a_crowd():
    moves = {jitter(dedupe_key(1, n, "weekly_digest", "2027-W02")) for n in range(400)}

    assert len(moves) > 300
    assert min(moves) < dt.timedelta(minutes=-15)
    assert max(moves) > dt.timedelta(minutes=15)


@pytest.mark.parametrize(
    ("sent", "because"),
    [
        ([], ""),
        ([paris(18, 9)], ""),
        ([paris(18, 9, 1)], "gap"),
        ([paris(22, 8)], "gap"),
        ([paris(14, 9), paris(17, 9)], "cap"),
        ([paris(13, 9), paris(17, 9)], ""),
        ([paris(17, 9), paris(24, 8)], "cap"),
    ],
)
def test_caps_count_seven_days_and_forty_eight_hours(sent, because):
    assert cap_at(paris(20, 9), sent, PARIS) == because


def test_day_cap_holds_even_without_a_gap():
    policy = replace(DEFAULT_POLICY, min_gap=dt.timedelta(0), max_per_7_days=5)

    assert cap_at(paris(20, 15), [paris(20, 9)], PARIS, policy) == "day"
    assert earliest_allowed(paris(20, 15), [paris(20, 9)], PARIS, policy) == (paris(21, 8, 30), "day")


@given(
    sent=st.lists(instants, max_size=8),
    wish=instants,
)
def test_earliest_allowed_is_in_the_window_and_under_every_cap(sent, wish):
    at, because = earliest_allowed(wish, sent, PARIS, DEFAULT_POLICY)

    assert at is not None
    assert at >= wish
    assert in_window(at, PARIS)
    assert cap_at(at, sent, PARIS) == ""
    assert bool(because) == (at != wish)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"window_opens": dt.time(7, 59)}, "window"),
        ({"window_closes": dt.time(19, 1)}, "window"),
        ({"window_opens": dt.time(18, 0)}, "window"),
        ({"digest_time": dt.time(8, 0)}, "digest_time"),
        ({"nudge_time": dt.time(18, 0)}, "nudge_time"),
        ({"max_per_7_days": 0}, "caps"),
        ({"jitter": dt.timedelta(hours=2)}, "jitter"),
        ({"nudge_weekday": 6}, "weekdays"),
    ],
)
def test_policy_beyond_the_right_to_disconnect_is_refused(change, field):
    with pytest.raises(PolicyError) as refusal:
        ReminderPolicy(**change)

    assert refusal.value.field == field
