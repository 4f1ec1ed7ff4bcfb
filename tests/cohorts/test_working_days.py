"""Public holidays by place, and counting the agency's own days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.cohorts.working_days import (
    CalendarError,
    Period,
    WorkingDays,
    public_holidays,
)

MONDAY = dt.date(2027, 5, 3)


PLACES = {"", "6AE", "57", "971", "972", "973", "974", "976"}


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        (dt.date(2027, 5, 8), PLACES),
        (dt.date(2027, 3, 26), {"6AE", "57", "971"}),
        (dt.date(2027, 12, 26), {"6AE", "57"}),
        (dt.date(2027, 12, 20), {"974"}),
        (dt.date(2027, 5, 22), {"972"}),
        (dt.date(2027, 5, 27), {"971"}),
        (dt.date(2027, 6, 10), {"973"}),
        (dt.date(2027, 4, 27), {"976"}),
    ],
)
def test_holidays_depend_on_the_place(day, closed_in):
    observed = {place for place in PLACES if day in public_holidays("FR", place)}

    assert observed == closed_in


def test_holiday_is_named_in_both_languages():
    holidays = public_holidays("FR")

    assert holidays.name(dt.date(2027, 5, 6)) == "Ascension"
    assert holidays.name(dt.date(2027, 5, 6), "en") == "Ascension Day"
    assert holidays.name(dt.date(2027, 5, 5)) == ""


def test_working_days_skip_holidays_weekends_blackouts_and_pauses():
    days = WorkingDays(
        holidays=public_holidays("FR"),
        blackouts=(Period(dt.date(2027, 5, 10), dt.date(2027, 5, 11)),),
        pauses=(Period(dt.date(2027, 5, 12), dt.date(2027, 5, 12)),),
    )

    assert days.why_closed(dt.date(2027, 5, 6)) == "public_holiday"
    assert days.why_closed(dt.date(2027, 5, 9)) == "closed_day"
    assert days.why_closed(dt.date(2027, 5, 10)) == "blackout"
    assert days.why_closed(dt.date(2027, 5, 12)) == "pause"
    assert days.add(dt.date(2027, 5, 5), 2) == dt.date(2027, 5, 13)
    assert days.between(dt.date(2027, 5, 5), dt.date(2027, 5, 13)) == 2


def test_adding_no_day_gives_the_first_open_one():
    assert WorkingDays().add(dt.date(2027, 5, 8), 0) == dt.date(2027, 5, 10)
    assert WorkingDays().add(MONDAY, 0) == MONDAY


def test_agency_open_on_saturday_counts_it():
    saturday_agency = WorkingDays(open_days=(2, 3, 4, 5, 6))

    assert saturday_agency.add(dt.date(2027, 4, 30), 1) == dt.date(2027, 5, 1)
    assert saturday_agency.between(dt.date(2027, 4, 30), dt.date(2027, 5, 4)) == 2


def test_agency_that_never_opens_is_an_error_and_not_an_endless_loop():
    with pytest.raises(CalendarError) as refusal:
        WorkingDays(open_days=()).add(MONDAY, 1)

    assert refusal.value.code == "no_open_day"


def test_reversed_period_is_refused():
    with pytest.raises(CalendarError):
        Period(dt.date(2027, 5, 2), dt.date(2027, 5, 1))


@given(
    start=st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)),
    n=st.integers(1, 40),
    open_days=st.sets(st.integers(1, 7), min_size=1),
)
def test_between_is_the_inverse_of_add(start, n, open_days):
    days = WorkingDays(tuple(sorted(open_days)), public_holidays("FR", "6AE"))

    later = days.add(start, n)

    assert days.is_open(later)
    assert days.between(start, later) == n
