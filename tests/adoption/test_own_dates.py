"""One person with dates of their own: every screen and every figure counts the same days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine

from agencies.scope import networks
from coaching.adoption.coach_reads import facts_of
from coaching.adoption.facts import cohort_facts, person_facts
from coaching.adoption.querysets import with_blackouts, with_facts
from coaching.adoption.reading import read_cohorts, read_enrolments
from coaching.cohorts.ending import end_of
from coaching.cohorts.models import Cohort, Enrolment, OwnDueDate
from coaching.cohorts.services import pause
from coaching.learning.access import get_learner_for
from coaching.programmes.runtime import outline_of
from tests.adoption.people import signed_in
from tests.factories import PARIS, Cast, make_cast

pytestmark = pytest.mark.django_db

IN_WEEK_1 = dt.datetime(2027, 1, 13, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(IN_WEEK_1, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def give_dates(cast: Cast, days: dict[int, int]) -> None:
    with networks(cast.network.pk):
        OwnDueDate.objects.bulk_create(
            OwnDueDate(enrolment=cast.enrolment, week_number=number, days=own, set_by=cast.coach)
            for number, own in days.items()
        )


def read(cast: Cast, url: str, who: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", signed_in(who).get(url).content.decode().replace("\u00a0", " "))
    return re.sub(r"\s+", " ", text)


def test_own_dates_are_the_same_for_learner_coach_figures_and_the_end(cast: Cast) -> None:
    give_dates(cast, {1: 3, 8: 10})
    with networks(cast.network.pk):
        pause(cast.enrolment, 1, today=dt.date(2027, 2, 1))
    now = IN_WEEK_1

    with networks(cast.network.pk, user_id=cast.head.user_id):
        learner = get_learner_for(cast.head)
        assert learner is not None
        own = learner.due_dates
        rows = Enrolment.objects.filter(pk=cast.enrolment.pk)
        known = {cast.network.pk: cast.network}
        cohort = with_blackouts(Cohort.objects.all()).with_version().prefetch_related("weeks").get()
        for_coach = person_facts(facts_of([cohort], known, now)[cohort.pk], with_facts(rows).get())
        [record] = read_cohorts(cast.network.pk)
        read_rows = read_enrolments(cast.network.pk, cohorts=[cast.cohort.pk])
        facts = cohort_facts(record, outline_of(record.programme_version), cast.network, now)
        for_manager = person_facts(
            facts, next(row for row in read_rows if row.public_id == cast.enrolment.public_id)
        )
        ends_at = end_of(cast.cohort, list(rows.select_related("membership")))

    assert own[1] == dt.datetime(2027, 1, 21, 18, tzinfo=PARIS)
    assert own[8] == dt.datetime(2027, 3, 25, 18, tzinfo=PARIS)
    assert own == {week.number: week.due_at for week in for_coach.facts.weeks}
    assert own == {week.number: week.due_at for week in for_manager.facts.weeks}
    assert ends_at == dt.datetime(2027, 4, 2, 18, tzinfo=PARIS)


def test_learner_and_coach_read_the_own_date_and_a_peer_the_one_of_the_cohort(cast: Cast) -> None:
    give_dates(cast, {1: 3})
    page = f"/n/rivages/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"

    own, peers = (read(cast, "/n/rivages/learn/path/", who) for who in (cast.head, cast.peer))
    coachs = read(cast, page, cast.coach)

    assert "Semaine 1 · D’ici le jeudi 21 janvier" in own
    assert "Semaine 1 · D’ici le lundi 18 janvier" in peers
    assert "1 jeudi 21 janvier lundi 18 janvier" in coachs
    assert "2 lundi 25 janvier la même" in coachs


def test_week_whose_day_is_past_names_no_day(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2027, 1, 19, 9, 0, tzinfo=PARIS), tick=False):
        shown = read(cast, "/n/rivages/learn/path/", cast.head)

    assert "Semaine 1 ·" not in shown
    assert "Semaine 2 · D’ici le lundi 25 janvier" in shown
