"""The coach's list of messages: four drawers, plain words, a constant number of queries, nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import set_mail_mode, unsubscribe
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.unreached import unreached_people
from coaching.reminders.wording import BECAUSE
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)


def url(cast: Cast, show: str = "") -> str:
    address = reverse("reminders:cohort_messages", args=["rivages", cast.cohort.public_id])
    return f"{address}?show={show}" if show else address


def sign_in(client: Client, user_id: int) -> None:
    client.force_login(User.objects.get(pk=user_id))


def set_all(cast: Cast, **fields: object) -> None:
    with networks(cast.network.pk):
        Reminder.objects.filter(kind="invitation").update(**fields)


def test_coming_and_sent_messages_are_told_in_words(cast: Cast, mailbox: Mailbox, client: Client) -> None:
    deliver_network(cast.network.pk, now=NOW)
    sign_in(client, cast.coach.user_id)

    coming, sent = client.get(url(cast)).content.decode(), client.get(url(cast, "sent")).content.decode()

    assert "Prévu" in coming
    assert "Parti" in sent
    assert "Tête 001" in sent


@pytest.mark.parametrize("reason", sorted(BECAUSE))
def test_message_not_sent_says_why(cast: Cast, client: Client, reason: str) -> None:
    plan_network(cast.network.pk, NOW)
    set_all(cast, state="skipped", reason=reason, finished_at=NOW)
    sign_in(client, cast.coach.user_id)

    page = client.get(url(cast, "not_sent")).content.decode()

    assert "Non envoyé parce que" in page.replace("\u00a0", " ")
    assert "la règle a changé" not in page


@pytest.mark.parametrize(
    ("drawer", "fields", "words"),
    [
        ("coming", {"reason": "network_cap"}, "le réseau a envoyé tout ce qu’il peut en un jour"),
        ("to_see", {"state": "uncertain", "reason": "restored"}, "la plateforme a été restaurée depuis"),
        ("not_sent", {"state": "skipped", "reason": "uncertain", "finished_at": NOW}, "puis classé"),
    ],
)
def test_what_nobody_could_tell_or_the_network_held_back_is_told_in_words(
    cast: Cast, client: Client, drawer: str, fields: dict[str, Any], words: str
) -> None:
    plan_network(cast.network.pk, NOW)
    set_all(cast, handed_over_at=NOW, **fields)
    sign_in(client, cast.coach.user_id)

    assert words in client.get(url(cast, drawer)).content.decode()


def test_doubtful_and_refused_messages_lie_where_a_person_looks(cast: Cast, client: Client) -> None:
    plan_network(cast.network.pk, NOW)
    set_all(cast, state="uncertain", reason="no_answer", handed_over_at=NOW)
    sign_in(client, cast.coach.user_id)
    doubtful = client.get(url(cast, "to_see")).content.decode()
    set_all(cast, state="dead", reason="smtp_550", finished_at=NOW)

    refused = client.get(url(cast, "to_see")).content.decode()

    assert "sans réponse de la messagerie" in doubtful
    assert "550" in refused


def test_message_given_up_blames_no_server_that_never_saw_it(cast: Cast, client: Client) -> None:
    plan_network(cast.network.pk, NOW)
    set_all(cast, state="dead", reason="not_written", finished_at=NOW)
    sign_in(client, cast.coach.user_id)

    shown = client.get(url(cast, "to_see")).content.decode().replace("\u00a0", " ")

    assert "Abandonné après plusieurs essais : le message n’a pas pu être écrit." in shown
    assert "Refusé par la messagerie" not in shown


def unreached(cast: Cast, client: Client) -> str:
    """The part of the page, before the fifty messages, about those whom no reminder reaches, or ""."""
    sign_in(client, cast.coach.user_id)
    before = client.get(url(cast)).content.decode().split('id="drawer"')[0]
    return before.split('id="unreached"', 1)[1].split("</section>")[0] if 'id="unreached"' in before else ""


def test_person_whose_address_bounced_is_named_with_the_reason(
    cast: Cast, mailbox: Mailbox, client: Client
) -> None:
    mailbox.at_rcpt = lambda address: "550 No such person" if address == "head1@example.com" else ""
    deliver_network(cast.network.pk, now=NOW)

    shown = unreached(cast, client)

    assert "Tête 001" in shown
    assert "Adresse à corriger" in shown
    assert "L’adresse ne reçoit pas de courriel." in shown
    assert "Tête 002" not in shown
    assert "head1@example.com" not in shown


def test_person_who_wants_no_messages_is_named_without_anything_to_correct(
    cast: Cast, client: Client
) -> None:
    with networks(cast.network.pk):
        unsubscribe(cast.enrolments[0], NOW)
        set_mail_mode(cast.enrolments[1], "none", NOW)

    shown = unreached(cast, client)

    assert "La personne ne veut plus de messages." in shown
    assert "La personne a choisi de ne rien recevoir." in shown
    assert "Adresse à corriger" not in shown


def test_nobody_is_named_when_every_reminder_arrives_or_the_person_has_left(
    cast: Cast, client: Client
) -> None:
    assert unreached(cast, client) == ""
    with networks(cast.network.pk):
        unsubscribe(cast.enrolments[0], NOW)
        Enrolment.objects.filter(pk=cast.enrolments[0].pk).update(status="withdrawn", ended_at=NOW)

    assert unreached(cast, client) == ""


@pytest.mark.parametrize("heads", [1, 3])
def test_people_without_reminders_take_two_queries_for_any_number(heads: int) -> None:
    cast = make_cast(heads)
    with networks(cast.network.pk):
        for enrolment in cast.enrolments:
            unsubscribe(enrolment, NOW)

        with CaptureQueriesContext(connection) as queries:
            found = unreached_people(cast.cohort)
            assert all(each.person and each.place for each in found)

    assert (len(found), len(queries)) == (heads, 2)


def test_page_shows_no_address_and_no_subject(cast: Cast, mailbox: Mailbox, client: Client) -> None:
    deliver_network(cast.network.pk, now=NOW)
    sign_in(client, cast.coach.user_id)

    page = client.get(url(cast, "sent")).content.decode()

    assert "head1@example.com" not in page


@pytest.mark.parametrize("heads", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_messages(client: Client, heads: int) -> None:
    cast = make_cast(heads)
    plan_network(cast.network.pk, NOW)
    sign_in(client, cast.coach.user_id)
    client.get(url(cast))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(cast)).status_code == 200

    own = [each["sql"] for each in queries if "reminders_reminder" in each["sql"]]
    assert len(own) == 3  # the list, its count, how far each message of a coach has come


def test_page_is_closed_to_everybody_but_the_cohorts_coach(cast: Cast, client: Client) -> None:
    assert client.get(url(cast)).status_code == 302
    sign_in(client, cast.outsider.user_id)
    assert client.get(url(cast)).status_code == 404
    for person in (cast.head, cast.manager):
        sign_in(client, person.user_id)
        assert client.get(url(cast)).status_code == 403


@pytest.mark.parametrize("query", ["show=nothing", "page=-1", "page=99999", "page=x", "show=sent&page=2"])
def test_strange_addresses_are_answered_with_a_page(cast: Cast, client: Client, query: str) -> None:
    sign_in(client, cast.coach.user_id)

    assert client.get(f"{url(cast)}?{query}").status_code == 200
