"""« J’ai besoin d’un coup de main »: one place on every page, one sentence or none, for the coach alone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Cohort, Enrolment
from coaching.cohorts.services import add_contact, pause
from coaching.learning.models import HelpRequest
from tests.adoption.people import signed_in
from tests.factories import Cast
from tests.learning.conftest import NOW
from tests.learning.player import READING, SURVEY, Player, soup

pytestmark = pytest.mark.django_db

SENTENCE = "Je ne sais pas par où commencer avec LinkedIn."


@pytest.fixture
def started(player: Player) -> Player:
    """The head has taken every open step: without a call the coach has no reason to contact them."""
    player.complete(*player.steps())
    return player


def ask(player: Player, text: str = "") -> None:
    player.client.post(player.home + "help/", {"text": text})


def calls(player: Player) -> list[HelpRequest]:
    with player.inside():
        return list(HelpRequest.objects.order_by("pk"))


def queue(cast: Cast) -> str:
    return signed_in(cast.coach).get("/coach/").content.decode()


def person_page(cast: Cast) -> str:
    names = [cast.network.slug, cast.cohort.public_id, cast.enrolment.public_id]
    return signed_in(cast.coach).get(reverse("adoption:participant", args=names)).content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "path/", "values/", "help/", "v1-mes-valeurs/", "v1-mes-valeurs/done/", f"{READING}/", f"{SURVEY}/"],
)
def test_every_page_ends_its_top_bar_with_the_same_link(player: Player, path: str) -> None:
    page = soup(player.client.get(player.home + path))

    links = page.select("header .helplink")
    assert [link["href"] for link in links] == [player.home + "help/"]
    assert links[0].text.strip() == "Aide"


def test_who_coaches_or_manages_has_no_such_link(cast: Cast) -> None:
    here = f"/n/{cast.network.slug}/"
    pages = [
        (cast.coach, "/coach/"),
        (cast.coach, f"{here}cohorts/{cast.cohort.public_id}/wall/"),
        (cast.manager, f"{here}overview/"),
        (cast.manager, f"{here}brand-values/"),
    ]
    for person, path in pages:
        assert "helplink" not in signed_in(person).get(path).content.decode()


def test_one_tap_without_a_word_tells_the_coach_at_once(started: Player, cast: Cast) -> None:
    assert "Tête 001" not in queue(cast).split("Séances")[0] or "coup de main" not in queue(cast)

    ask(started)

    assert "A demandé un coup de main" in queue(cast)
    assert "Votre coach le sait" in started.client.get(started.home + "help/").content.decode()


def test_the_sentence_is_on_the_page_of_the_person_and_encrypted_at_rest(started: Player, cast: Cast) -> None:
    ask(started, SENTENCE)

    assert SENTENCE in person_page(cast)
    assert SENTENCE not in queue(cast)
    with started.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM learning_helprequest")
        assert SENTENCE.encode() not in bytes(cursor.fetchone()[0])


def test_asking_twice_is_one_call_with_the_latest_sentence(
    started: Player, clock: time_machine.Traveller
) -> None:
    ask(started)
    clock.shift(dt.timedelta(hours=1))
    ask(started, SENTENCE)

    found = calls(started)
    assert [(each.text, each.asked_at) for each in found] == [(SENTENCE, NOW)]


def test_saying_it_is_fine_closes_the_call_and_erases_the_sentence(started: Player, cast: Cast) -> None:
    ask(started, SENTENCE)

    started.client.post(started.home + "help/", {"withdraw": "1"})
    started.client.post(started.home + "help/", {"withdraw": "1"})

    assert "A demandé un coup de main" not in queue(cast)
    assert [(each.text, each.closed_at is None) for each in calls(started)] == [("", False)]


@pytest.mark.parametrize(("kind", "stands"), [("call", False), ("message", False), ("attempt", True)])
def test_an_exchange_noted_closes_the_call_a_try_does_not(
    started: Player, cast: Cast, clock: time_machine.Traveller, kind: str, stands: bool
) -> None:
    ask(started, SENTENCE)
    clock.shift(dt.timedelta(hours=1))

    with networks(cast.network.pk, user_id=cast.coach.user_id):
        add_contact(cast.enrolment, cast.coach, kind=kind)

    assert (SENTENCE in person_page(cast)) is stands
    # Even after a try the person waits: some days of quiet, then back in the queue.
    assert "A demandé un coup de main" not in queue(cast)
    clock.shift(dt.timedelta(days=7))
    assert ("A demandé un coup de main" in queue(cast)) is stands


def test_a_call_after_an_exchange_is_a_new_one(
    started: Player, cast: Cast, clock: time_machine.Traveller
) -> None:
    ask(started, SENTENCE)
    clock.shift(dt.timedelta(hours=1))
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        add_contact(cast.enrolment, cast.coach, kind=CoachContact.Kind.CALL)
    clock.shift(dt.timedelta(hours=1))

    ask(started, "Encore une question.")

    assert [each.text for each in calls(started)] == ["", "Encore une question."]
    assert "A demandé un coup de main" in queue(cast)


def test_somebody_on_pause_is_heard_too(started: Player, cast: Cast) -> None:
    with started.inside():
        pause(started.enrolment(), 2)

    ask(started)

    assert "A demandé un coup de main" in queue(cast)


def test_the_manager_sees_nothing_of_it(started: Player, cast: Cast) -> None:
    client: Client = signed_in(cast.manager)
    pages = [
        f"/n/{cast.network.slug}/overview/",
        f"/n/{cast.network.slug}/overview/?show=support",
        f"/n/{cast.network.slug}/agencies/{cast.agencies[0].public_id}/",
    ]
    before = [soup(client.get(page)).select_one("main").text for page in pages]

    ask(started, SENTENCE)

    assert [soup(client.get(page)).select_one("main").text for page in pages] == before


def test_a_sentence_too_long_comes_back_with_what_was_typed(player: Player) -> None:
    sent = player.client.post(player.home + "help/", {"text": "a" * 301})

    assert sent.status_code == 422
    assert "Une phrase suffit" in sent.content.decode()
    assert soup(sent).select_one("textarea").text.strip() == "a" * 301
    assert calls(player) == []


def test_control_characters_are_dropped_and_nothing_breaks(player: Player) -> None:
    ask(player, "un\x07 mot")

    assert [each.text for each in calls(player)] == ["un mot"]


def test_what_was_typed_waits_when_the_session_has_ended(player: Player, cast: Cast) -> None:
    seal = soup(player.client.get(player.home + "help/")).select_one("[name=seal]")["value"]
    player.client.logout()
    player.client.post(player.home + "help/", {"text": SENTENCE, "seal": seal})
    session = player.client.session
    player.client.force_login(cast.head.user)
    kept = player.client.session
    kept.update({key: value for key, value in session.items() if key.startswith("learning_")})
    kept.save()

    assert SENTENCE in player.client.get(player.home + "help/").content.decode()


def test_once_the_cohort_is_over_the_page_gives_a_name_and_takes_no_call(player: Player) -> None:
    with player.inside():
        Enrolment.objects.update(status=Enrolment.Status.ENDED_INCOMPLETE)
        Cohort.objects.update(status=Cohort.Status.ENDED)

    ask(player)

    page = player.client.get(player.home + "help/").content.decode()
    assert "Votre promotion est terminée" in page
    assert calls(player) == []
