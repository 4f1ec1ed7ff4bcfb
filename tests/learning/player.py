"""A person in front of the lesson player: opens pages, fills the forms that are there, follows the answer."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.access import get_learner_for, get_task_for
from coaching.learning.models import Answer, StepCompletion
from coaching.learning.services import complete_step
from coaching.learning.steps import Content
from tests.factories import Cast
from tests.learning.examples import example_for

READING = "communiquer-c-est-relier/affiche-comptoir-mot"
SCENARIO = "communiquer-c-est-relier/une-question-en-public"
SORT = "v1-mes-valeurs/tri-des-cartes"
MOMENTS = "v1-mes-valeurs/trois-moments"
GESTURE = "v1-mes-valeurs/un-peu-plus-fidele"
SURVEY = "w0-accueil/point-de-depart"
IF_THEN = "w0-accueil/si-alors"
BULLSEYE = "v2-ce-que-je-defends/quatre-phrases"
EDITORIAL = "mes-sujets-mon-ton/six-lignes"
ECOSYSTEM = "un-enjeu-economique-et-relationnel/cinq-ronds"
GOALS = "v4-ma-charte-de-presence/ce-que-j-en-attends"


def soup(response: object) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]


class Player:
    """One signed-in person; `membership` is theirs."""

    def __init__(self, client: Client, cast: Cast, membership: Membership) -> None:
        self.client, self.cast, self.membership = client, cast, membership
        self.home = f"/n/{cast.network.slug}/learn/"

    def url(self, address: str, query: str = "") -> str:
        return f"{self.home}{address}/" + (f"?{query}" if query else "")

    def get(self, address: str = "", query: str = "") -> HttpResponse:
        return self.client.get(self.url(address, query) if address else self.home)

    def page(self, address: str = "", query: str = "") -> BeautifulSoup:
        return BeautifulSoup(self.get(address, query).content, "html.parser")

    def post(self, address: str, data: dict[str, Any], **headers: str) -> HttpResponse:
        return self.client.post(self.url(address), data, headers=headers or None)

    def submit(
        self, address: str, data: dict[str, Any], query: str = "", form: str = "#step"
    ) -> HttpResponse:
        """Post the form of the page with its hidden fields, changed by `data`."""
        found = self.page(address, query).select_one(form)
        assert found is not None, f"no form {form} at {address}"
        return self.client.post(self.url(address), hidden_fields(found) | data)

    def inside(self) -> Any:
        """The scope of this person in their network."""
        return networks(self.cast.network.pk, user_id=self.membership.user_id)

    def enrolment(self) -> Enrolment:
        with self.inside():
            return Enrolment.objects.get(membership=self.membership)

    def content(self, address: str) -> Content | None:
        with self.inside():
            answer = Answer.objects.filter(address=address).first()
            return answer.content if answer else None

    def done(self) -> set[str]:
        with self.inside():
            return StepCompletion.objects.filter(enrolment__membership=self.membership).addresses()

    def complete(self, *addresses: str, seed: int = 0) -> None:
        """Take whole steps through the service, as the demo does."""
        with self.inside():
            learner = get_learner_for(self.membership)
            assert learner is not None
            for address in addresses:
                step = learner.outline.step(address)
                assert step is not None
                found = get_task_for(learner, step)
                assert found is not None
                complete_step(learner.enrolment, address, example_for(found[1], seed))

    def steps(self, *, weeks: tuple[int, ...] = (0, 1, 2)) -> list[str]:
        """Addresses of the steps that count in these weeks, in order."""
        with self.inside():
            learner = get_learner_for(self.membership)
            assert learner is not None
            steps = learner.outline.steps_for_sector(learner.sector)
        return [step.address for step in steps if step.is_required and step.week_number in weeks]


def hidden_fields(form: Tag) -> dict[str, str]:
    """What the page itself puts into the form."""
    return {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}


def shown_card(player: Player) -> str:
    found = player.page(SORT).select_one("form[data-card-sort] input[name=card]")
    assert found is not None
    return str(found["value"])


def in_third_round(player: Player) -> list[str]:
    """Ten cards are left to choose among; their keys in the order of the page."""
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        keys = [card.key for card in learner.outline.deck("valeurs-60").cards]
    piles = {f"rate-{key}": "2" if place < 10 else "0" for place, key in enumerate(keys)}
    player.client.post(player.url(SORT), {"list": "1", **piles})
    return [str(button["value"]) for button in player.page(SORT).select("button[name=choose]")]
