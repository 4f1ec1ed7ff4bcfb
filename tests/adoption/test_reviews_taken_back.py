"""An answer taken back by its coach, a text taken back by its author."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from agencies.scope import networks
from coaching.learning.services import UNDO_FOR, withdraw_submission
from tests.adoption.reviewing import (
    JSON,
    NOW,
    POST,
    Desk,
    author,
    author_reads,
    clock,
    desk,
    hand_in,
    passage_of,
    second_coach,
    stored,
)
from tests.factories import Cast

__all__ = ["clock", "desk"]

pytestmark = pytest.mark.django_db


# --- taken back ------------------------------------------------------------------------------------


def test_an_answer_can_be_taken_back_for_some_minutes(
    desk: Desk, cast: Cast, clock: time_machine.Traveller
) -> None:
    desk.send(2, comment="Trop vite")
    after = desk.client.get("/coach/reviews/").content.decode()

    desk.post({"action": "recall"})
    assert "Reprendre ce retour" in after
    assert stored(cast)[0].state == "draft"
    assert "Trop vite" not in author_reads(cast)

    desk.send(2, comment="Posé")
    clock.shift(UNDO_FOR)
    desk.post({"action": "recall"})
    assert stored(cast)[0].state == "validated"


def test_an_answer_of_another_coach_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    other = Desk(second_coach(cast), cast, desk.submission)

    answer = other.post({"action": "recall"})

    assert answer.status_code == 302
    assert [each.state for each in stored(cast)] == ["validated"]


def test_an_answer_to_an_earlier_version_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Ouvrez ici.")
    hand_in(cast, text="Seconde.", at=NOW + dt.timedelta(minutes=5))

    desk.post({"action": "recall"})

    assert [each.state for each in stored(cast)] == ["returned"]


def test_an_answer_to_a_text_that_was_taken_back_is_no_news(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    assert "Son retour vous attend" in author(cast).get().content.decode()

    with networks(cast.network.pk, user_id=cast.head.user_id):
        withdraw_submission(cast.enrolment, POST)

    assert "Son retour vous attend" not in author(cast).get().content.decode()


def test_an_answer_that_was_read_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    author_reads(cast)

    desk.post({"action": "recall"})

    assert stored(cast)[0].state == "validated"


def test_an_answer_is_taken_back_by_the_coach_who_gave_it_alone(desk: Desk, cast: Cast) -> None:
    other = Desk(second_coach(cast), cast, desk.submission)
    desk.send(2)

    shown = other.text()
    other.post({"action": "recall"})

    assert "Reprendre ce retour" in desk.text()
    assert "Reprendre ce retour" not in shown
    assert stored(cast)[0].state == "validated"


def test_a_device_that_fetches_the_page_ahead_has_not_read_it(desk: Desk, cast: Cast) -> None:
    desk.send(2)

    author(cast).client.get(author(cast).url(POST), headers={"sec-fetch-mode": "cors"})
    assert stored(cast)[0].opened_at is None
    author(cast).client.get(author(cast).url(POST), headers={"sec-fetch-mode": "navigate"})

    player = author(cast)
    player.client.get(player.url(POST), headers={"sec-fetch-mode": "navigate"})
    assert stored(cast)[0].opened_at == NOW


# --- taken back by its author ------------------------------------------------------------------------


def withdraw(cast: Cast) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        withdraw_submission(cast.enrolment, POST)


def test_nothing_of_a_text_that_was_taken_back_can_be_read(desk: Desk, cast: Cast) -> None:
    desk.send(2, remark="Beau", passage=passage_of(desk))

    withdraw(cast)

    answer = desk.client.get(desk.url, follow=True)
    assert "a repris ce texte" in answer.content.decode()
    assert "volet" not in answer.content.decode()
    (review,) = stored(cast)
    assert review.state == "validated"  # the fact stays
    assert review.content["comment"] == "Bravo."
    assert "volet" not in str(review.content)
    assert "Beau" in author_reads(cast)


def test_a_draft_about_a_text_that_was_taken_back_goes_with_it(desk: Desk, cast: Cast) -> None:
    data = desk.form(1, action="keep", comment="À propos du volet")
    desk.post(data)

    withdraw(cast)
    saved = desk.post(data, "autosave/", **JSON)
    sent = desk.post(data | {"action": "send"}, "")

    assert (saved.status_code, saved.json()["problem"]) == (409, "gone")
    assert sent.status_code == 302
    assert stored(cast) == []
