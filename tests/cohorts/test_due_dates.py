"""When a week is due for one person: pauses, a late start, own dates, and how they meet."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.calendar import CalendarInput, Period, generate_calendar
from coaching.cohorts.due_dates import due_after_coming, effective_due_at, own_days_for

START = dt.date(2027, 1, 12)
PARIS = ZoneInfo("Europe/Paris")


def test_due_date_without_pause_nor_shift_is_the_one_of_the_cohort():
    due_at = dt.datetime(2027, 1, 18, 17, tzinfo=dt.UTC)

    assert effective_due_at(due_at, time_zone="Europe/Paris") == due_at


def test_pause_moves_the_due_date_and_the_later_ones_by_its_days():
    pause = Period(dt.date(2027, 1, 14), dt.date(2027, 1, 20))
    weeks = generate_calendar(CalendarInput(START)).weeks

    moved = [
        effective_due_at(week.due_at, (pause,), time_zone="Europe/Paris") - week.due_at for week in weeks
    ]

    assert moved == [dt.timedelta(0)] + [dt.timedelta(days=7)] * 8


def test_overlapping_pauses_count_each_day_once():
    pauses = (
        Period(dt.date(2027, 1, 12), dt.date(2027, 1, 18)),
        Period(dt.date(2027, 1, 15), dt.date(2027, 1, 21)),
    )
    due = dt.datetime(2027, 1, 18, 17, tzinfo=dt.UTC)

    assert effective_due_at(due, pauses, time_zone="Europe/Paris").date() == dt.date(2027, 1, 28)


def test_shifted_due_date_keeps_eighteen_o_clock_across_the_clock_change():
    due = dt.datetime(2027, 3, 22, 17, tzinfo=dt.UTC)

    shifted = effective_due_at(due, shift_days=7, time_zone="Europe/Paris")

    assert shifted == dt.datetime(2027, 3, 29, 16, tzinfo=dt.UTC)


def test_own_date_takes_the_place_of_the_late_start_and_a_pause_still_moves_it():
    due = dt.datetime(2027, 1, 18, 17, tzinfo=dt.UTC)
    pause = Period(dt.date(2027, 1, 20), dt.date(2027, 1, 26))

    own = effective_due_at(due, shift_days=30, own_days=3, time_zone="Europe/Paris")
    paused = effective_due_at(due, (pause,), 30, 3, time_zone="Europe/Paris")

    assert own == dt.datetime(2027, 1, 21, 17, tzinfo=dt.UTC)
    assert paused == dt.datetime(2027, 1, 28, 17, tzinfo=dt.UTC)


def test_day_wanted_within_a_pause_becomes_the_day_after_it():
    due = dt.datetime(2027, 1, 18, 17, tzinfo=dt.UTC)
    pause = Period(dt.date(2027, 1, 20), dt.date(2027, 1, 26))

    days = own_days_for(due, dt.date(2027, 1, 22), (pause,), time_zone="Europe/Paris")

    assert effective_due_at(due, (pause,), own_days=days, time_zone="Europe/Paris").date() == dt.date(
        2027, 1, 27
    )


days = st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31))
pause_lists = st.lists(
    st.builds(lambda day, n: Period(day, day + dt.timedelta(days=n)), days, st.integers(0, 20)), max_size=5
)


def due_on(day: dt.date, pauses: list[Period], shift: int = 0, own: int | None = None) -> dt.date:
    row = dt.datetime.combine(day, dt.time(18), PARIS)
    due_at = effective_due_at(row, pauses, shift, own, time_zone="Europe/Paris").astimezone(PARIS)
    assert due_at.time() == dt.time(18)
    return due_at.date()


@given(days, pause_lists, st.integers(-60, 60))
def test_a_due_day_is_never_within_a_pause_nor_before_its_own_date(day, pauses, own):
    found = due_on(day, pauses, own=own)

    assert not any(found in pause for pause in pauses)
    assert found >= day + dt.timedelta(days=own)


@given(days, pause_lists, st.integers(0, 60), st.integers(0, 60))
def test_more_time_is_never_an_earlier_date(day, pauses, less, more):
    one, two = sorted((less, more))

    assert due_on(day, pauses, own=one) <= due_on(day, pauses, own=two)


@given(days, pause_lists, days)
def test_the_wanted_day_is_the_day_whatever_the_pauses(day, pauses, wanted):
    row = dt.datetime.combine(day, dt.time(18), PARIS)
    while any(wanted in pause for pause in pauses):
        wanted += dt.timedelta(days=1)

    own = own_days_for(row, wanted, pauses, time_zone="Europe/Paris")

    assert due_on(day, pauses, own=own) == wanted


@given(days, pause_lists, st.integers(0, 60))
def test_shift_and_own_date_of_as_many_days_are_the_same(day, pauses, shift):
    assert due_on(day, pauses, shift) == due_on(day, pauses, 0, shift)


# --- steps that came with another version --------------------------------------------------------


def test_a_step_that_came_is_due_on_the_monday_that_leaves_a_week():
    due = [
        due_after_coming(dt.date(2027, 1, day), (), time_zone="Europe/Paris").astimezone(PARIS)
        for day in (20, 24, 25)  # a Wednesday, a Sunday, a Monday
    ]

    assert [(at.date().isoformat(), at.hour) for at in due] == [
        ("2027-02-01", 18),
        ("2027-02-01", 18),
        ("2027-02-01", 18),
    ]


def test_what_is_left_of_a_break_gives_a_step_that_came_as_many_days_more():
    over = Period(dt.date(2027, 1, 4), dt.date(2027, 1, 10))
    running = Period(dt.date(2027, 1, 18), dt.date(2027, 1, 24))

    due = due_after_coming(dt.date(2027, 1, 20), (over, running), time_zone="Europe/Paris")

    assert due.astimezone(PARIS).date() == dt.date(2027, 2, 6)


@given(
    came_on=st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)),
    breaks=st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 20)), max_size=3),
)
def test_a_step_that_came_leaves_seven_days_at_least_and_is_due_within_no_break(came_on, breaks):
    days = [came_on + dt.timedelta(days=first) for first, _length in breaks]
    periods = [
        Period(day, day + dt.timedelta(days=length))
        for day, (_first, length) in zip(days, breaks, strict=True)
    ]

    due_on = due_after_coming(came_on, periods, time_zone="Europe/Paris").astimezone(PARIS).date()

    assert due_on >= came_on + dt.timedelta(days=7)
    assert not any(period.starts_on <= due_on <= period.ends_on for period in periods)
