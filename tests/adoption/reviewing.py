"""A head who hands practices in, and coaches in front of the page where they read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import CohortCoach, Enrolment
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.services import complete_step
from tests.factories import PARIS, Cast, make_member
from tests.learning.player import Player

POST = "p2-post-valeur/ecrire-un-post"
GIFT = "p4-lien/donner-d-abord"
# In week 7 every practice is open; a Wednesday.
NOW = dt.datetime(2027, 3, 3, 9, 0, tzinfo=PARIS)
TEXT = "Jeudi, 18 h 10. Le volet est à moitié baissé. Élodie garde son manteau, et écoute."
JSON = {"accept": "application/json"}
QUOTE = "Le volet est à moitié baissé."
CRITERIA = ("scene", "valeur-devinee", "cadeau", "cadre")


def hand_in(
    cast: Cast, number: int = 1, address: str = POST, *, text: str = TEXT, at: dt.datetime = NOW
) -> PracticeSubmission:
    """What the page does when somebody hands a practice in, every point of the frame answered."""
    member, enrolment = cast.heads[number - 1], cast.enrolments[number - 1]
    return hand_in_as(member, enrolment, address, text=text, at=at)


def hand_in_as(
    member: Membership, enrolment: Enrolment, address: str = POST, *, text: str = TEXT, at: dt.datetime = NOW
) -> PracticeSubmission:
    from coaching.programmes.runtime import outline_of

    step = outline_of(enrolment.cohort.programme_version).step(address)
    assert step is not None
    checks = {point["key"]: "yes" for point in step.content("fr", enrolment.network.sector)["checklist"]}
    content = {"route": "simuler", "text": text, "links": "", "values": [], "checks": checks}
    with networks(enrolment.network_id, user_id=member.user_id):
        complete_step(enrolment, address, content, now=at)
        submission = PracticeSubmission.objects.get(enrolment=enrolment, address=address)
    submission.enrolment = enrolment
    return submission


def second_coach(cast: Cast) -> Membership:
    """Another coach of the same cohort."""
    with networks(cast.network.pk):
        second = make_member(cast.network, "karim@example.com", "coach", name="Karim Benali")
        CohortCoach.objects.create(cohort=cast.cohort, membership=second)
    return second


def criteria_of(page: BeautifulSoup) -> list[str]:
    return list(
        dict.fromkeys(str(field["name"]) for field in page.select("input[type=radio][name^=points-]"))
    )


class Desk:
    """A coach and the page of one practice."""

    def __init__(self, coach: Membership, cast: Cast, submission: PracticeSubmission) -> None:
        self.client = Client()
        self.client.force_login(coach.user)
        self.cast, self.submission = cast, submission
        cohort = submission.enrolment.cohort
        self.url = f"/n/{cohort.network.slug}/cohorts/{cohort.public_id}/reviews/{submission.public_id}/"

    def page(self, query: str = "") -> BeautifulSoup:
        return BeautifulSoup(self.client.get(self.url + query).content, "html.parser")

    def text(self, query: str = "") -> str:
        return self.page(query).get_text(" ", strip=True).replace("\u00a0", " ").replace("\u202f", " ")

    def form(self, points: int | None = 2, **changes: Any) -> dict[str, Any]:
        """The form as the page shows it, with the same points everywhere; None leaves them out."""
        form = self.page().select_one("#review")
        assert form is not None
        data: dict[str, Any] = {}
        for field in form.select("input[type=hidden]"):
            name = str(field["name"])
            if name != "csrfmiddlewaretoken":
                data.setdefault(name, []).append(str(field["value"]))
        for area in form.select("textarea"):
            data.setdefault(str(area["name"]), []).append(area.get_text().removeprefix("\n"))
        for radio in form.select("input[type=radio][checked]"):
            data[str(radio["name"])] = str(radio["value"])
        if points is not None:
            data |= {name: str(points) for name in criteria_of(self.page())}
        return data | changes

    def post(self, data: dict[str, Any], path: str = "", **headers: str) -> Any:
        return self.client.post(self.url + path, data, headers=headers or None)

    def send(self, points: int | None = 2, **changes: Any) -> Any:
        return self.post(self.form(points, **({"action": "send", "comment": "Bravo."} | changes)))


def stored(cast: Cast) -> list[PracticeReview]:
    with networks(cast.network.pk):
        return list(PracticeReview.objects.select_related("coach__user").order_by("revision"))


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast.coach, cast, hand_in(cast))


def author(cast: Cast) -> Player:
    client = Client()
    client.force_login(cast.head.user)
    return Player(client, cast, cast.head)


def author_reads(cast: Cast) -> str:
    page = author(cast).page(POST).get_text(" ", strip=True)
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def passage_of(desk: Desk, words: str = QUOTE) -> str:
    """The value of the sentence in the numbered list."""
    options = desk.page().select("select[name=passage] option")
    return next(str(each["value"]) for each in options if words in each.text)
