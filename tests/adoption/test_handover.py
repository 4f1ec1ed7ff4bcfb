"""A head replaced by an import while the cohort runs: who left, who takes over, one button to enrol them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import hand_over, pause
from coaching.reminders.models import Reminder
from coaching.reminders.services import plan_network
from tests.adoption.people import signed_in, take_weeks
from tests.agencies.importing_files import csv_of
from tests.agencies.test_importing_page import confirm, dry_run
from tests.factories import PARIS, Cast, make_cast, make_member
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db

WEEK_2 = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)
NEW, OLD = "Nora Prigent", "Tête 001"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEEK_2, tick=False):
        yield


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


# — the notice —————————————————————————————————————————————————————————————————


def enrol(cast: Cast, successor: Membership, who: Membership | None = None) -> HttpResponse:
    """Press the button of the cohort's page."""
    url = reverse("cohorts:replace", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    return signed_in(who or cast.coach).post(url, {"successor": successor.public_id}, follow=True)


def enrolments(cast: Cast) -> list[Enrolment]:
    with networks(cast.network.pk):
        return list(Enrolment.objects.filter(cohort=cast.cohort).order_by("pk"))


def everything(cast: Cast) -> list[dict[str, Any]]:
    with networks(cast.network.pk):
        return list(Enrolment.objects.order_by("pk").values())


def test_cohort_page_says_who_replaced_whom_and_counts_the_leaver_no_more(cast: Cast) -> None:
    import_head(cast)

    shown = read(cohort_url(cast), cast.coach)

    assert f"{NEW} a remplacé {OLD} à l’agence Agence 001" in shown
    assert "Depuis le mercredi 20 janvier." in shown
    assert "1 personne, du" in shown
    assert "Agence 001 · Remplacement" in shown[shown.index("Ne suivent plus cette promotion") :]


def test_mandate_that_ended_without_successor_is_said_and_has_no_button(cast: Cast) -> None:
    leave(cast)

    shown = read(cohort_url(cast), cast.coach)

    assert f"Le mandat de {OLD} à l’agence Agence 001 est terminé" in shown
    assert "Agence 001 · Départ" in shown
    assert "Inscrire" not in shown
    assert "Direction vacante" in overview(cast)


def test_interim_in_office_is_named_before_a_head_who_is_only_announced(cast: Cast) -> None:
    leave(cast)
    with networks(cast.network.pk):
        agency = cast.agencies[0]
        make_member(
            cast.network, "interim@example.com", "agency_head", agency,
            name="Inès Garcia", starts_on=WEEK_2.date(),
        )  # fmt: skip
        make_member(
            cast.network, "announced@example.com", "agency_head", agency,
            name="Paul Vrignaud", starts_on=WEEK_2.date() + dt.timedelta(days=30),
        )  # fmt: skip
        Membership.objects.filter(user__email="interim@example.com").update(is_interim=True)

    shown = read(cohort_url(cast), cast.coach)

    assert "Inès Garcia" in shown
    assert "Paul Vrignaud" not in shown


def test_head_who_is_only_announced_has_not_taken_over_yet(cast: Cast) -> None:
    leave(cast)
    with networks(cast.network.pk):
        later = WEEK_2.date() + dt.timedelta(days=30)
        make_member(
            cast.network, "announced@example.com", "agency_head", cast.agencies[0],
            name="Paul Vrignaud", starts_on=later,
        )  # fmt: skip

    shown = read("/n/rivages/overview/", cast.manager)

    assert "Direction reprise" not in shown
    assert "Paul Vrignaud" not in shown


def test_whoever_takes_over_later_is_the_successor(cast: Cast) -> None:
    leave(cast)
    with time_machine.travel(WEEK_2 + dt.timedelta(days=14), tick=False):
        import_head(cast)

        shown = read(cohort_url(cast), cast.coach)

    assert f"{NEW} a remplacé {OLD}" in shown


def test_of_two_successors_the_one_in_office_is_named(cast: Cast) -> None:
    first = import_head(cast)
    with networks(cast.network.pk):
        Membership.objects.filter(pk=first.pk).update(joined_at=WEEK_2)
    with time_machine.travel(WEEK_2 + dt.timedelta(days=7), tick=False):
        import_head(cast, email="sacha@example.com", name="Sacha Le Gall")

        shown = read(cohort_url(cast), cast.coach)

    assert f"Sacha Le Gall a remplacé {OLD}" in shown
    assert NEW not in shown


def test_colleague_of_the_cohort_who_takes_over_is_not_offered_twice(cast: Cast) -> None:
    successor = import_head(cast, email=cast.peer.user.email, name="Tête 002")

    shown = read(cohort_url(cast), cast.coach)
    enrol(cast, successor)

    assert "Changements de direction" not in shown
    assert "Agence 001 · Remplacement" in shown
    assert "Deux agences" in overview(cast)
    assert len(enrolments(cast)) == 2


def test_programme_finished_before_leaving_stays_finished(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(
            status="completed", activated_at=WEEK_2, completed_at=WEEK_2
        )
    successor = import_head(cast)

    shown = read(cohort_url(cast), cast.coach)
    enrol(cast, successor)

    assert "Changements de direction" not in shown
    assert "1 parcours terminé" in shown
    assert enrolments(cast)[0].status == "completed"


# — the button —————————————————————————————————————————————————————————————————


def test_enrolling_the_successor_closes_the_old_enrolment_and_opens_a_new_one(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=2)
    successor = import_head(cast)

    answer = enrol(cast, successor).content.decode().replace("\u00a0", " ")

    old, _peer, new = enrolments(cast)
    assert (old.status, old.ended_at) == ("replaced", WEEK_2)
    assert (old.done_steps > 0, old.membership_id) == (True, cast.head.pk)
    assert (new.membership_id, new.status, new.done_steps) == (successor.pk, "invited", 0)
    assert (new.invited_at, new.next_check_at, new.shift_days) == (WEEK_2, WEEK_2, 8)
    assert f"L’invitation pour {NEW} partira au prochain créneau ouvert." in answer
    assert "Changements de direction" not in answer
    assert "2 personnes, du" in re.sub(r"\s+", " ", answer)


def test_who_was_replaced_is_looked_at_once_more_and_gets_no_reminder(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=2)
    enrol(cast, import_head(cast))

    plan_network(cast.network.pk, WEEK_2)

    old, _peer, _new = enrolments(cast)
    with networks(cast.network.pk):
        assert (old.next_check_at, Reminder.objects.of(old).count()) == (None, 0)


def test_overview_marks_the_change_once_the_successor_takes_part(cast: Cast) -> None:
    enrol(cast, import_head(cast))

    shown = overview(cast)

    row = shown[shown.index("Agence 001") : shown.index("Agence 002")]
    assert "Direction reprise" in row
    assert "Sans inscription" not in row


def test_second_click_changes_nothing_and_says_so(cast: Cast) -> None:
    successor = import_head(cast)
    enrol(cast, successor)
    before = everything(cast)

    with time_machine.travel(WEEK_2 + dt.timedelta(minutes=1), tick=False):
        answer = enrol(cast, successor)

    assert everything(cast) == before
    assert "déjà fait" in answer.content.decode()


@pytest.mark.parametrize("named", ["", "1" * 12, "\x00", "peer"])
def test_only_the_person_that_the_page_named_is_enrolled(cast: Cast, named: str) -> None:
    import_head(cast)
    before = everything(cast)
    url = reverse("cohorts:replace", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])

    answer = signed_in(cast.coach).post(
        url, {"successor": cast.peer.public_id if named == "peer" else named}, follow=True
    )

    assert everything(cast) == before
    assert "a encore changé" in answer.content.decode()


def test_nobody_is_enrolled_in_the_place_of_a_head_in_office(cast: Cast) -> None:
    before = everything(cast)

    answer = enrol(cast, cast.peer)

    assert everything(cast) == before
    assert "a encore changé" in answer.content.decode()


def test_cohort_that_is_over_takes_nobody_in(cast: Cast) -> None:
    successor = import_head(cast)
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status="ended", ended_at=WEEK_2)
    before = everything(cast)

    shown = read(cohort_url(cast), cast.coach)
    answer = enrol(cast, successor)

    assert "Changements de direction" not in shown
    assert everything(cast) == before
    assert "n’est pas en cours" in answer.content.decode()


def test_other_coach_of_the_network_enrols_nobody(cast: Cast) -> None:
    successor = import_head(cast)
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
    before = everything(cast)

    answer = enrol(cast, successor, who=colleague)

    assert answer.status_code == 404
    assert everything(cast) == before


@pytest.mark.parametrize("leavers", [1, 3])
def test_cohort_page_costs_the_same_for_one_leaver_or_three(leavers: int) -> None:
    cast = make_cast(4)
    for number in range(1, leavers + 1):
        import_head(cast, number, f"new{number}@example.com", f"Nouvelle {number}")
    client = signed_in(cast.coach)
    client.get(cohort_url(cast))

    queries = queries_in_scope(client, cohort_url(cast))

    # The eight of a cohort where nobody left, and the successors; no link of an invitation to look for.
    assert len(queries) == 14, queries


# — as it is told afterwards ————————————————————————————————————————————————————


def test_report_of_an_interim_says_so_and_what_it_means_for_each(cast: Cast) -> None:
    with networks(cast.network.pk):
        change = hand_over(cast.enrolment, cast.coach, email="nora@example.com", name=NEW, is_interim=True)

    told = read(
        reverse("adoption:change_report", args=["rivages", cast.cohort.public_id, change.public_id]),
        cast.coach,
    )

    assert f"{NEW} assure l’intérim à la tête de l’agence" in told
    assert "Son parcours s’arrête là" in told.partition(OLD)[2][:200]
    assert "Commence au début, à ses propres dates" in told
