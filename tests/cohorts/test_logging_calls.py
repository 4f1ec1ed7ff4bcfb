"""A call noted from the coach's home in two taps, taken back, and never noted where it does not belong."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agencies.public_id import new_public_id
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CoachContact, Cohort, Enrolment
from coaching.learning.continuation import seal
from tests.adoption.people import queue_row
from tests.factories import PARIS, Cast, launch_cohort, make_agency, make_member, starter_version

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 27, 9, 0, tzinfo=PARIS)
HOME = "/coach/"
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def address(name: str, enrolment: Enrolment, slug: str = "rivages", *more: str) -> str:
    return reverse(f"cohorts:{name}", args=[slug, enrolment.cohort.public_id, enrolment.public_id, *more])


def contacts(cast: Cast) -> list[CoachContact]:
    with networks(cast.network.pk):
        return list(CoachContact.objects.order_by("pk"))


def form_of(page: str, enrolment: Enrolment) -> dict[str, str]:
    """What the person's own form of the queue would post, before anything is typed."""
    row = queue_row(page, enrolment)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', row))


def noted_from_home(client: Client, cast: Cast, **answer: str) -> Any:
    form = form_of(client.get(HOME).content.decode(), cast.enrolment)
    return client.post(address("contact", cast.enrolment), form | answer, headers=IN_PLACE)


# --- two taps ------------------------------------------------------------------------------------


def test_row_of_the_queue_carries_the_form_and_each_result_is_one_button(coach: Client, cast: Cast) -> None:
    row = queue_row(coach.get(HOME).content.decode(), cast.enrolment)

    assert f'action="{address("contact", cast.enrolment)}"' in row
    assert re.findall(r'name="kind" value="(\w+)"', row) == ["call", "attempt", "message", "handled"]
    assert f'href="{address("contact", cast.enrolment)}?back=coach"' in row  # without JavaScript


def test_call_noted_in_its_place_answers_the_line_that_replaces_the_row(coach: Client, cast: Cast) -> None:
    answer = noted_from_home(coach, cast, kind="call", note="Beaucoup de sinistres")

    shown = answer.content.decode()
    assert [(row.kind, row.note) for row in contacts(cast)] == [("call", "Beaucoup de sinistres")]
    assert shown.startswith(f'<li class="noted" id="q-{cast.enrolment.public_id}">')
    assert "Annuler" in shown
    assert queue_row(coach.get(HOME).content.decode(), cast.enrolment) == ""


def test_same_form_sent_twice_notes_one_call(coach: Client, cast: Cast) -> None:
    form = form_of(coach.get(HOME).content.decode(), cast.enrolment) | {"kind": "call", "note": "Un"}

    for note in ("Un", "Deux"):
        coach.post(address("contact", cast.enrolment), form | {"note": note}, headers=IN_PLACE)

    assert [row.note for row in contacts(cast)] == ["Un"]


def test_key_of_somebody_elses_exchange_opens_nothing(coach: Client, cast: Cast) -> None:
    key = new_public_id()
    coach.post(address("contact", cast.enrolments[1]), {"kind": "call", "key": key})

    coach.post(address("contact", cast.enrolment), {"kind": "message", "key": key})

    assert [(row.enrolment_id, row.kind) for row in contacts(cast)] == [
        (cast.enrolments[1].pk, "call"),
        (cast.enrolment.pk, "message"),
    ]


def test_promised_call_keeps_the_person_out_of_the_queue_until_that_day(coach: Client, cast: Cast) -> None:
    noted_from_home(coach, cast, kind="attempt", call_back_on="2027-02-10")

    seen = {}
    for day in (9, 10, 12):
        with time_machine.travel(dt.datetime(2027, 2, day, 9, 0, tzinfo=PARIS), tick=False):
            coach.force_login(cast.coach.user)
            seen[day] = queue_row(coach.get(HOME).content.decode(), cast.enrolment)

    assert seen[9] == ""
    assert "Rappel promis pour mercredi 10 février" in seen[10]
    assert "Rappel promis" in seen[12]


@pytest.mark.parametrize("day", ["2027-01-27", "2026-12-01", "2028-01-01", "demain"])
def test_call_back_of_yesterday_or_next_year_is_refused_with_what_was_typed(
    coach: Client, cast: Cast, day: str
) -> None:
    answer = coach.post(
        address("contact", cast.enrolment), {"kind": "call", "note": "Mes mots", "call_back_on": day}
    )

    assert answer.status_code == 422
    assert "Mes mots" in answer.content.decode()
    assert contacts(cast) == []


# --- taken back ----------------------------------------------------------------------------------


def test_call_noted_by_mistake_is_taken_back_and_the_person_is_in_the_queue_again(
    coach: Client, cast: Cast
) -> None:
    noted_from_home(coach, cast, kind="call")
    key = str(contacts(cast)[0].public_id)

    answer = coach.post(address("forget_contact", cast.enrolment, "rivages", key), {"back": "coach"})

    assert answer.headers["Location"] == HOME
    assert contacts(cast) == []
    assert queue_row(coach.get(HOME).content.decode(), cast.enrolment) != ""


def test_without_a_script_the_page_that_follows_offers_the_way_back(coach: Client, cast: Cast) -> None:
    answer = coach.post(address("contact", cast.enrolment), {"kind": "call", "back": "coach"}, follow=True)

    key = str(contacts(cast)[0].public_id)
    assert address("forget_contact", cast.enrolment, "rivages", key) in answer.content.decode()


def test_after_half_an_hour_an_exchange_stays(coach: Client, cast: Cast) -> None:
    noted_from_home(coach, cast, kind="call")
    key = str(contacts(cast)[0].public_id)

    with time_machine.travel(NOW + dt.timedelta(minutes=31), tick=False):
        answer = coach.post(address("forget_contact", cast.enrolment, "rivages", key), follow=True)

    assert len(contacts(cast)) == 1
    assert "depuis plus d’une demi-heure" in answer.content.decode()


def test_colleague_of_the_cohort_cannot_take_back_what_another_noted(coach: Client, cast: Cast) -> None:
    noted_from_home(coach, cast, kind="call")
    key = str(contacts(cast)[0].public_id)
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
        cast.cohort.coaches.create(membership=colleague)
    coach.force_login(colleague.user)

    coach.post(address("forget_contact", cast.enrolment, "rivages", key))

    assert len(contacts(cast)) == 1


# --- stale forms: refused, never misfiled -------------------------------------------------------------


def test_forms_of_two_networks_in_two_tabs_each_note_in_their_own(coach: Client, cast: Cast) -> None:
    with networks(cast.other_network.pk):
        agency = make_agency(cast.other_network, "Port")
        other = make_member(cast.other_network, "port@example.com", "agency_head", agency)
        _cohort, away = launch_cohort(cast.other_coach, starter_version(), [other], name="Ailleurs")
    page = coach.get(HOME).content.decode()
    here, there = form_of(page, cast.enrolment), form_of(page, away[0])

    coach.get("/n/toits/cohorts/")  # the other tab, last looked at
    coach.post(address("contact", cast.enrolment), here | {"kind": "call", "note": "ici"})
    coach.post(address("contact", away[0], "toits"), there | {"kind": "call", "note": "là"})
    crossed = coach.post(address("contact", cast.enrolment, "toits"), here | {"kind": "call"})

    with networks(cast.other_network.pk):
        elsewhere = list(CoachContact.objects.values_list("note", flat=True))
    assert [row.note for row in contacts(cast)] == ["ici"]
    assert elsewhere == ["là"]
    assert crossed.status_code == 404


def test_form_whose_session_now_belongs_to_another_coach_notes_nothing_in_their_name(cast: Cast) -> None:
    """Django changes the token with each sign-in; the seal says whose form it was."""
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(cast.coach.user)
    form = form_of(tab.get(HOME).content.decode(), cast.enrolment)
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
        cast.cohort.coaches.create(membership=colleague)
    tab.force_login(colleague.user)
    fresh = tab.get(HOME).cookies.get(settings.CSRF_COOKIE_NAME)
    token = fresh.value if fresh else form["csrfmiddlewaretoken"]

    answer = tab.post(
        address("contact", cast.enrolment),
        form | {"kind": "call", "note": "Mes mots", "csrfmiddlewaretoken": token},
    )

    assert answer.status_code in (403, 409)
    assert "Mes mots" not in answer.content.decode()  # they are their author's
    assert contacts(cast) == []


def test_form_sealed_by_its_author_is_taken_from_its_author(coach: Client, cast: Cast) -> None:
    coach.post(address("contact", cast.enrolment), {"kind": "call", "seal": seal(int(cast.coach.user_id))})

    assert len(contacts(cast)) == 1


def test_membership_that_ended_meanwhile_is_told_in_place_and_nothing_is_noted(
    coach: Client, cast: Cast
) -> None:
    form = form_of(coach.get(HOME).content.decode(), cast.enrolment)
    row = queue_row(coach.get(HOME).content.decode(), cast.enrolment)
    with networks(cast.network.pk):
        end_membership(cast.coach)

    answer = coach.post(address("contact", cast.enrolment), form | {"kind": "call"}, headers=IN_PLACE)

    assert answer.status_code == 404
    assert f'data-refused="log-{cast.enrolment.public_id}-refused"' in row
    assert "Rivages ne vous ouvre plus cette personne" in row
    assert contacts(cast) == []


def _replaced(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(status="replaced")


def _ended(cast: Cast) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(status="ended")


def _gone(cast: Cast) -> None:
    end_membership(cast.head)


@pytest.mark.parametrize("change", [_replaced, _ended, _gone])
def test_person_or_cohort_that_changed_meanwhile_is_said_and_what_was_typed_stays(
    coach: Client, cast: Cast, change: Any
) -> None:
    form = form_of(coach.get(HOME).content.decode(), cast.enrolment)
    form |= {"kind": "call", "note": "Mes mots à garder"}
    with networks(cast.network.pk):
        change(cast)

    in_place = coach.post(address("contact", cast.enrolment), form, headers=IN_PLACE)
    as_page = coach.post(address("contact", cast.enrolment), form)

    shown = as_page.content.decode()
    assert in_place.status_code == 409  # in-place.js then sends it as a page
    assert as_page.status_code == 422
    assert "rien n’est noté" in shown
    assert "Mes mots à garder" in shown
    assert contacts(cast) == []


def test_exchange_is_noted_on_purpose_with_somebody_who_left(coach: Client, cast: Cast) -> None:
    form = form_of(coach.get(HOME).content.decode(), cast.enrolment) | {"kind": "call", "note": "Au revoir"}
    with networks(cast.network.pk):
        _replaced(cast)
    shown = coach.post(address("contact", cast.enrolment), form).content.decode()
    again = dict(re.findall(r'name="(followed|key)" value="([^"]*)"', shown))

    coach.post(address("contact", cast.enrolment), {"kind": "call", "note": "Au revoir"} | again)

    assert [row.note for row in contacts(cast)] == ["Au revoir"]
