"""A coach's ready-made words: theirs alone, added, changed, thrown away, put into an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from agencies.scope import networks
from coaching.learning.models import CannedComment
from coaching.learning.services.canned import CANNED_MAX
from tests.adoption.people import signed_in
from tests.adoption.reviewing import NOW, Desk, hand_in, second_coach, stored
from tests.factories import Cast

pytestmark = pytest.mark.django_db
LIST = "/n/rivages/canned/"
WORDS = {"title": "Merci", "text": "Merci de vous lancer."}


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach(cast: Cast) -> Client:
    return signed_in(cast.coach)


def kept(cast: Cast) -> list[CannedComment]:
    with networks(cast.network.pk):
        return list(CannedComment.objects.order_by("pk"))


def test_words_are_added_changed_and_thrown_away(coach: Client, cast: Cast) -> None:
    coach.post(LIST, WORDS)
    coach.post(LIST, WORDS)  # two taps
    (row,) = kept(cast)
    coach.post(f"{LIST}{row.public_id}/", WORDS | {"text": "Merci !"})
    assert "Merci !" in coach.get(LIST).content.decode()

    coach.post(f"{LIST}{row.public_id}/", {"delete": "1"})

    assert kept(cast) == []


def test_a_word_that_would_be_too_long_is_said_so_and_nothing_of_it_is_cut(coach: Client, cast: Cast) -> None:
    coach.post(LIST, WORDS)
    submission = hand_in(cast)
    desk = Desk(cast.coach, cast, submission)
    long = "mot " * 998 + "la fin"
    (row,) = kept(cast)

    answers = [
        desk.post(desk.form(2, comment=long, action="insert", canned=row.public_id)),
        desk.post(desk.form(2, comment=long + "x" * 40, action="keep")),
        desk.post(desk.form(2, comment=long + "x" * 40, action="send")),
    ]

    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "4000 caractères au plus" in page.replace("\u202f", "").replace("\u00a0", " ")
        assert "la fin" in page
    assert "la fin\n\nMerci de vous lancer." in answers[0].content.decode()
    saved = desk.post(desk.form(2, comment=long + "x" * 40), "autosave/", accept="application/json")
    assert (saved.status_code, saved.json()["problem"]) == (422, "refused")
    assert stored(cast) == []


def test_two_of_the_same_title_are_told_apart(coach: Client, cast: Cast) -> None:
    coach.post(LIST, WORDS)

    answer = coach.post(LIST, WORDS | {"text": "Autre chose"})

    assert answer.status_code == 422
    assert "Ce titre est déjà pris" in answer.content.decode()
    assert "Autre chose" in answer.content.decode()


def test_a_full_list_says_so(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        for number in range(CANNED_MAX):
            CannedComment.objects.create(coach=cast.coach, title=f"{number}", text="x")

    answer = coach.post(LIST, WORDS)

    assert answer.status_code == 422
    assert "Votre liste est pleine" in answer.content.decode()


def test_they_go_into_an_answer_without_a_script(coach: Client, cast: Cast) -> None:
    coach.post(LIST, WORDS)
    (row,) = kept(cast)
    desk = Desk(cast.coach, cast, hand_in(cast))

    desk.post(desk.form(None, comment="Bonjour.", canned=row.public_id, action="insert"))

    assert stored(cast)[0].content["comment"] == "Bonjour.\n\nMerci de vous lancer."


def test_the_words_of_the_programme_are_offered_as_well(cast: Cast) -> None:
    desk = Desk(cast.coach, cast, hand_in(cast))
    option = desk.page().select_one("optgroup[label='Du parcours'] option")
    assert option is not None

    desk.post(desk.form(None, canned=str(option["value"]), action="insert"))

    assert stored(cast)[0].content["comment"] == option["data-text"]


def test_another_coach_neither_sees_nor_changes_them(coach: Client, cast: Cast) -> None:
    coach.post(LIST, WORDS)
    (row,) = kept(cast)
    other = signed_in(second_coach(cast))

    assert "Merci de vous lancer" not in other.get(LIST).content.decode()
    assert other.post(f"{LIST}{row.public_id}/", {"delete": "1"}).status_code == 404
    assert other.post(f"{LIST}{row.public_id}/", WORDS).status_code == 404
    assert len(kept(cast)) == 1
