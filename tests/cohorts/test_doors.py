"""What belongs to another coach's cohort is not reached through one's own, whatever the address says."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import Appointment, CohortChange
from coaching.cohorts.running import Wish
from coaching.cohorts.services import carry_out, offer_slots, rehearse
from tests.adoption.people import signed_in
from tests.cohorts.live import BEFORE, DURING, Live
from tests.factories import Cast, launch_cohort, make_member, starter_version

pytestmark = pytest.mark.django_db

OF_A_SESSION = ("cohorts:session", "cohorts:session_edit", "cohorts:attendance_sheet")
OF_A_PERSON = (
    "cohorts:contact",
    "cohorts:correct_address",
    "cohorts:invite",
    "cohorts:replace",
    "adoption:participant",
)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(BEFORE, tick=False):
        yield


def rows_of(cast: Cast) -> dict[str, str]:
    """Page -> the public id that it takes, all of the cast's cohort."""
    with networks(cast.network.pk):
        wish = Wish("extend", days=7)
        carry_out(cast.cohort, cast.coach, wish, mark=rehearse(cast.cohort, wish).mark)
        offer_slots(cast.cohort, cast.coach, [DURING])
        session, talk = Live(cast).session().public_id, Appointment.objects.get().public_id
        change = CohortChange.objects.get().public_id
    pages = dict.fromkeys(OF_A_SESSION, session) | dict.fromkeys(OF_A_PERSON, cast.enrolment.public_id)
    return pages | {"cohorts:talk": talk, "adoption:change_report": change, "adoption:change_undo": change}


def test_rows_of_another_coachs_cohort_are_not_found_through_ones_own(cast: Cast) -> None:
    pages = rows_of(cast)
    with networks(cast.network.pk):
        second = make_member(cast.network, "second@example.com", "coach", name="Seconde Coach")
        own, _people = launch_cohort(second, starter_version(), [cast.peer], name="La sienne")
    stranger, coach = signed_in(second), signed_in(cast.coach)

    for name, key in pages.items():
        through_own = reverse(name, args=["rivages", own.public_id, key])
        by_its_own_address = reverse(name, args=["rivages", cast.cohort.public_id, key])

        assert stranger.get(through_own).status_code == 404, name
        assert stranger.post(through_own, {"action": "cancel"}).status_code in (404, 405), name
        assert stranger.get(by_its_own_address).status_code == 404, name
        assert coach.get(by_its_own_address).status_code in (200, 302), name
