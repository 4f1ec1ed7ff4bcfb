"""« Utile » or « pas clair » at the end of a lesson: one word each, read by the coach in numbers only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.learning.models import LessonVote
from coaching.learning.votes import Verdict, verdicts
from tests.adoption.people import signed_in
from tests.factories import Cast, make_cast, make_member
from tests.learning.conftest import NOW
from tests.learning.player import Player, soup

pytestmark = pytest.mark.django_db

L01 = "communiquer-c-est-relier"


def lesson(player: Player) -> list[str]:
    return [address for address in player.steps() if address.startswith(L01)]


def say(player: Player, word: str = "useful", note: str = ""):
    return player.client.post(f"{player.home}{L01}/vote/", {"word": word, "note": note})


def said(player: Player) -> list[tuple[str, str]]:
    with player.inside():
        return [(vote.word, vote.note) for vote in LessonVote.objects.order_by("pk")]


@pytest.fixture
def reader(player: Player) -> Player:
    player.complete(*lesson(player))
    return player


def test_the_question_comes_at_the_end_of_the_lesson_and_not_before(player: Player) -> None:
    first, *rest = lesson(player)
    player.complete(first)
    before = soup(player.client.get(f"{player.home}{L01}/done/")).select_one("#vote")

    player.complete(*rest)

    assert before is None
    assert soup(player.client.get(f"{player.home}{L01}/done/")).select_one("#vote") is not None


def test_a_vote_is_kept_shown_again_and_changed(reader: Player) -> None:
    say(reader, "unclear", "Le troisième exemple.")
    form = soup(reader.client.get(f"{reader.home}{L01}/done/")).select_one("#vote")

    say(reader, "useful")
    say(reader, "useful")

    assert form.select_one("[name=word][checked]")["value"] == "unclear"
    assert form.select_one("[name=note]")["value"] == "Le troisième exemple."
    assert said(reader) == [("useful", "")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choisissez « Utile » ou « Pas clair »"),
        ({"word": "boring"}, "Choisissez « Utile » ou « Pas clair »"),
        ({"word": "useful", "note": "a" * 201}, "Une ligne suffit"),
    ],
)
def test_a_vote_that_says_nothing_comes_back_with_a_sentence(
    reader: Player, data: dict[str, str], sentence: str
) -> None:
    sent = reader.client.post(f"{reader.home}{L01}/vote/", data)

    assert sent.status_code == 422
    assert sentence in sent.content.decode().replace("\u00a0", " ")
    assert said(reader) == []


def test_a_lesson_that_is_not_done_takes_no_vote(player: Player) -> None:
    assert say(player).status_code == 302
    assert said(player) == []


def test_a_note_is_encrypted_at_rest(reader: Player) -> None:
    say(reader, "unclear", "Trop de mots anglais.")

    with reader.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT note FROM learning_lessonvote")
        assert b"mots anglais" not in bytes(cursor.fetchone()[0])


def test_a_vote_is_no_activity(reader: Player) -> None:
    before = reader.enrolment()

    say(reader)

    after = reader.enrolment()
    assert (after.last_activity_at, after.next_check_at) == (before.last_activity_at, before.next_check_at)


# --- what the coach reads --------------------------------------------------------------------


@pytest.fixture
def five() -> Iterator[list[Player]]:
    with time_machine.travel(NOW, tick=False):
        cast = make_cast(5)
        players = []
        for member in cast.heads:
            client = Client()
            client.force_login(member.user)
            players.append(Player(client, cast, member))
            players[-1].complete(*lesson(players[-1]))
        yield players


def cohort_page(cast: Cast) -> str:
    url = reverse("adoption:cohort_detail", args=[cast.network.slug, cast.cohort.public_id])
    return str(soup(signed_in(cast.coach).get(url)).select_one("[aria-labelledby=said]"))


def test_the_coach_reads_numbers_and_notes_without_a_name_from_five_on(five: list[Player]) -> None:
    for player in five[:3]:
        say(player, "useful")
    say(five[3], "unclear", "Le dernier quiz.")
    below = cohort_page(five[0].cast)

    say(five[4], "unclear")

    shown = cohort_page(five[0].cast)
    assert "utile" not in below
    assert "Le dernier quiz." not in below
    assert "3 utiles" in shown
    assert "2 pas clair" in shown
    assert "Le dernier quiz." in shown
    assert not any(member.shown_name in shown for member in five[0].cast.heads)


def test_another_coach_of_the_network_does_not_read_them(five: list[Player]) -> None:
    cast = five[0].cast
    with networks(cast.network.pk):
        second = make_member(cast.network, "second@example.com", "coach")
    url = reverse("adoption:cohort_detail", args=[cast.network.slug, cast.cohort.public_id])

    assert signed_in(second).get(url).status_code == 404


def test_verdicts_count_from_five_on_and_sort_the_notes() -> None:
    four = [("m", "useful", "")] * 4

    assert verdicts(four) == {}
    assert verdicts([*four, ("m", "unclear", "b"), ("m", "useful", "a"), ("n", "useful", "")]) == {
        "m": Verdict(5, 1, ("a", "b"))
    }
