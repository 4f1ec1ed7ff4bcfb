"""A coach answers practices: kept, previewed, sent, given back once; second versions."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from agencies.scope import networks
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.reviewing import Words, grid_of
from coaching.learning.services import ReviewProblem, send_review
from coaching.programmes.runtime import outline_of
from tests.adoption.people import signed_in
from tests.adoption.reviewing import (
    CRITERIA,
    JSON,
    NOW,
    POST,
    QUOTE,
    TEXT,
    Desk,
    author_reads,
    clock,
    criteria_of,
    desk,
    hand_in,
    passage_of,
    stored,
)
from tests.factories import Cast

__all__ = ["clock", "desk"]

pytestmark = pytest.mark.django_db


# --- reading and writing ---------------------------------------------------------------------------


def test_the_page_shows_text_grid_and_the_promised_day(desk: Desk) -> None:
    text = desk.text()

    assert TEXT in text
    assert "Une scène qui se voit" in text
    assert len(criteria_of(desk.page())) == 4
    assert "Remise aujourd’hui, réponse avant mercredi 10 mars" in text
    assert "1 sur 1 à relire" in text


def test_an_answer_that_reaches_the_grid_is_validated_and_told_in_words(desk: Desk, cast: Cast) -> None:
    answer = desk.send(2)

    assert answer["Location"] == "/coach/reviews/"
    (review,) = stored(cast)
    assert review.state == "validated"
    read = author_reads(cast)
    assert "Votre mise en pratique est validée" in read
    assert "Bravo." in read
    assert "Un moment, un geste et un détail" in read  # the level in words
    assert "8 points" not in read
    assert "/ 8" not in read


def test_points_without_the_frame_do_not_validate(desk: Desk, cast: Cast) -> None:
    names = criteria_of(desk.page())
    floor = desk.page().select_one("fieldset[data-floor='1'] input")
    assert floor is not None

    desk.send(2, **{str(floor["name"]): "0"}, outcome="read")

    assert len(names) == 4
    assert stored(cast)[0].state == "read"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk: Desk, cast: Cast) -> None:
    answer = desk.send(None, comment="Mon mot", outcome="return")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choisissez 0, 1 ou 2 pour chaque critère." in page
    assert "Écrivez la suggestion" in page
    assert "Mon mot" in page
    assert stored(cast) == []


def test_a_draft_waits_and_its_author_sees_nothing_of_it(desk: Desk, cast: Cast) -> None:
    desk.post(desk.form(1, action="keep", comment="Brouillon du coach"))

    (draft,) = stored(cast)
    assert (draft.state, draft.sent_at) == ("draft", None)
    assert "Brouillon du coach" in desk.text()
    assert "Brouillon du coach" not in author_reads(cast)


def test_words_are_saved_while_one_types_and_an_older_screen_overwrites_nothing(
    desk: Desk, cast: Cast
) -> None:
    old = desk.form(None, comment="Ancien")

    first = desk.post(desk.form(None, comment="Nouveau"), "autosave/", **JSON)
    second = desk.post(old, "autosave/", **JSON)
    third = desk.post(old | {"action": "keep"})

    assert first.json()["revision"] == 1
    assert second.status_code == 409
    assert third.status_code == 409
    shown = third.content.decode()
    assert "Nouveau" in shown
    assert "Ancien" in shown
    assert stored(cast)[0].content["comment"] == "Nouveau"


def test_a_remark_that_is_being_typed_is_saved_once_and_becomes_a_remark_when_added(
    desk: Desk, cast: Cast
) -> None:
    data = desk.form(None, remark="On y est.", passage=passage_of(desk))

    desk.post(data, "autosave/", **JSON)
    desk.post(data, "autosave/", **JSON)
    assert stored(cast)[0].content["margins"] == []
    desk.post(desk.form(None, passage=passage_of(desk), action="remark"))

    (margin,) = stored(cast)[0].content["margins"]
    assert (margin["quote"], margin["text"]) == (QUOTE, "On y est.")
    assert stored(cast)[0].content["remark"] == ""
    marked = desk.page().select_one("[data-passages] mark")
    assert marked is not None
    assert marked.text == QUOTE


def test_a_remark_can_be_about_words_that_are_no_sentence_and_be_taken_off(desk: Desk, cast: Cast) -> None:
    start = TEXT.index("manteau")

    desk.post(desk.form(None, passage=f"{start}-{start + 7}", remark="Beau détail", action="remark"))
    assert stored(cast)[0].content["margins"][0]["quote"] == "manteau"
    desk.post(desk.form(None, action="drop:1"))

    assert stored(cast)[0].content["margins"] == []


def test_a_remark_for_which_there_is_no_room_stays_where_it_was_typed(desk: Desk, cast: Cast) -> None:
    for number in range(12):
        desk.post(desk.form(2, action="remark", remark=f"Remarque {number}"))

    kept = desk.post(desk.form(2, action="remark", remark="La treizième"))
    refused = desk.send(2)

    page = desk.page()
    assert kept.status_code == 302
    assert [area.get_text().strip() for area in page.select("#f-remark")] == ["La treizième"]
    assert len(page.select("[name=margin-text]")) == 12
    assert refused.status_code == 422
    assert "douze remarques au plus" in refused.content.decode()
    assert [each.state for each in stored(cast)] == ["draft"]


def test_a_practice_whose_step_has_left_the_version_is_answered_in_words(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        PracticeSubmission.objects.update(address="p2-post-valeur/disparue")

    page = desk.text()
    sent = desk.send(None, outcome="read")

    assert "sans grille, votre mot suffit" in page
    assert sent["Location"] == "/coach/reviews/"
    assert [each.state for each in stored(cast)] == ["read"]


@pytest.mark.parametrize("passage", ["0-9999", "5-5", "9-2", "x", "-1-4", ""])
def test_a_passage_that_the_text_does_not_have_is_about_the_whole(
    desk: Desk, cast: Cast, passage: str
) -> None:
    desk.post(desk.form(None, passage=passage, remark="En général", action="remark"))

    (margin,) = stored(cast)[0].content["margins"]
    assert (margin["text"], margin["quote"]) == ("En général", "")


def test_the_preview_is_what_the_author_reads_and_sends_the_same(desk: Desk, cast: Cast) -> None:
    data = desk.form(0, action="preview", comment="Un mot", suggestion="Ouvrez sur le volet.")

    location = desk.post(data)["Location"]
    page = desk.page("?" + location.partition("?")[2])
    assert stored(cast)[0].state == "draft"
    form = page.select_one("form[data-review]")
    assert form is not None
    assert "Une suggestion avant d’aller plus loin" in page.get_text(" ", strip=True)
    fields = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    desk.post(fields | {"action": "send"})

    assert stored(cast)[0].state == "returned"
    assert "Ouvrez sur le volet." in author_reads(cast)


# --- given back once -------------------------------------------------------------------------------


def test_a_practice_is_given_back_once_with_a_suggestion_then_validated(
    desk: Desk, cast: Cast, clock: time_machine.Traveller
) -> None:
    desk.send(0, suggestion="Commencez au volet.", outcome="return")
    first = author_reads(cast)

    clock.shift(dt.timedelta(days=2))
    hand_in(cast, text="Le volet, à moitié baissé.", at=NOW + dt.timedelta(days=2))
    desk = Desk(cast.coach, cast, desk.submission)
    shown = desk.text()
    desk.send(2)

    assert "Commencez au volet." in first
    assert "Deuxième version" in shown
    assert "Commencez au volet." in shown  # what was said the first time
    assert desk.page().select_one("#review") is None
    assert [each.state for each in stored(cast)] == ["returned", "validated"]


def test_a_second_return_does_not_exist(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Une fois.", outcome="return")
    hand_in(cast, text="Deuxième.", at=NOW + dt.timedelta(hours=1))

    assert desk.page().select_one("input[name=outcome][value=return]") is None
    desk.send(0, suggestion="Encore.", outcome="return", comment="Parlons-en.")

    assert [each.state for each in stored(cast)] == ["returned", "read"]
    assert "Votre mise en pratique est lue" in author_reads(cast)
    assert "prenez un moment avec votre coach" in author_reads(cast)


def test_the_database_holds_one_return_and_one_draft_for_each_practice(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Une fois.", outcome="return")
    fields = {"submission": desk.submission, "coach": cast.coach, "content": {}, "saved_at": NOW}

    for wrong in (
        {"revision": 2, "state": "returned", "sent_at": NOW},
        {"revision": 2, "state": "validated"},  # never sent
        {"revision": 2, "state": "draft", "sent_at": NOW},
        {"revision": 2, "state": "draft", "opened_at": NOW},
        {"revision": 1, "state": "draft"},
    ):
        with networks(cast.network.pk), pytest.raises(IntegrityError), transaction.atomic():
            PracticeReview.objects.create(**fields | wrong)


def test_a_validated_practice_stays_validated_and_is_not_waited_for_again(desk: Desk, cast: Cast) -> None:
    desk.send(2)

    hand_in(cast, text="Retouchée.", at=NOW + dt.timedelta(hours=1))

    assert "Rien n’est attendu ici" in desk.text()
    assert "Tout est lu." in signed_in(cast.coach).get("/coach/reviews/").content.decode()


def test_a_screen_from_before_does_not_answer_a_validated_practice_again(desk: Desk, cast: Cast) -> None:
    before = desk.form(0, action="send", comment="Encore un mot", outcome="read")
    desk.send(2)
    hand_in(cast, text="Retouchée.", at=NOW + dt.timedelta(hours=1))

    answer = desk.post(before | {"version": "2"})

    assert answer.status_code == 409
    assert "Encore un mot" in answer.content.decode()
    assert [each.state for each in stored(cast)] == ["validated"]


def test_a_screen_from_before_gives_nothing_back_a_second_time(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Ouvrez ici.")
    again = hand_in(cast, text="Seconde.", at=NOW + dt.timedelta(hours=1))
    words = Words(dict.fromkeys(CRITERIA, 0), suggestion="Encore.")
    step = outline_of(cast.cohort.programme_version).step(POST)
    assert step is not None
    grid = grid_of(step.content("fr", "insurance"))

    with networks(cast.network.pk), pytest.raises(ReviewProblem) as problem:
        send_review(again, cast.coach, grid, words, gives_back=True, version=2, edition=0)

    assert problem.value.code == "returned_before"
