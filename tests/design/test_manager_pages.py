"""The manager's pages and the API's page in a real browser: axe, security policy, width, both looks."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.adoption.people import climb_ladder, take_weeks
from tests.design.conftest import LOOKS, Visitor
from tests.factories import PARIS, Cast, make_cast

pytestmark = pytest.mark.slow
NOW = dt.datetime(2027, 2, 10, 10, 0, tzinfo=PARIS)


@pytest.fixture
def managed(transactional_db: None, visitor: Visitor) -> Cast:
    with time_machine.travel(NOW, tick=True):
        cast = make_cast(3)
        take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
        take_weeks(cast, 2, weeks=5)
        climb_ladder(cast)
        client = Client()
        client.force_login(cast.manager.user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        visitor.cookies = [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": visitor.base}]
        yield cast


def test_overview_sheet_and_api_page_are_clean_in_every_look(managed: Cast, visitor: Visitor) -> None:
    sheet = f"/n/rivages/agencies/{managed.agencies[0].public_id}/"

    found = {
        (path, width, scheme): visitor.problems(path, width, scheme)
        for path in ("/n/rivages/overview/", "/n/rivages/overview/?show=support", sheet, "/api/docs/")
        for width, scheme in LOOKS
    }

    assert {look: problems for look, problems in found.items() if problems} == {}


def test_a_manager_goes_from_the_finding_to_the_person_and_the_sum(managed: Cast, visitor: Visitor) -> None:
    with visitor.context(390, "light") as context:
        page = context.new_page()
        page.goto(f"{visitor.base}/n/rivages/overview/")

        page.get_by_role("link", name="Tête 001", exact=True).click()
        page.get_by_text("Expliquer ce chiffre").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Agence 001")
        expect(page.get_by_role("row", name="Démarrage")).to_contain_text("oui")
