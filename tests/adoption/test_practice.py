"""Practices in the figures: points, counts and rates of domain.md 4.3, pure and from rows."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.scope import networks
from coaching.adoption import metrics as m
from coaching.adoption.overview import MIN_AGENCIES
from coaching.learning.models import PracticeSubmission
from tests.adoption.people import signed_in, take_weeks
from tests.factories import PARIS, Cast, make_cast

TODAY = dt.date(2027, 3, 5)  # a Friday
AFTER_DUE = dt.datetime(2027, 2, 17, 10, 0, tzinfo=PARIS)  # week 4 fell due the Monday before


def practised(*items: tuple[int, int]) -> list[m.Practised]:
    """(days ago, points) each."""
    return [m.Practised(TODAY - dt.timedelta(days=ago), points) for ago, points in items]


@pytest.mark.parametrize(
    ("items", "points", "count"),
    [
        ([], 0, 0),
        ([(0, 1)], 1, 1),
        ([(0, 2), (1, 2)], 4, 2),
        ([(0, 3), (1, 2)], 4, 2),  # four a week at most
        ([(4, 3), (5, 2)], 5, 2),  # Monday and the Sunday before: two weeks
        ([(0, 1)] * 5, 3, 3),  # three a day at most
        ([(27, 2)], 2, 1),
        ([(28, 2)], 0, 0),  # the window is 28 days
        ([(-1, 2)], 0, 0),  # not yet
    ],
)
def test_points_and_count_of_28_days(items, points, count):
    found = practised(*items)

    assert m.practice_points(found, TODAY) == points
    assert m.practice_count(found, TODAY) == count


@given(st.lists(st.tuples(st.integers(-3, 60), st.integers(1, 4)), max_size=30))
def test_points_never_exceed_four_for_each_week_of_the_window(items):
    found = practised(*items)

    assert 0 <= m.practice_points(found, TODAY) <= 5 * 4
    assert 0 <= m.practice_count(found, TODAY) <= 28 * 3


@pytest.mark.parametrize(
    ("counts", "value", "of"), [([], None, None), ([2], 1.0, 1), ([0, 1, 2, 3], 0.5, 4), ([0], 0.0, 1)]
)
def test_practice_rate_is_two_or_more_among_those_who_are_due(counts, value, of):
    figure = m.practice_rate(counts)

    assert figure.value == value
    assert (figure.part("practising").of or None) == of


# --- from rows ---------------------------------------------------------------------------------


def hand_in(cast: Cast, number: int, *days: dt.datetime, points: int = 2) -> None:
    with networks(cast.network.pk):
        for place, at in enumerate(days):
            PracticeSubmission.objects.create(
                enrolment=cast.enrolments[number - 1],
                address=f"p{place}/s",
                points=points,
                route="simuler",
                content={"text": "CANARI"},
                first_submitted_at=at,
                submitted_at=at,
            )


def sheet(cast: Cast, number: int = 1) -> str:
    response = signed_in(cast.manager).get(
        f"/n/{cast.network.slug}/agencies/{cast.agencies[number - 1].public_id}/"
    )
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def after_due(cast: Cast):
    with time_machine.travel(AFTER_DUE, tick=False):
        take_weeks(cast, 1, weeks=5, last_at=AFTER_DUE - dt.timedelta(days=1))
        yield cast


def test_practice_counts_in_the_index_once_the_first_is_due(after_due: Cast):
    before = sheet(after_due)
    hand_in(after_due, 1, AFTER_DUE - dt.timedelta(days=2))
    after = sheet(after_due)

    assert "0 remise en 28 jours, publiée ou non" in before
    assert "0 / 30" in before
    assert "1 remise en 28 jours, publiée ou non" in after
    assert "30 / 30" in after  # two points, and two are aimed at in the first days
    assert "CANARI" not in after


def test_what_was_taken_back_still_counts(after_due: Cast):
    hand_in(after_due, 1, AFTER_DUE - dt.timedelta(days=2))
    with networks(after_due.network.pk):
        PracticeSubmission.objects.update(withdrawn_at=timezone.now(), content={})

    assert "1 remise en 28 jours" in sheet(after_due)


def test_the_overview_says_who_practises_among_those_due(after_due: Cast):
    take_weeks(after_due, 2, weeks=2)
    hand_in(after_due, 1, AFTER_DUE - dt.timedelta(days=9), AFTER_DUE - dt.timedelta(days=2))

    page = signed_in(after_due.manager).get(f"/n/{after_due.network.slug}/overview/").content.decode()
    text = " ".join(page.replace("\xa0", " ").split())

    assert "1 personne sur 2 : deux remises ou plus en 28 jours" in text
    assert "CANARI" not in text


def test_nobody_s_practice_shows_where_fewer_than_five_agencies_are_not_named(after_due: Cast):
    assert len(after_due.agencies) < MIN_AGENCIES
    type(after_due.network).objects.filter(pk=after_due.network.pk).update(manager_view="bands_only")
    hand_in(after_due, 1, AFTER_DUE - dt.timedelta(days=9), AFTER_DUE - dt.timedelta(days=2))

    page = signed_in(after_due.manager).get(f"/n/{after_due.network.slug}/overview/").content.decode()

    assert "deux remises ou plus" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_practices_cost_no_query_of_their_own(count: int, django_assert_num_queries):
    from coaching.adoption.reading import read_cohorts, read_enrolments

    with time_machine.travel(AFTER_DUE, tick=False):
        cast = make_cast(count)
        for number in range(1, count + 1):
            hand_in(cast, number, AFTER_DUE - dt.timedelta(days=2), AFTER_DUE - dt.timedelta(days=1))
        with networks(cast.network.pk), django_assert_num_queries(2):
            (cohort,) = read_cohorts(cast.network.pk)
            rows = read_enrolments(cast.network.pk, cohorts=[cohort.pk])

    assert [row.practice_points for row in rows] == [[2, 2]] * count  # type: ignore[attr-defined]
