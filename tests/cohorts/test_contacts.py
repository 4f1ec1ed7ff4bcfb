"""Noting an exchange, asking for one more invitation: in this network, for this person, by their coach."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Enrolment
from tests.factories import PARIS, Cast, make_member

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 27, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def page(name: str, cast: Cast, slug: str = "rivages") -> str:
    return reverse(f"cohorts:{name}", args=[slug, cast.cohort.public_id, cast.enrolment.public_id])


def contacts(cast: Cast) -> list[CoachContact]:
    with networks(cast.network.pk):
        return list(CoachContact.objects.all())


def enrolment(cast: Cast) -> Enrolment:
    with networks(cast.network.pk):
        return Enrolment.objects.get(pk=cast.enrolment.pk)


def test_what_is_settled_starts_the_ladder_anew_and_has_the_reminders_look_again(
    coach: Client, cast: Cast
) -> None:
    long_ago = NOW - dt.timedelta(days=3)
    with networks(cast.network.pk):
        Enrolment.objects.update(reminders_sent=3, manager_notice_at=long_ago, next_check_at=None)

    coach.post(page("contact", cast), {"kind": "handled", "note": ""})

    row = enrolment(cast)
    assert [each.kind for each in contacts(cast)] == ["handled"]
    assert (row.reminders_sent, row.manager_notice_at, row.next_check_at) == (0, None, NOW)


@pytest.mark.parametrize("kind", ["call", "message", "meeting", "attempt"])
def test_an_exchange_alone_does_not_start_the_ladder_anew(coach: Client, cast: Cast, kind: str) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(reminders_sent=3)

    coach.post(page("contact", cast), {"kind": kind, "note": ""})

    assert enrolment(cast).reminders_sent == 3


def test_noted_exchange_belongs_to_the_coach_and_leads_back_to_the_person(coach: Client, cast: Cast) -> None:
    response = coach.post(page("contact", cast), {"kind": "call", "note": "  Beaucoup de sinistres.  "})

    noted = contacts(cast)
    assert [(row.kind, row.note, row.coach_id) for row in noted] == [
        ("call", "Beaucoup de sinistres.", cast.coach.pk)
    ]
    assert noted[0].happened_at == NOW
    assert response.headers["Location"].split("?")[0] == reverse(
        "adoption:participant", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id]
    )


def test_exchange_noted_from_the_home_leads_back_there(coach: Client, cast: Cast) -> None:
    shown = coach.get(page("contact", cast), {"back": "coach"}).content.decode()

    response = coach.post(page("contact", cast), {"kind": "attempt", "note": "", "back": "coach"})

    assert 'name="back" value="coach"' in shown
    assert response.headers["Location"].split("?")[0] == reverse("adoption:coach_home")


def test_no_other_way_back_is_followed(coach: Client, cast: Cast) -> None:
    response = coach.post(page("contact", cast), {"kind": "call", "back": "https://ailleurs.example/"})

    assert response.headers["Location"].startswith("/n/rivages/")


@pytest.mark.parametrize(
    "answer", [{"kind": "telepathy"}, {"kind": ""}, {"kind": "call", "note": "x" * 1001}, {}]
)
def test_strange_exchange_is_refused_and_nothing_is_written(
    coach: Client, cast: Cast, answer: dict[str, str]
) -> None:
    response = coach.post(page("contact", cast), answer)

    assert response.status_code == 422
    assert contacts(cast) == []


def test_note_is_shown_as_text(coach: Client, cast: Cast) -> None:
    coach.post(page("contact", cast), {"kind": "call", "note": "<script>alert(1)</script>"})

    shown = coach.get(page("contact", cast)).content.decode()

    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("who", ["manager", "head"])
@pytest.mark.parametrize("name", ["contact", "invite"])
def test_managers_and_heads_are_refused(client: Client, cast: Cast, who: str, name: str) -> None:
    """A manager may invite people to the network, but has no business in a cohort."""
    client.force_login(getattr(cast, who).user)

    response = client.post(page(name, cast), {"kind": "call"})

    assert response.status_code == 403
    assert contacts(cast) == []


@pytest.mark.parametrize("name", ["contact", "invite"])
def test_coach_of_another_cohort_finds_nobody(client: Client, cast: Cast, name: str) -> None:
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
    client.force_login(colleague.user)

    assert client.post(page(name, cast), {"kind": "call"}).status_code == 404
    assert contacts(cast) == []


@pytest.mark.parametrize("name", ["contact", "invite"])
def test_person_of_one_network_is_unknown_in_the_other(coach: Client, cast: Cast, name: str) -> None:
    response = coach.post(page(name, cast, slug="toits"), {"kind": "call"})

    assert response.status_code == 404
    assert contacts(cast) == []


def test_new_invitation_is_planned_for_somebody_who_has_not_joined(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)

    first_invited_at = enrolment(cast).invited_at

    coach.post(page("invite", cast))

    asked = enrolment(cast)
    assert (asked.invited_again_at, asked.next_check_at) == (NOW, NOW)
    assert asked.invited_at == first_invited_at  # figures go on counting from the first invitation


def test_second_request_of_the_day_changes_nothing(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
    coach.post(page("invite", cast))

    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        response = coach.post(page("invite", cast), follow=True)

    assert enrolment(cast).invited_again_at == NOW
    assert "déjà prévue ou partie" in response.content.decode()


def test_nobody_who_joined_is_invited_again(coach: Client, cast: Cast) -> None:
    response = coach.post(page("invite", cast), follow=True)

    assert enrolment(cast).invited_again_at is None
    assert "a déjà rejoint" in response.content.decode()


@pytest.mark.parametrize("strange", ["%00", "..", "a b", "é"])
def test_strange_identifiers_are_a_404_never_an_error(coach: Client, cast: Cast, strange: str) -> None:
    known = cast.cohort.public_id

    answers = [
        coach.get(f"/n/rivages/cohorts/{strange}/preview/"),
        coach.get(f"/n/rivages/cohorts/{known}/people/{strange}/contact/"),
        coach.get(f"/n/rivages/cohorts/{known}/people/{strange}/"),
    ]

    assert {answer.status_code for answer in answers} == {404}
