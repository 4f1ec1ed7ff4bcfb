"""The cohort calendar against the example of domain.md 6.7, closed days, clocks and odd input."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.calendar import (
    AgencyDays,
    CalendarError,
    CalendarInput,
    Period,
    SessionPlan,
    WeekPlan,
    WorkingDays,
    closures,
    generate_calendar,
    local_instant,
    suggest_blackouts,
)

START = dt.date(2027, 1, 12)
WINTER = Period(dt.date(2027, 2, 22), dt.date(2027, 3, 5), "Vacances d’hiver")


def test_example_of_the_domain_places_the_four_sessions():
    calendar = generate_calendar(CalendarInput(START))

    assert [session.held_on for session in calendar.sessions] == [
        dt.date(2027, 1, 14),
        dt.date(2027, 1, 28),
        dt.date(2027, 2, 18),
        dt.date(2027, 3, 4),
    ]
    assert [session.week_number for session in calendar.sessions] == [1, 3, 6, 8]
    assert calendar.sessions[0].starts_at == dt.datetime(2027, 1, 14, 7, 45, tzinfo=dt.UTC)
    assert calendar.notes == ()


def test_weeks_open_on_tuesday_at_six_and_are_due_on_monday_at_eighteen():
    paris = ZoneInfo("Europe/Paris")

    calendar = generate_calendar(CalendarInput(START))

    assert [week.number for week in calendar.weeks] == list(range(9))
    assert calendar.weeks[0].opens_on == dt.date(2027, 1, 5)
    for week in calendar.weeks:
        opens, due = week.opens_at.astimezone(paris), week.due_at.astimezone(paris)
        assert (opens.isoweekday(), opens.hour, opens.minute) == (2, 6, 0)
        assert (due.isoweekday(), due.hour, due.minute) == (1, 18, 0)
        assert due.date() - opens.date() == dt.timedelta(days=6)


def test_what_follows_the_end_is_counted_from_the_closing_session():
    calendar = generate_calendar(CalendarInput(START))

    assert calendar.certificate_on == dt.date(2027, 3, 11)
    assert calendar.boosters == (dt.date(2027, 4, 1), dt.date(2027, 4, 29), dt.date(2027, 5, 27))
    assert calendar.cold_survey_on == dt.date(2027, 5, 27)


def test_one_to_one_window_covers_weeks_five_and_six():
    window = generate_calendar(CalendarInput(START)).one_to_one_window

    assert window is not None
    assert (window.starts_on, window.ends_on) == (dt.date(2027, 2, 9), dt.date(2027, 2, 22))


def test_blackout_moves_openings_and_due_dates_to_the_next_free_week():
    calendar = generate_calendar(CalendarInput(START, blackouts=(WINTER,)))

    assert [week.opens_on for week in calendar.weeks[-2:]] == [dt.date(2027, 3, 9), dt.date(2027, 3, 16)]
    assert calendar.weeks[6].due_on == dt.date(2027, 3, 8)
    assert {(note.code, note.key) for note in calendar.notes} == {("week_moved", "w7"), ("due_moved", "w6")}
    assert calendar.certificate_on == dt.date(2027, 3, 25)
    assert calendar.boosters == (dt.date(2027, 4, 15), dt.date(2027, 5, 13), dt.date(2027, 6, 10))


def test_week_zero_goes_back_when_the_week_before_is_closed():
    christmas = Period(dt.date(2026, 12, 21), dt.date(2027, 1, 3), "Noël")

    calendar = generate_calendar(CalendarInput(dt.date(2027, 1, 5), blackouts=(christmas,)))

    assert calendar.weeks[0].opens_on == dt.date(2026, 12, 15)
    assert calendar.weeks[1].opens_on == dt.date(2027, 1, 5)
    assert calendar.notes[0].code == "week_zero_moved"
    assert calendar.notes[0].detail == "Noël"


def test_session_on_a_public_holiday_is_held_on_the_next_open_day_and_says_why():
    ascension_week = CalendarInput(dt.date(2027, 5, 4))

    calendar = generate_calendar(ascension_week)

    first = calendar.sessions[0]
    assert first.wished_on == dt.date(2027, 5, 6)
    assert (first.held_on, first.because) == (dt.date(2027, 5, 7), "public_holiday")
    note = next(note for note in calendar.notes if note.code == "session_moved")
    assert (note.key, note.detail) == ("s1", "Ascension")


def test_session_day_when_agencies_are_closed_is_moved():
    calendar = generate_calendar(CalendarInput(START, open_days=(2, 3, 5, 6)))

    assert calendar.sessions[0].held_on == dt.date(2027, 1, 15)
    assert calendar.sessions[0].because == "closed_day"


def test_good_friday_moves_a_session_in_alsace_only():
    def first_session(subdivision: str) -> dt.date:
        given = CalendarInput(dt.date(2027, 3, 23), subdivision=subdivision, session_weekday=5)
        return generate_calendar(given).sessions[0].held_on

    assert first_session("") == dt.date(2027, 3, 26)
    assert first_session("6AE") == dt.date(2027, 3, 30)
    assert first_session("57") == dt.date(2027, 3, 30)


def test_week_that_opens_on_a_public_holiday_is_announced():
    calendar = generate_calendar(CalendarInput(dt.date(2026, 7, 14)))

    note = next(note for note in calendar.notes if note.code == "opening_on_holiday")
    assert (note.key, note.detail) == ("w1", "Fête nationale")


def test_opening_keeps_its_wall_clock_across_the_clock_change():
    calendar = generate_calendar(CalendarInput(dt.date(2027, 3, 23)))

    assert calendar.weeks[1].opens_at.hour == 5
    assert calendar.weeks[2].opens_at.hour == 4


def test_time_skipped_by_the_clock_moves_forward_and_a_repeated_one_is_its_first():
    skipped = local_instant(dt.date(2026, 3, 8), dt.time(2, 30), "America/New_York")
    repeated = local_instant(dt.date(2026, 11, 1), dt.time(1, 30), "America/New_York")

    assert skipped == dt.datetime(2026, 3, 8, 7, 30, tzinfo=dt.UTC)
    assert repeated == dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"starts_on": dt.date(2027, 1, 13)}, "start_not_tuesday"),
        ({"starts_on": dt.date(1900, 1, 2)}, "start_out_of_range"),
        ({"open_days": ()}, "bad_open_days"),
        ({"open_days": (0, 1)}, "bad_open_days"),
        ({"session_weekday": 8}, "bad_session_weekday"),
        ({"time_zone": "Europe/Atlantis"}, "unknown_time_zone"),
        ({"time_zone": "../etc/passwd"}, "unknown_time_zone"),
        ({"time_zone": ""}, "unknown_time_zone"),
        ({"time_zone": "Europe"}, "unknown_time_zone"),
        ({"country": "XX"}, "unknown_country"),
        ({"subdivision": "GES"}, "unknown_subdivision"),
        ({"weeks": ()}, "bad_weeks"),
        ({"weeks": (WeekPlan(2, "a"), WeekPlan(1, "b"))}, "bad_weeks"),
        ({"weeks": (WeekPlan(0, "w0"),)}, "bad_weeks"),
        ({"sessions": (SessionPlan("s1", "w99"),)}, "session_without_week"),
        ({"blackouts": (Period(dt.date(2027, 1, 1), dt.date(2030, 1, 1)),)}, "no_free_week"),
    ],
)
def test_calendar_that_cannot_be_drawn_is_refused_with_its_reason(change, code):
    given = CalendarInput(**{"starts_on": START, **change})

    with pytest.raises(CalendarError) as refusal:
        generate_calendar(given)

    assert refusal.value.code == code


def test_programme_without_sessions_ends_on_its_last_due_date():
    calendar = generate_calendar(CalendarInput(START, sessions=()))

    assert calendar.ends_on == dt.date(2027, 3, 8)
    assert calendar.one_to_one_window is None


def test_suggestions_are_the_summer_break_christmas_and_the_school_winter_break():
    winter = suggest_blackouts(dt.date(2027, 1, 5), dt.date(2027, 3, 8), school_zone="B")
    year_end = suggest_blackouts(dt.date(2027, 12, 1), dt.date(2027, 12, 31))
    summer = suggest_blackouts(dt.date(2027, 8, 10), dt.date(2027, 9, 8))

    assert [(item.code, item.period.starts_on) for item in winter] == [("winter_break", dt.date(2027, 2, 20))]
    assert [item.code for item in year_end] == ["christmas"]
    assert dt.date(2027, 12, 25) in year_end[0].period
    assert [(item.period.starts_on, item.period.ends_on) for item in summer] == [
        (dt.date(2027, 8, 1), dt.date(2027, 8, 21))
    ]


days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
blackout_lists = st.lists(
    st.builds(lambda day, n: Period(day, day + dt.timedelta(days=n)), days, st.integers(0, 20)), max_size=6
)


@given(
    week=st.integers(0, 150),
    blackouts=blackout_lists,
    zone=st.sampled_from(
        ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea", "Australia/Lord_Howe"]
    ),
)
def test_any_calendar_is_ordered_and_nothing_falls_in_a_blackout(week, blackouts, zone):
    start = dt.date(2026, 1, 6) + dt.timedelta(weeks=week)

    calendar = generate_calendar(CalendarInput(start, zone, blackouts=tuple(blackouts)))

    opens = [item.opens_at for item in calendar.weeks]
    assert opens == sorted(set(opens))
    assert all(item.due_at > item.opens_at for item in calendar.weeks)
    busy = [item.opens_on for item in calendar.weeks] + [item.due_on for item in calendar.weeks]
    busy += [session.held_on for session in calendar.sessions]
    assert not any(day in period for day in busy for period in blackouts)


def test_closed_days_are_read_on_each_agencys_own_clock():
    drawn = generate_calendar(CalendarInput(START))
    tahiti = AgencyDays("Papeete", "Pacific/Tahiti", WorkingDays(open_days=(1, 2, 4, 5)))
    rouen = AgencyDays("Rouen", "Europe/Paris", WorkingDays(open_days=(1, 2, 3, 5)))

    found = closures(drawn, [tahiti, rouen])

    # A session on Thursday at 8:45 in Paris is Wednesday evening in Papeete.
    assert [closure.agencies for closure in found] == [("Papeete", "Rouen")] * 4
    assert [closure.session_key for closure in found] == ["s1", "s2", "s3", "s4"]


def test_due_days_with_the_same_closed_agencies_are_told_once():
    drawn = generate_calendar(CalendarInput(START))
    saturdays = WorkingDays(open_days=(2, 3, 4, 5, 6))
    holiday = WorkingDays(holidays={dt.date(2027, 1, 25)})

    found = closures(
        drawn, [AgencyDays("A", "Europe/Paris", saturdays), AgencyDays("B", "Europe/Paris", holiday)]
    )

    assert [(closure.agencies, closure.week_numbers) for closure in found] == [
        (("A",), (0, 1, 3, 4, 5, 6, 7, 8)),
        (("A", "B"), (2,)),
    ]
