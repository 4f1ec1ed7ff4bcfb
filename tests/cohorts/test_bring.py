"""Step 4 with a list: pasted or in a file, tried, imported and ticked in one go; boxes ticked at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.models import Agency, Membership
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment
from tests.factories import PARIS, START, Cast, make_agency, make_cast, make_member, starter_version

pytestmark = pytest.mark.django_db
LIST = """Bonjour, voici la liste :
Anne Kerbrat; anne.kerbrat@rivages.test; Brest
Paul Le Goff <paul.legoff@gmial.com>; Morlaix
"""


class Desk:
    """The coach at step 4 of a draft."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, Client()
        self.client.force_login(cast.coach.user)
        with networks(cast.network.pk):
            self.draft = cohorts.create_cohort(
                cast.coach, name="Été", version=starter_version(), starts_on=START + dt.timedelta(days=56)
            )

    def url(self, name: str, *more: str) -> str:
        return reverse(f"cohorts:{name}", args=[self.cast.network.slug, self.draft.public_id, *more])

    def paste(self, text: str) -> str:
        """The address of the dry run."""
        response: Any = self.client.post(self.url("bring_people"), {"text": text})
        assert response.status_code == 302, response.content.decode()
        return str(response.url)

    def page(self, url: str) -> BeautifulSoup:
        response = self.client.get(url)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def confirm(self, url: str, **fields: str) -> Any:
        token = self.page(url).select_one("input[name=token]")
        assert token
        return self.client.post(url, {"action": "confirm", "token": token["value"], **fields})

    def ticked(self, query: str = "") -> list[str]:
        boxes = self.page(self.url("members") + query).select("input[name=people][checked]")
        return [next(box.find_parent("label").span.stripped_strings) for box in boxes]  # type: ignore[union-attr]

    def rows(self) -> tuple[int, int, int, int]:
        with networks(self.cast.network.pk):
            return (
                Agency.objects.count(),
                Membership.objects.count(),
                User.objects.count(),
                Enrolment.objects.filter(cohort=self.draft).count(),
            )


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(dt.datetime(2027, 1, 20, 10, 0, tzinfo=PARIS), tick=False):
        yield Desk(make_cast(2))


def test_dry_run_of_a_list_names_line_column_and_reason_and_writes_nothing(desk: Desk) -> None:
    before = desk.rows()

    page = desk.page(desk.paste(LIST))

    (refused,) = page.select(".refuse > li")
    assert refused.select_one(".ln").contents[0] == "3"  # type: ignore[union-attr]
    assert refused.h3.get_text(" ", strip=True) == "Courriel paul.legoff@gmial.com"  # type: ignore[union-attr]
    assert refused.select_one("label .q").text == "paul.legoff@gmail.com"  # type: ignore[union-attr]
    assert desk.rows() == before


def test_ticked_suggestion_makes_the_line_ready(desk: Desk) -> None:
    url = desk.paste(LIST)

    desk.client.post(url, {"action": "replay", "fix": "3:email"})

    assert [row.th.b.text for row in desk.page(url).select(".imp tbody tr")] == ["Brest", "Morlaix"]  # type: ignore[union-attr]


def test_confirmed_list_is_in_the_network_and_ticked_in_the_cohort(desk: Desk) -> None:
    url = desk.paste(LIST)
    desk.client.post(url, {"action": "replay", "fix": "3:email"})

    response = desk.confirm(url)

    assert response.url == desk.url("members")
    assert desk.ticked() == ["Anne Kerbrat", "Paul Le Goff"]


def test_list_beside_people_already_chosen_keeps_them(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.set_members(desk.draft, [desk.cast.head])

    desk.confirm(desk.paste("Anne Kerbrat; anne.kerbrat@rivages.test; Brest"))

    assert desk.ticked() == ["Tête 001", "Anne Kerbrat"]


def test_refused_line_stops_everything_unless_left_aside(desk: Desk) -> None:
    before, url = desk.rows(), desk.paste(LIST)

    stopped = desk.confirm(url)
    assert (stopped.status_code, desk.rows()) == (422, before)

    desk.confirm(url, leave_refused="on")
    assert desk.ticked() == ["Anne Kerbrat"]


def test_second_click_on_adding_changes_nothing_more(desk: Desk) -> None:
    url = desk.paste("Anne Kerbrat; anne.kerbrat@rivages.test; Brest")
    token = desk.page(url).select_one("input[name=token]")
    assert token
    sent = {"action": "confirm", "token": str(token["value"])}
    desk.client.post(url, sent)
    after = desk.rows()

    response: Any = desk.client.post(url, sent)

    assert (response.url, desk.rows()) == (desk.url("members"), after)


def test_network_changed_since_the_dry_run_is_said_and_nothing_is_written(desk: Desk) -> None:
    url = desk.paste("Anne Kerbrat; anne.kerbrat@rivages.test; Brest")
    token = desk.page(url).select_one("input[name=token]")
    assert token
    with networks(desk.cast.network.pk):
        make_member(desk.cast.network, "eve@x.test", "agency_head", make_agency(desk.cast.network, "Brest"))
    before = desk.rows()

    response = desk.client.post(url, {"action": "confirm", "token": token["value"]})

    assert (response.status_code, desk.rows()) == (409, before)


def test_cohort_launched_meanwhile_gets_nobody_and_the_network_nothing(desk: Desk) -> None:
    url = desk.paste("Anne Kerbrat; anne.kerbrat@rivages.test; Brest")
    token = desk.page(url).select_one("input[name=token]")
    assert token
    with networks(desk.cast.network.pk):
        cohorts.set_members(desk.draft, [desk.cast.head])
        cohorts.launch(desk.draft)
    before = desk.rows()

    desk.client.post(url, {"action": "confirm", "token": token["value"]})

    assert desk.rows() == before


def test_file_goes_the_same_way(desk: Desk) -> None:
    file = SimpleUploadedFile("r.csv", b"Agence;Courriel;Nom\nBrest;anne@rivages.test;Anne")

    response: Any = desk.client.post(desk.url("bring_people"), {"file": file})
    desk.confirm(response.url)

    assert desk.ticked() == ["Anne"]


@pytest.mark.parametrize("sent", [{}, {"text": "  "}, {"text": " ;; "}])
def test_nothing_pasted_is_said_on_the_form(desk: Desk, sent: dict[str, str]) -> None:
    response = desk.client.post(desk.url("bring_people"), sent)

    assert response.status_code == 422
    assert BeautifulSoup(response.content, "html.parser").select_one(".errsum a[href='#id_text']")


def test_list_comes_back_into_the_form_to_be_corrected(desk: Desk) -> None:
    link = desk.page(desk.paste(LIST)).select_one("a[href*='?list=']")
    assert link

    form = desk.page(str(link["href"]))

    assert form.textarea
    assert form.textarea.text.strip() == LIST.strip()


def test_another_coach_of_the_cohort_does_not_reach_the_list(desk: Desk) -> None:
    url = desk.paste(LIST)
    with networks(desk.cast.network.pk):
        second = make_member(desk.cast.network, "second@example.com", "coach")
        desk.draft.coaches.create(membership=second)
    other = Client()
    other.force_login(second.user)

    assert other.get(url).status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [("?tick=none", []), ("?tick=all", ["Tête 001", "Tête 002"]), ("?tick=56", ["Tête 002"])],
)
def test_boxes_are_ticked_at_once(desk: Desk, query: str, names: list[str]) -> None:
    with networks(desk.cast.network.pk):
        for agency, code in zip(desk.cast.agencies, ("29200", "56000"), strict=True):
            Agency.objects.filter(pk=agency.pk).update(postal_code=code)
        Cohort.objects.filter(pk=desk.cast.cohort.pk).update(status=Cohort.Status.ENDED)

    assert desk.ticked(query) == names
