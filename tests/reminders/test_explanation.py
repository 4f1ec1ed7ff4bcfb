"""Why a message, why at that hour, what became of it, why not: to a coach and to the person."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.models import Agency
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.services import complete_step
from coaching.reminders.explanation import WHY
from coaching.reminders.models import Reminder, ReminderAttempt
from coaching.reminders.moves import KEPT, Move, read_moves, with_move
from coaching.reminders.preferences import set_mail_mode
from coaching.reminders.services import deliver_network, plan_network
from tests.factories import PARIS, Cast, make_member
from tests.queries import queries_in_scope
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)  # an hour after the launch
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)  # a first step in week 0
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)  # week 1 is open
THURSDAY = dt.datetime(2027, 1, 14, 14, 30, tzinfo=PARIS)


def deliver(cast: Cast, *moments: dt.datetime) -> None:
    for now in moments:
        deliver_network(cast.network.pk, now=now)


def enter(cast: Cast) -> None:
    with networks(cast.network.pk, user_id=cast.heads[0].user_id):
        complete_step(cast.enrolments[0], "w0-accueil/qui-lit-quoi", {}, now=ACTIVE)


def one(cast: Cast, kind: str) -> Reminder:
    with networks(cast.network.pk):
        found = Reminder.objects.filter(enrolment=cast.enrolments[0], kind=kind).order_by("due_at").first()
    assert found
    return found


def change(cast: Cast, kind: str, **fields: Any) -> Reminder:
    row = one(cast, kind)
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(**fields)
    return row


def copy(cast: Cast, row: Reminder, name: str, at: dt.datetime) -> None:
    """One more message that left, to the same person."""
    row.pk, row.public_id, row.dedupe_key, row.occurrence = None, name, name, name
    row.handed_over_at = at
    with networks(cast.network.pk):
        row.save(force_insert=True)


def url(cast: Cast, row: Reminder) -> str:
    return reverse("reminders:explanation", args=["rivages", cast.cohort.public_id, row.public_id])


def told(cast: Cast, row: Reminder) -> dict[str, str]:
    """Question -> what a coach reads of it."""
    client = Client()
    client.force_login(cast.coach.user)
    response: Any = client.get(url(cast, row))
    assert response.status_code == 200
    return answers(BeautifulSoup(response.content, "html.parser"))


def answers(page: Any) -> dict[str, str]:
    return {
        part.dt.text: plain(" ".join(answer.text for answer in part.select("dd")))
        for part in page.select(".told > div")
    }


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


def test_message_that_left_says_what_for_when_and_what_the_server_answered(
    cast: Cast, mailbox: Mailbox
) -> None:
    deliver(cast, MONDAY)

    found = told(cast, one(cast, "invitation"))

    assert "Pourquoi pas" not in found
    assert "quand la promotion est lancée" in found["Pourquoi ce message"]
    assert "Prévu le lundi 4 janvier à" in found["Pourquoi à cette heure"]
    assert (
        "Essai 1, lundi 4 janvier à 10 h : la messagerie l’a pris (réponse 250)"
        in found["Ce qu’il est devenu"]
    )


def test_message_moved_by_a_closed_day_says_so(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.agencies[0].pk).update(open_days=[3, 4, 5])
    enter(cast)
    deliver(cast, ACTIVE, TUESDAY)

    found = told(cast, one(cast, "weekly_digest"))["Pourquoi à cette heure"]

    assert "Prévu le mercredi 13 janvier à 8 h 45, heure de l’agence" in found
    assert "Pas à son heure habituelle : l’agence est fermée." in found


def test_message_put_off_by_the_caps_says_the_rule_its_value_and_what_counted(
    cast: Cast, mailbox: Mailbox
) -> None:
    deliver(cast, MONDAY)
    enter(cast)
    deliver(cast, ACTIVE)
    circular = one(cast, "invitation")
    circular.kind = Reminder.Kind.COACH_CIRCULAR
    copy(cast, circular, "circular", dt.datetime(2027, 1, 11, 9, 0, tzinfo=PARIS))
    deliver(cast, TUESDAY)

    row = one(cast, "weekly_digest")
    found = told(cast, row)["Pourquoi à cette heure"]

    assert row.state == "due"
    assert "Mardi 12 janvier à 9 h 30, remis à mercredi 13 janvier à 9 h" in found
    assert (
        "au plus 2 messages en 7 jours et 48 heures entre deux ; c’est la valeur livrée avec Cairn" in found
    )
    assert "De cette promotion comptait : Message du coach à plusieurs, lundi 11 janvier à 9 h." in found
    assert "Prochain essai mercredi 13 janvier à 9 h" in found


def test_message_that_the_person_made_needless_says_when_that_was_seen(cast: Cast, mailbox: Mailbox) -> None:
    enter(cast)
    deliver(cast, ACTIVE, TUESDAY)
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolments[0].pk).update(last_activity_at=TUESDAY)
    deliver(cast, THURSDAY)

    found = told(cast, one(cast, "midweek_nudge"))

    assert "Jeudi 14 janvier à 14 h 30, au moment de décider" in found["Pourquoi pas"]
    assert "la personne a déjà avancé cette semaine" in found["Pourquoi pas"]


def test_nudge_stopped_by_the_caps_says_the_value_that_decided(cast: Cast, mailbox: Mailbox) -> None:
    enter(cast)
    deliver(cast, ACTIVE, TUESDAY)
    change(cast, "weekly_digest", handed_over_at=dt.datetime(2027, 1, 13, 12, 0, tzinfo=PARIS))
    deliver(cast, THURSDAY)

    row, found = one(cast, "midweek_nudge"), told(cast, one(cast, "midweek_nudge"))["Pourquoi pas"]

    assert (row.state, row.reason) == ("skipped", "gap")
    assert "la personne a reçu assez de messages ces jours-ci" in found
    assert "48 heures entre deux ; c’est la valeur livrée avec Cairn" in found
    assert "Récapitulatif de la semaine, mercredi 13 janvier à 12 h" in found


def test_value_that_was_set_since_is_not_said_to_be_the_shipped_one(cast: Cast) -> None:
    plan_network(cast.network.pk, MONDAY)
    move = {"because": "cap", "at": MONDAY.isoformat(), "messages": 1, "hours": 72}
    row = change(cast, "invitation", state="skipped", reason="cap", finished_at=MONDAY, moves=[move])

    found = told(cast, row)["Pourquoi pas"]

    assert "au plus 1 messages en 7 jours et 72 heures entre deux ; c’est une valeur réglée depuis" in found


def test_messages_of_another_cohort_are_not_told_to_the_coach(cast: Cast, mailbox: Mailbox) -> None:
    """The caps count them; the coach of this cohort reads only that it was enough."""
    plan_network(cast.network.pk, MONDAY)
    move = {"because": "gap", "at": MONDAY.isoformat(), "messages": 2, "hours": 48}
    row = change(cast, "invitation", state="skipped", reason="gap", finished_at=MONDAY, moves=[move])

    found = told(cast, row)["Pourquoi pas"]

    assert "assez de messages" in found
    assert "comptait" not in found


def test_refused_address_says_the_code_in_words(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.at_rcpt = lambda address: "550 No such person" if address == "head1@example.com" else ""
    deliver(cast, MONDAY)

    found = told(cast, one(cast, "invitation"))["Ce qu’il est devenu"]

    assert "la messagerie refuse l’adresse (réponse 550)" in found
    assert "n’est plus essayé" in found


def test_message_that_waits_for_a_new_try_says_each_try_and_the_next(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.at_rcpt = lambda address: "451 Later" if address == "head1@example.com" else ""
    deliver(cast, MONDAY)

    found = told(cast, one(cast, "invitation"))

    assert "Essai 1" in found["Ce qu’il est devenu"]
    assert "(réponse 451)" in found["Ce qu’il est devenu"]
    assert "Prochain essai lundi 4 janvier à 10 h" in found["Pourquoi à cette heure"]


def test_doubtful_message_says_that_nothing_is_sent_again_alone(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.at_data = lambda mail: "drop"
    deliver(cast, MONDAY)

    found = told(cast, one(cast, "invitation"))["Ce qu’il est devenu"]

    assert "aucune réponse : peut-être arrivé, peut-être pas" in found
    assert "Rien n’est renvoyé sans qu’une personne en décide" in found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "bounced", "finished_at": MONDAY, "handed_over_at": MONDAY}, "Il est revenu"),
        ({"state": "sent", "finished_at": MONDAY, "delivered_at": MONDAY}, "Arrivé dans la boîte lundi 4"),
        ({"state": "cancelled", "reason": "recalled", "finished_at": MONDAY}, "son coach l’a annulé"),
        ({"state": "skipped", "reason": "expired", "finished_at": MONDAY}, "Il pouvait partir jusqu’au"),
    ],
)
def test_every_other_end_is_told(cast: Cast, fields: dict[str, Any], said: str) -> None:
    plan_network(cast.network.pk, MONDAY)

    row = change(cast, "invitation", **fields)

    assert said in " ".join(told(cast, row).values())


def test_every_kind_says_what_it_is_for() -> None:
    assert set(WHY) == set(Reminder.Kind.values)


def test_bundled_reasons_are_told(cast: Cast) -> None:
    plan_network(cast.network.pk, MONDAY)
    row = change(cast, "invitation_followup", reasons=["not_activated", "weekly_digest"])

    assert "porte aussi le récapitulatif" in told(cast, row)["Pourquoi ce message"]


def test_list_of_messages_leads_to_the_explanation_of_each(cast: Cast) -> None:
    plan_network(cast.network.pk, MONDAY)
    client = Client()
    client.force_login(cast.coach.user)

    page = client.get(reverse("reminders:cohort_messages", args=["rivages", cast.cohort.public_id])).content

    assert url(cast, one(cast, "invitation")) in page.decode()


def test_coach_of_another_cohort_gets_no_explanation(cast: Cast) -> None:
    plan_network(cast.network.pk, MONDAY)
    with networks(cast.network.pk):
        other = make_member(cast.network, "other-coach@x.test", "coach")
    client = Client()
    client.force_login(other.user)

    assert client.get(url(cast, one(cast, "invitation"))).status_code == 404


def own_page(cast: Cast) -> BeautifulSoup:
    client = Client()
    client.force_login(cast.heads[0].user)
    return BeautifulSoup(
        client.get(reverse("reminders:preferences", args=["rivages"])).content, "html.parser"
    )


def test_person_reads_why_their_own_messages_came(cast: Cast, mailbox: Mailbox) -> None:
    deliver(cast, MONDAY)

    with time_machine.travel(MONDAY, tick=False):
        found = answers(own_page(cast).select_one("[aria-labelledby=sent]"))

    assert "quand la promotion est lancée" in found["Pourquoi ce message"]


def test_person_reads_in_their_own_words_why_a_message_did_not_come(cast: Cast, mailbox: Mailbox) -> None:
    enter(cast)
    deliver(cast, ACTIVE, TUESDAY)
    with networks(cast.network.pk):
        set_mail_mode(cast.enrolments[0], "digest_only")
    deliver(cast, THURSDAY)

    with time_machine.travel(THURSDAY, tick=False):
        found = answers(own_page(cast).select_one("[aria-labelledby=not_sent]"))

    assert "vous avez choisi le récapitulatif seul" in found["Pourquoi pas"]
    assert "la personne" not in " ".join(found.values())


def test_person_reads_nothing_of_another_persons_messages(cast: Cast, mailbox: Mailbox) -> None:
    deliver(cast, MONDAY)
    with networks(cast.network.pk):
        ReminderAttempt.objects.filter(reminder__enrolment=cast.enrolments[1]).update(smtp_code=299)

    with time_machine.travel(MONDAY, tick=False):
        assert "299" not in own_page(cast).text


@pytest.mark.parametrize("sent", [1, 3])
def test_own_page_costs_the_same_whatever_the_number_of_messages(
    cast: Cast, mailbox: Mailbox, sent: int
) -> None:
    deliver(cast, MONDAY)
    for number in range(sent - 1):
        copy(cast, one(cast, "invitation"), f"copy{number}", MONDAY)
    client = Client()
    client.force_login(cast.heads[0].user)

    assert len(queries_in_scope(client, reverse("reminders:preferences", args=["rivages"]))) == 12


def test_row_keeps_its_first_and_its_last_moves() -> None:
    kept: list[Any] = []
    for number in range(KEPT + 5):
        kept = with_move(kept, Move("gap", messages=number + 1))

    moves = read_moves(kept)

    assert len(moves) == KEPT
    assert (moves[0].messages, moves[-1].messages) == (1, KEPT + 5)


def test_what_is_no_move_of_ours_is_passed_over() -> None:
    assert read_moves([{"because": ""}, "x", None, {"because": "gap"}]) == [Move("gap")]
    assert read_moves(None) == []
