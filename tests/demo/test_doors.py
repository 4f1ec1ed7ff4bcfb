"""The address behind the demonstration's doors, opened as a page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import include, path

from config import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

urlpatterns = [*urls.urlpatterns, path("", include("config.demo.urls"))]


def test_door_opened_as_a_page_leads_back_to_the_doors(client: Client) -> None:
    response = client.get("/demo/enter/")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session
