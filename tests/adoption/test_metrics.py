"""Adoption figures against the vectors and edge cases of domain.md 4."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.adoption import metrics as m
from coaching.cohorts.working_days import Period, WorkingDays

DAYS = WorkingDays()
TODAY = dt.date(2027, 3, 5)  # a Friday
NOW = dt.datetime(2027, 3, 5, 11, tzinfo=dt.UTC)
START = dt.date(2027, 1, 12)


def index(activated=True, **components) -> m.Figure:
    return m.adoption_index(is_activated=activated, **components)


def eligible(**changes) -> m.EligibilityFacts:
    return m.EligibilityFacts(
        **{"status": "active", "invited_on": START, "activated_on": START, "working": DAYS, **changes}
    )


def person(**changes) -> m.EnrolmentFacts:
    weeks = tuple(
        m.WeekDue(number, 50, dt.datetime(2027, 1, 18, 17, tzinfo=dt.UTC) + dt.timedelta(weeks=number))
        for number in range(8)
    )
    return m.EnrolmentFacts(
        **{
            "status": "active",
            "invited_on": dt.date(2027, 1, 5),
            "activated_on": dt.date(2027, 1, 6),
            "counts_from": START,
            "done_minutes": 200,
            "total_minutes": 400,
            "weeks": weeks,
            "activity_on": (dt.date(2027, 3, 2),),
            "working": DAYS,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (
            index(
                learning=m.learning_component(0.5, 0.5), practice=m.practice_component(4, 28), regularity=0.8
            ),
            86,
        ),
        (
            index(
                learning=m.learning_component(0.2, 0.5), practice=m.practice_component(0, 60), regularity=0.4
            ),
            37,
        ),
        (index(learning=m.learning_component(0.1, 0.15), practice=None, regularity=0.5), 69),
        (index(activated=False, learning=0, practice=0, regularity=0), 0),
        (
            index(
                learning=m.learning_component(0.7, 0.5), practice=m.practice_component(9, 28), regularity=1
            ),
            100,
        ),
    ],
    ids="abcde",
)
def test_index_vectors_of_the_domain(figure, expected):
    assert figure.value == pytest.approx(expected, abs=0.05)


def test_region_vector_of_the_domain():
    agencies = [
        *(m.AgencyFacts(key, dt.date(2020, 1, 1), None, True, 1, DAYS) for key in range(5)),
        m.AgencyFacts(5, dt.date(2020, 1, 1), None, True, 0, DAYS),
        m.AgencyFacts(6, TODAY - dt.timedelta(days=7), None, True, 0, DAYS),
        m.AgencyFacts(7, dt.date(2020, 1, 1), None, False, 0, DAYS),
    ]

    covered = m.coverage(agencies, TODAY)
    region = m.region_index([86, 37, 69, 0, 100, None], covered.figure)

    assert region.index.value == pytest.approx(58.4)
    assert covered.figure.value == pytest.approx(5 / 6)
    assert region.adjusted.value == pytest.approx(48.7, abs=0.05)
    assert (covered.without, covered.new, covered.vacant) == ((5,), (6,), (7,))
    assert dict(region.distribution) == {"to_start": 1, "on_the_way": 1, "settled": 1, "rooted": 2}


def test_index_carries_the_four_parts_that_explain_it():
    figure = index(learning=0.4, practice=0.0, regularity=0.4)

    points = {part.code: 100 * part.value * part.weight for part in figure.parts}
    assert points == pytest.approx({"activated": 15, "learning": 14, "practice": 0, "regularity": 8})


def test_index_is_null_and_not_zero_when_it_is_too_early():
    recent = person(status="invited", invited_on=dt.date(2027, 3, 1), activated_on=None, activity_on=())

    figures = m.enrolment_figures(recent, NOW, TODAY)

    assert figures.adoption_index == m.Figure(None, "too_early")
    assert figures.band is None
    assert figures.recency.reason == "not_started"
    assert figures.recency_bucket == "not_started"


def test_person_invited_ten_working_days_ago_and_not_activated_has_zero():
    silent = person(status="invited", invited_on=dt.date(2027, 2, 19), activated_on=None, activity_on=())

    figures = m.enrolment_figures(silent, NOW, TODAY)

    assert figures.adoption_index.value == 0
    assert figures.adoption_index.note == "not_activated"


def test_figures_of_someone_on_track():
    figures = m.enrolment_figures(person(done_minutes=350), NOW, TODAY)

    assert figures.progress.value == 0.875
    assert figures.expected.value == 0.875
    assert (figures.pace_gap.value, figures.pace_band) == (0, "on_track")
    assert (figures.recency.value, figures.recency_bucket) == (3, "this_week")


def test_paused_figures_stand_as_of_the_first_day_of_the_pause():
    paused = person(status="paused", frozen_on=dt.date(2027, 2, 10), activity_on=(dt.date(2027, 2, 9),))

    figures = m.enrolment_figures(paused, NOW, TODAY)

    assert figures.frozen == "paused"
    assert figures.expected.value == pytest.approx(4 / 8)
    assert figures.recency.value == 1


def test_completed_person_has_the_full_learning_share():
    figures = m.enrolment_figures(person(status="completed", done_minutes=380), NOW, TODAY)

    assert figures.adoption_index.part("learning").value == 1
    assert figures.frozen == "ended"


def test_replaced_person_has_no_index():
    assert m.enrolment_figures(person(status="replaced"), NOW, TODAY).adoption_index.reason == "replaced"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (0.0, "on_track"),
        (-10.0, "on_track"),
        (-10.1, "behind"),
        (-25.0, "behind"),
        (-25.1, "far"),
        (None, None),
    ],
)
def test_pace_bands(points, expected):
    assert m.pace_band(points) == expected


def test_pace_of_exactly_ten_points_is_on_track_despite_binary_fractions():
    for done in range(90):
        gap = m.pace_gap(m.Figure(done / 100), m.Figure((done + 10) / 100))
        assert m.pace_band(gap.value) == "on_track"


def test_programme_without_required_step_has_no_progress():
    figure = m.progress(0, 0)

    assert (figure.value, figure.reason) == (None, "no_required_step")
    assert m.pace_gap(figure, m.expected((), 0, NOW)).value is None


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (None, "not_started"),
        (0, "this_week"),
        (5, "this_week"),
        (6, "one_to_three_weeks"),
        (15, "one_to_three_weeks"),
        (16, "over_three_weeks"),
    ],
)
def test_recency_buckets(days, bucket):
    assert m.recency_bucket(days) == bucket


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "to_start"),
        (24.4, "to_start"),
        (24.5, "on_the_way"),
        (25, "on_the_way"),
        (49.4, "on_the_way"),
        (50, "settled"),
        (74.4, "settled"),
        (75, "rooted"),
        (100, "rooted"),
        (None, None),
    ],
)
def test_bands(value, name):
    assert m.band(value) == name


@pytest.mark.parametrize(
    ("points", "days", "expected"),
    [
        (None, 30, None),
        (4, None, None),
        (4, -1, None),
        (1, 0, 0.5),
        (2, 14, 2 / 3),
        (6, 28, 1.0),
        (9, 40, 1.0),
    ],
)
def test_practice_target_grows_over_its_first_28_days(points, days, expected):
    assert m.practice_component(points, days) == (expected if expected is None else pytest.approx(expected))


def test_learning_is_full_when_nothing_is_due_yet():
    assert m.learning_component(0.0, 0.0) == 1
    assert m.learning_component(None, None) is None


def test_regularity_counts_weeks_and_forgives_two():
    active = [START, START + dt.timedelta(weeks=1), START + dt.timedelta(weeks=5)]

    found = m.regularity(active, START, dt.date(2027, 2, 21), DAYS)

    assert [state for _, state in found.dots] == ["active", "active", "grace", "grace", "none", "active"]
    assert found.figure.value == pytest.approx(5 / 6)
    assert found.figure.part("grace_weeks").value == 2


def test_running_week_without_activity_is_no_gap():
    found = m.regularity([START], START, START + dt.timedelta(weeks=1), DAYS)

    assert [state for _, state in found.dots] == ["active", "running"]
    assert found.figure.value == 1


def test_grace_does_not_invent_a_start():
    found = m.regularity([], START, START + dt.timedelta(weeks=3), DAYS)

    assert found.figure.value == 0


def test_week_of_pause_or_blackout_is_not_eligible():
    days = WorkingDays(pauses=(Period(dt.date(2027, 1, 18), dt.date(2027, 1, 24)),))

    found = m.regularity([START], START, dt.date(2027, 1, 24), days)

    assert [state for _, state in found.dots] == ["active", "not_eligible"]


def test_regularity_is_null_without_an_eligible_week():
    found = m.regularity([], START, START, DAYS)

    assert (found.figure.value, found.figure.reason) == (None, "no_eligible_week")


def test_regularity_looks_at_eight_weeks():
    found = m.regularity([START], START, START + dt.timedelta(weeks=12), DAYS)

    assert len(found.dots) == 8


def test_activation_rate_leaves_refused_addresses_out():
    people = [
        eligible(),
        eligible(activated_on=None, status="invited"),
        eligible(activated_on=None, status="invited", is_address_refused=True),
        eligible(activated_on=None, status="invited", invited_on=TODAY),
        eligible(is_learner=False),
        eligible(status="withdrawn"),
    ]

    rate = m.activation_rate(people, TODAY)

    assert rate.value == 0.5
    assert rate.part("address_to_mend").value == 1


def test_rates_are_null_without_a_denominator():
    assert m.activation_rate([], TODAY) == m.Figure(
        None, "nobody_eligible", (m.Part("activated", 0, of=0), m.Part("address_to_mend", 0))
    )
    assert m.coverage([], TODAY).figure.value is None
    assert m.agency_index([None]).value is None
    assert m.region_index([], m.coverage([], TODAY).figure).adjusted.value is None
    assert m.reminder_yield([], []).value is None
    assert m.optout_ratio(0, 0).value is None
    assert m.sustain_index(None, 1.0).value is None


def test_time_to_activation_needs_three_people():
    three = [eligible(activated_on=START + dt.timedelta(days=n)) for n in (1, 2, 3)]

    assert m.time_to_activation(three).value == 2
    assert m.time_to_activation(three[:2]).reason == "fewer_than_three"


def test_completion_is_no_rate_while_the_cohort_runs():
    statuses = ["completed", "completed", "active", "ended_incomplete", "replaced", "withdrawn"]

    running, over = m.completion_rate(statuses, is_over=False), m.completion_rate(statuses, is_over=True)

    assert (running.value, running.reason) == (None, "running")
    assert over.value == 0.5
    assert over.part("replaced").value == 1


def test_reminder_yield_counts_what_follows_within_72_hours():
    sent = [NOW, NOW + dt.timedelta(days=7)]

    figure = m.reminder_yield(sent, [NOW + dt.timedelta(hours=72), NOW + dt.timedelta(days=11)])

    assert figure.value == 0.5


def test_agency_with_two_heads_shows_their_number():
    assert m.agency_index([50, 100]) == m.Figure(75.0, "", (m.Part("people", 2),))


@given(
    st.booleans(),
    *(st.none() | st.floats(0, 1) for _ in range(3)),
)
def test_index_stays_between_zero_and_hundred(activated, learning, practice, regularity):
    value = index(activated, learning=learning, practice=practice, regularity=regularity).value

    assert value is not None
    assert 0 <= value <= 100.000001
