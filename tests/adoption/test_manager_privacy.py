"""What a manager never reads, in any page or answer of the API: dates, scores, notes, answers."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import translation

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.models import Answer
from tests.adoption.people import climb_ladder, take_weeks
from tests.adoption.test_overview import signed_in
from tests.factories import PARIS, Cast

NOW = dt.datetime(2027, 2, 10, 10, 0, tzinfo=PARIS)
# A day on which nothing of the cohort's calendar falls: whoever reads it read somebody's activity.
ACTIVE_AT = dt.datetime(2027, 1, 8, 6, 47, tzinfo=PARIS)
PERSONAL = ("2027-01-08", "08/01", "01/08", "8 janvier", "January 8", "8 January", "6 h 47", "6:47", "06:47")
CANARIES = ("CANARY-NOTE", "CANARY-ANSWER", "canary-missed-item")
PATHS = (
    "/n/rivages/overview/",
    "/n/rivages/overview/?show=support",
    "/n/rivages/agencies/{agency}/",
    "/api/v1/n/rivages/enrolments",
    "/api/v1/n/rivages/agencies",
    "/api/v1/n/rivages/cohorts",
)


@pytest.fixture
def watched(cast: Cast):
    """A person with a dated activity, a score, a missed question, a written answer and a coach's note."""
    with time_machine.travel(NOW, tick=False):
        take_weeks(cast, 1, weeks=2, last_at=ACTIVE_AT)
        climb_ladder(cast)
        with networks(cast.network.pk, user_id=cast.head.user.pk):
            Enrolment.objects.filter(pk=cast.enrolment.pk).update(activated_at=ACTIVE_AT)
            Answer.objects.create(
                enrolment=cast.enrolment,
                author=cast.head.user,
                address="l01/reflexion",
                content={"text": "CANARY-ANSWER"},
            )
        yield cast


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_manager_reads_no_date_of_a_person_no_score_and_no_word_of_theirs(watched: Cast, path, language):
    client = signed_in(watched.manager)
    url = path.format(agency=watched.agencies[0].public_id)

    with translation.override(language):
        response = client.get(url, headers={"accept-language": language})
    body = response.content.decode().replace("\u00a0", " ")

    assert response.status_code == 200
    assert [canary for canary in CANARIES + PERSONAL if canary in body] == []
    assert not re.search(r"7 ?/ ?9|score", body)


def test_manager_reads_no_score_even_of_who_needs_a_word(watched: Cast):
    body = signed_in(watched.manager).get("/n/rivages/overview/").content.decode()

    assert "Tête 001" in body
    assert "tag--warn" in body  # so the page above did speak of this person
