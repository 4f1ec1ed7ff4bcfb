"""Mon compte: a short choice of time zones, one's messages apart from one's sign-in."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db


ANSWERS = {"name": "Karim Benali", "language": "fr", "theme": ""}


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "CET", "Indian/Reunion", "Asia/Tokyo"])
def test_a_time_zone_one_has_can_be_kept(client: Client, zone: str) -> None:
    user = make_user("karim@rivages.example", time_zone=zone)
    client.force_login(user)
    page = client.get("/profile/").content.decode()

    response = client.post("/profile/", ANSWERS | {"time_zone": zone})

    assert f'<option value="{zone}" selected>' in page
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Karim Benali", zone)


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "Mars/Olympus", ""])
def test_a_time_zone_that_is_not_offered_is_refused(client: Client, zone: str) -> None:
    user = make_user("karim@rivages.example")
    client.force_login(user)

    response = client.post("/profile/", ANSWERS | {"time_zone": zone})

    assert response.status_code == 422
    user.refresh_from_db()
    assert user.time_zone == "Europe/Paris"


def zones(client: Client) -> dict[str, list[str]]:
    page = BeautifulSoup(client.get("/profile/").content, "html.parser")
    groups = page.select("select[name=time_zone] optgroup")
    return {
        str(group["label"]): [str(option["value"]) for option in group.select("option")] for group in groups
    }


def test_time_zones_begin_at_home_and_leave_former_names_out(client: Client) -> None:
    client.force_login(make_user("karim@rivages.example"))

    offered = zones(client)

    assert list(offered) == ["France", "Europe", "Ailleurs"]
    assert "Indian/Reunion" in offered["France"]
    assert "Europe/Lisbon" in offered["Europe"]
    assert "America/New_York" in offered["Ailleurs"]
    assert not any("US/" in zone or "Starke" in zone for zone in offered["Ailleurs"])


def test_a_zone_of_a_former_name_stays_chosen(client: Client) -> None:
    client.force_login(make_user("karim@rivages.example", time_zone="US/Eastern"))
    fields = {"name": "Karim", "language": "fr", "time_zone": "US/Eastern", "theme": ""}

    saved = client.post("/profile/", fields)

    assert "US/Eastern" in zones(client)["Ailleurs"]
    assert saved.status_code == 302
    assert User.objects.get(email="karim@rivages.example").time_zone == "US/Eastern"


def test_ones_messages_are_a_matter_of_their_own(client: Client, cast: Cast) -> None:
    client.force_login(cast.head.user)

    page = BeautifulSoup(client.get("/profile/").content, "html.parser")

    entry = page.select_one("section[aria-labelledby=entry]")
    mail = page.select_one("section[aria-labelledby=mail]")
    assert entry is not None
    assert mail is not None
    assert "Messages" not in entry.get_text()
    assert "Messages de Rivages" in mail.get_text()


def test_a_browser_that_asks_for_the_icon_first_finds_it(client: Client) -> None:
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/static/favicon.svg")
