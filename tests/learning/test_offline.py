"""What a device may keep for a train, and answers that arrive later, twice, or from the wrong hands."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.device import owner_mark
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.learning.models import Answer, SurveyReply
from tests.factories import Cast
from tests.learning.pictures import photo
from tests.learning.player import GESTURE, READING, SCENARIO, SURVEY, Player, hidden_fields
from tests.learning.test_practice import GIFT, filled
from tests.learning.test_practice import NOW as WEEK_7
from tests.learning.test_queries import counted

pytestmark = pytest.mark.django_db

QUIZ = "communiquer-c-est-relier/diffuser-ou-relier"
TALK = "communiquer-c-est-relier/une-conversation-qui-compte"
TEXT = "Un mardi, j’ai rappelé une cliente.\nElle a souri."


def in_first_week(player: Player) -> None:
    player.complete(*player.steps(weeks=(0,)))


def listed(player: Player) -> list[str]:
    found = player.client.get(player.home + "offline/").json()
    assert found["owner"] == owner_mark(player.membership.user_id)
    return [page["url"] for page in found["pages"]]


def test_the_list_holds_the_lessons_of_the_week_one_stands_in(player: Player) -> None:
    in_first_week(player)

    urls = listed(player)

    assert {player.url(READING), player.url(QUIZ), player.url(QUIZ, "q=2"), player.url(TALK)} <= set(urls)
    others = [player.url(address) for address in player.steps(weeks=(0, 2))]
    assert others
    assert not set(urls) & set(others)


def test_words_already_written_are_on_no_list_while_choices_are(player: Player) -> None:
    in_first_week(player)
    player.complete(TALK, QUIZ)

    urls = listed(player)

    assert player.url(TALK) not in urls
    assert player.url(QUIZ) in urls


def test_the_list_costs_two_questions(player: Player) -> None:
    in_first_week(player)
    listed(player)

    with counted() as queries:
        listed(player)

    assert len(queries) == 2, queries


def test_the_manager_of_a_network_has_nothing_to_keep(cast: Cast, client: Client, clock: object) -> None:
    client.force_login(cast.manager.user)

    assert listed(Player(client, cast, cast.manager)) == []


def test_a_page_names_the_owner_whose_device_may_keep_it(player: Player) -> None:
    mark = owner_mark(player.membership.user_id)

    assert player.get(GESTURE).headers["X-Kept-For"] == mark
    assert player.get(READING).headers["X-Kept-For"] == mark


def test_a_page_with_words_of_the_person_may_be_kept_by_no_device(player: Player) -> None:
    player.submit(GESTURE, {"text": TEXT})

    assert "X-Kept-For" not in player.get(GESTURE).headers


@pytest.mark.parametrize(
    "path", ["", "path/", "values/", "v1-mes-valeurs/", "communiquer-c-est-relier/done/"]
)
def test_no_page_but_a_step_may_be_kept(player: Player, path: str) -> None:
    assert "X-Kept-For" not in player.client.get(player.home + path).headers


@pytest.mark.parametrize("path", ["/coach/", "/n/rivages/cohorts/"])
def test_no_page_of_a_coach_may_be_kept(cast: Cast, client: Client, clock: object, path: str) -> None:
    client.force_login(cast.coach.user)

    response = client.get(path)

    assert response.status_code == 200
    assert "X-Kept-For" not in response.headers


# --- answers given without network -----------------------------------------------------------


def form_of(player: Player, address: str, query: str = "") -> dict[str, str]:
    form = player.page(address, query).select_one("#step")
    assert form is not None
    return hidden_fields(form)


def arrive(player: Player, address: str, fields: dict[str, Any]) -> HttpResponse:
    return player.post(address, fields, Accept="application/json")


def state(player: Player, address: str) -> tuple[Any, ...]:
    with player.inside():
        answer = Answer.objects.filter(address=address).values_list("content", "revision").first()
        replies = SurveyReply.objects.filter(address=address).count()
    enrolment = player.enrolment()
    return answer, replies, player.done(), enrolment.done_minutes, enrolment.week_minutes


def given(player: Player, address: str) -> dict[str, Any]:
    """The fields of an answer to the first page of this step."""
    fields: dict[str, Any] = form_of(player, address)
    if address == QUIZ:
        radio = player.page(address).select_one("#step input[name=answer]")
        return fields | {"answer": radio["value"]}  # type: ignore[index]
    if address == SCENARIO:
        return fields | {"choice": player.page(address).select_one("#step button")["value"]}  # type: ignore[index]
    if address == SURVEY:
        radios = player.page(address).select("#step input[type=radio]")
        return fields | {str(radio["name"]): str(radio["value"]) for radio in radios}
    return fields | {"text": TEXT}


@pytest.mark.parametrize("address", [READING, QUIZ, SCENARIO, SURVEY, GESTURE, TALK])
def test_an_answer_that_arrives_twice_is_one(player: Player, address: str) -> None:
    fields = given(player, address)

    first = arrive(player, address, fields)
    once = state(player, address)
    second = arrive(player, address, fields)

    assert first.json() == second.json() == {"sent": True}  # type: ignore[attr-defined]
    assert state(player, address) == once


def test_an_answer_that_was_taken_before_its_reply_was_lost_is_one(player: Player) -> None:
    fields = given(player, GESTURE)
    player.post(GESTURE, fields)  # the network broke before the browser heard of it
    once = state(player, GESTURE)

    assert arrive(player, GESTURE, fields).status_code == 200

    assert state(player, GESTURE) == once


def test_an_answer_names_the_draft_that_it_makes_useless(player: Player) -> None:
    response = arrive(player, GESTURE, given(player, GESTURE))

    assert "un-geste" in response.cookies["draft_taken"].value


def test_an_answer_of_somebody_else_is_not_taken(player: Player, cast: Cast) -> None:
    fields = given(player, GESTURE)
    peer = Player(Client(), cast, cast.peer)
    peer.client.force_login(cast.peer.user)

    assert arrive(peer, GESTURE, fields).status_code == 403

    assert peer.content(GESTURE) is None
    assert player.content(GESTURE) is None


def test_without_a_session_an_answer_stays_on_the_device(player: Player) -> None:
    fields = given(player, GESTURE)
    Session.objects.all().delete()

    assert arrive(player, GESTURE, fields).status_code == 401

    assert not any("learning_continuation" in row.get_decoded() for row in Session.objects.all())


def test_a_newer_text_is_not_overwritten_by_one_that_waited(player: Player) -> None:
    fields = given(player, GESTURE)
    player.submit(GESTURE, {"text": "Du bureau"})

    response = arrive(player, GESTURE, fields)

    assert (response.status_code, response.json()) == (409, {"problem": "newer"})  # type: ignore[attr-defined]
    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == "Du bureau"  # type: ignore[index]


def test_an_answer_that_is_not_whole_is_refused(player: Player) -> None:
    response = arrive(player, QUIZ, form_of(player, QUIZ))

    assert response.status_code == 422


@pytest.mark.parametrize(("content", "status"), [(photo(90, 40), 200), (b"%PDF-1.7", 422)])
def test_a_picture_arrives_with_its_answer_or_is_refused_with_it(
    player: Player, clock: time_machine.Traveller, content: bytes, status: int
) -> None:
    clock.move_to(WEEK_7)
    player.client.force_login(player.membership.user)
    file = SimpleUploadedFile("capture.jpg", content, "image/jpeg")

    response = arrive(player, GIFT, filled(player, GIFT) | {"image": file})

    answer = player.content(GIFT)
    assert response.status_code == status
    assert answer is not None
    assert answer["image"] == ({"width": 90, "height": 40} if status == 200 else None)
    assert (GIFT in player.done()) == (status == 200)


def test_an_answer_to_a_closed_programme_says_so(player: Player, cast: Cast) -> None:
    fields = given(player, GESTURE)
    with networks(cast.network.pk):
        Cohort.objects.update(status=Cohort.Status.ARCHIVED)

    response = arrive(player, GESTURE, fields)

    assert (response.status_code, response.json()) == (409, {"problem": "closed"})  # type: ignore[attr-defined]
