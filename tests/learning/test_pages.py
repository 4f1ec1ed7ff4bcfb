"""The pages around the steps: home, path, module, its end, values, pause; and who gets nothing."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from agencies.scope import networks
from coaching.cohorts.models import LiveSession
from coaching.programmes import outline
from coaching.programmes.outline import StepOutline
from tests.learning.conftest import NOW
from tests.learning.player import SCENARIO, Player

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "path/", "values/", "v1-mes-valeurs/", "v1-mes-valeurs/done/"])
def test_pages_open(player: Player, page: str) -> None:
    response = player.client.get(player.home + page)

    assert response.status_code == 200


def test_every_step_of_the_open_weeks_shows_its_page(player: Player) -> None:
    statuses = {address: player.get(address).status_code for address in player.steps()}

    assert set(statuses.values()) == {200}, statuses


def test_pause_asked_for_after_the_session_ended_is_not_taken_and_says_so(player: Player) -> None:
    player.client.logout()

    asked = player.client.post(player.home + "pause/", {"weeks": "2"})
    player.client.force_login(player.cast.head.user)
    shown = player.client.get(parse_qs(urlsplit(asked["Location"]).query)["next"][0], follow=True)

    assert shown.redirect_chain == [(player.home, 302)]
    assert "Rien n’a changé" in shown.content.decode()
    with networks(player.cast.network.pk):
        assert not player.enrolment().pauses.exists()


# --- how many steps: one count wherever it is said ----------------------------------------------

MODULE = "communiquer-c-est-relier"


@pytest.fixture
def unplayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a step of a kind that is still to come: the scenario is not played yet."""
    kinds = outline.PLAYED_KINDS - {"scenario"}
    monkeypatch.setattr(StepOutline, "is_played", property(lambda step: step.kind in kinds))
    monkeypatch.setattr(
        StepOutline, "is_required", property(lambda step: step.kind in kinds and not step.is_optional)
    )


def first_steps(player: Player) -> list[str]:
    return [address for address in player.steps() if address.startswith(MODULE)]


def count_of(page: BeautifulSoup) -> tuple[str, str, str]:
    """What the bar of a step says: « 2 sur 3 », and how much of the lesson is done."""
    bar = page.select_one("progress")
    assert bar is not None
    words = page.select_one("[data-count]")
    assert words is not None
    return words.get_text().strip(), str(bar["value"]), str(bar["max"])


def test_home_and_player_count_the_same_steps(player: Player, unplayed: None) -> None:
    player.complete(*player.steps(weeks=(0,)))
    steps = first_steps(player)
    player.complete(steps[0])

    home = player.page().select_one(".next .sub[aria-hidden]")

    assert home is not None
    assert home.get_text() == f"Étape 2 sur {len(steps)}"
    assert count_of(player.page(steps[1])) == (f"2 sur {len(steps)}", "1", str(len(steps)))


def test_a_step_still_to_come_has_no_number(player: Player, unplayed: None) -> None:
    assert player.page(SCENARIO).select("[data-count]") == []


def test_a_lesson_that_is_done_is_full_in_the_bar(player: Player) -> None:
    steps = first_steps(player)
    player.complete(*steps)

    assert [count_of(player.page(step))[1:] for step in steps] == [(str(len(steps)),) * 2] * len(steps)


def test_the_end_of_a_lesson_says_how_many_steps_are_left(player: Player) -> None:
    steps = first_steps(player)
    player.complete(steps[0])

    text = player.client.get(f"{player.home}{MODULE}/done/").content.decode()

    assert f"{len(steps) - 1} étapes attendent encore" in text.replace("\u00a0", " ")


# --- the week and the next session ---------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_soon"), [(2, True), (21, False)])
def test_a_session_of_another_week_stands_under_its_own_title(
    player: Player, days: int, is_soon: bool
) -> None:
    with player.inside():
        LiveSession.objects.all().delete()
        LiveSession.objects.create(
            cohort=player.enrolment().cohort,
            key="rendez-vous",
            week_number=2,
            title_fr="Rendez-vous",
            title_en="Meeting",
            starts_at=NOW + dt.timedelta(days=days),
            minutes=60,
        )

    page = player.page()

    assert "Séance en direct" in page.get_text()
    assert ("Prochaine séance" in page.get_text()) is not is_soon


def test_a_module_has_the_bottom_bar(player: Player) -> None:
    assert player.page(MODULE).select(".tabbar a")
