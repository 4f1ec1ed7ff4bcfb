"""The form about oneself."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_user

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
