"""A head replaced by an import while the cohort runs: who left is in no queue, count or figure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.services import pause
from tests.adoption.people import take_weeks
from tests.agencies.importing_files import csv_of
from tests.agencies.test_importing_page import confirm, dry_run
from tests.factories import PARIS, Cast

pytestmark = pytest.mark.django_db

WEEK_2 = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)
NEW, OLD = "Nora Prigent", "Tête 001"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEEK_2, tick=False):
        yield


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def read(url: str, who: Membership) -> str:
    """What a person reads, on one line."""
    response = signed_in(who).get(url)
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode().replace("\u00a0", " "))
    return re.sub(r"\s+", " ", text)


def import_head(cast: Cast, number: int = 1, email: str = "nora@example.com", name: str = NEW) -> Membership:
    """The coach imports a file that names somebody else at the head of agency `number`."""
    agency = cast.agencies[number - 1]
    client = signed_in(cast.coach)
    url = dry_run(client, cast.network, csv_of((agency.code, agency.name, email, name)))
    confirm(client, url)
    with networks(cast.network.pk):
        return Membership.objects.select_related("user").get(agency=agency, ends_on=None)


def leave(cast: Cast) -> None:
    """The mandate of the first head ends, and nobody follows."""
    with networks(cast.network.pk):
        end_membership(cast.head)


def cohort_url(cast: Cast) -> str:
    return reverse("adoption:cohort_detail", args=["rivages", cast.cohort.public_id])


def overview(cast: Cast) -> str:
    return read("/n/rivages/overview/", cast.manager)


# — before anybody acts ————————————————————————————————————————————————————————


def test_leaver_is_in_nobody_s_queue(cast: Cast) -> None:
    before = read("/coach/", cast.coach)
    import_head(cast)

    after = read("/coach/", cast.coach)

    assert OLD in before
    assert "2 personnes" in before
    assert OLD not in after
    assert "1 personne, 1 à contacter" in after
    assert "Une personne à contacter" in after


def test_list_of_cohorts_counts_the_leaver_no_more(cast: Cast) -> None:
    url = reverse("cohorts:list", args=["rivages"])
    before = read(url, cast.coach)
    import_head(cast)

    after = read(url, cast.coach)

    assert "2 personnes" in before
    assert "1 personne" in after


def test_overview_shows_the_agency_taken_over_and_not_enrolled(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=2)
    import_head(cast)

    shown = overview(cast)

    row = shown[shown.index("Agence 001") : shown.index("Agence 002")]
    assert NEW in row
    assert OLD not in shown
    assert "Direction reprise" in row
    assert "Sans inscription" in row


def test_api_lists_the_leaver_to_the_coach_as_replaced_and_not_to_the_manager(cast: Cast) -> None:
    import_head(cast)

    rows = {
        who: {
            row["person"]: row["status"]
            for row in signed_in(getattr(cast, who)).get("/api/v1/n/rivages/enrolments").json()["results"]
        }
        for who in ("coach", "manager")
    }

    assert rows["coach"] == {OLD: "replaced", "Tête 002": "invited"}
    assert rows["manager"] == {"Tête 002": "invited"}


def test_leaver_on_a_pause_is_gone_all_the_same(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=1)
    with networks(cast.network.pk):
        pause(cast.enrolment, 2)
    import_head(cast)

    shown = read(cohort_url(cast), cast.coach)

    assert "Agence 001 · Remplacement" in shown
    assert "En pause" not in shown


def test_invitation_of_a_leaver_is_not_sent_again(cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
    leave(cast)
    url = reverse("cohorts:invite", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    person = reverse(
        "adoption:participant", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id]
    )

    shown = read(person, cast.coach)
    answer = signed_in(cast.coach).post(url, follow=True).content.decode()

    assert "Renvoyer l’invitation" not in shown
    assert "ne suit plus cette promotion" in answer
