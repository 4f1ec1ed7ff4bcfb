"""A survey through its pages: drafts in parts, sent whole, read again."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from coaching.learning.models import SurveyReply
from tests.learning.player import SURVEY, Player

pytestmark = pytest.mark.django_db


def test_a_survey_goes_to_the_coach_when_its_last_part_is_sent(player: Player) -> None:
    assert "Votre coach lira vos réponses" in player.page(SURVEY).get_text()
    refused = player.submit(SURVEY, {})
    assert refused.status_code == 422

    for _part in range(20):
        page = player.page(SURVEY)
        names = {str(field["name"]) for field in page.select("#step input[type=radio]")}
        chosen = {name: page.select_one(f"input[name='{name}']")["value"] for name in names}  # type: ignore[index]
        if player.submit(SURVEY, chosen).headers["Location"].split("?")[0] != player.url(SURVEY):
            break

    assert player.done() == {SURVEY}
    with player.inside():
        reply = SurveyReply.objects.get()
    assert reply.content["answers"]


def test_nothing_of_a_survey_is_sent_before_its_end(player: Player) -> None:
    page = player.page(SURVEY)
    names = {str(field["name"]) for field in page.select("#step input[type=radio]")}

    player.submit(SURVEY, {name: page.select_one(f"input[name='{name}']")["value"] for name in names})  # type: ignore[index]

    with player.inside():
        assert not SurveyReply.objects.exists()
    assert player.content(SURVEY)["part"] == 1  # type: ignore[index]


def send_survey(player: Player) -> None:
    for part in range(1, 20):
        page = player.page(SURVEY, f"p={part}")
        names = {str(field["name"]) for field in page.select("#step input[type=radio]")}
        chosen = {name: page.select_one(f"input[name='{name}']")["value"] for name in names}  # type: ignore[index]
        posted = player.submit(SURVEY, chosen, query=f"p={part}")
        if posted.headers["Location"].split("?")[0] != player.url(SURVEY):
            return


def test_a_sent_survey_shows_what_was_sent_and_when(player: Player) -> None:
    send_survey(player)

    page = player.page(SURVEY)

    assert "Envoyé à votre coach le mercredi 20 janvier à 9\u00a0h" in page.get_text()
    assert "1 sur 5" in page.select_one("dl").get_text()  # type: ignore[union-attr]
    assert "Sans réponse" in page.select_one("dl").get_text()  # type: ignore[union-attr]
    assert not page.select("#step")
    assert page.find("a", href=player.url(SURVEY, "p=1"))


def test_a_survey_sent_again_unchanged_keeps_the_hour_when_it_came(
    player: Player, clock: time_machine.Traveller
) -> None:
    send_survey(player)
    clock.shift(dt.timedelta(hours=2))

    send_survey(player)

    assert "janvier à 9\u00a0h" in player.page(SURVEY).get_text()


def test_a_change_of_a_sent_survey_waits_for_its_sending(player: Player) -> None:
    send_survey(player)
    name = player.page(SURVEY, "p=8").select_one("#step textarea")["name"]  # type: ignore[index]
    draft(player, {"part": "8", name: "Une phrase."})
    assert "Une phrase" not in player.page(SURVEY).get_text()
    assert "Vous avez changé des réponses" in player.page(SURVEY).get_text()

    player.submit(SURVEY, {name: "Une phrase."}, query="p=8")

    assert "Une phrase" in player.page(SURVEY).get_text()
    assert "Vous avez changé des réponses" not in player.page(SURVEY).get_text()


def draft(player: Player, data: dict) -> int:
    url = player.url(f"{SURVEY}/autosave")
    return player.client.post(url, data, headers={"Accept": "application/json"}).status_code


def test_a_part_not_yet_sent_keeps_its_answers_and_those_of_the_others(player: Player) -> None:
    first, second = (player.page(SURVEY, f"p={n}").select_one("#step input[type=radio]") for n in (1, 2))
    assert first is not None
    assert second is not None

    draft(player, {"part": "1", first["name"]: first["value"]})
    draft(player, {"part": "2", second["name"]: second["value"]})

    assert player.page(SURVEY).select_one("#step input[checked]")["name"] == first["name"]  # type: ignore[index]
    assert player.page(SURVEY, "p=2").select_one("#step input[checked]")["name"] == second["name"]  # type: ignore[index]
    assert player.done() == set()
    with player.inside():
        assert not SurveyReply.objects.exists()


def test_free_words_of_a_survey_are_kept_as_they_are_written(player: Player) -> None:
    name = player.page(SURVEY, "p=8").select_one("#step textarea")["name"]  # type: ignore[index]

    assert draft(player, {"part": "8", name: "Une phrase."}) == 200
    assert draft(player, {"part": "8", name: "x" * 2001}) == 422

    assert player.page(SURVEY, "p=8").textarea.get_text().strip() == "Une phrase."  # type: ignore[union-attr]
