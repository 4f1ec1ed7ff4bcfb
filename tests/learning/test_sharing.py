"""A copy for one audience at a time, a chip that says who reads it, a page with all that stand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from agencies.roles import Audience, Shareable
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.learning.models import SharedItem
from coaching.learning.services import share_copy
from tests.factories import Cast
from tests.learning.player import GESTURE, Player, soup
from tests.learning.test_queries import counted

pytestmark = pytest.mark.django_db

SHARED = "/n/rivages/learn/shared/"


@pytest.fixture
def writer(player: Player) -> Player:
    player.submit(GESTURE, {"text": "Mon texte."})
    return player


def share(player: Player, audience: str, copy: str = "Une phrase.") -> object:
    return player.client.post(player.url(f"{GESTURE}/share/un-geste"), {"audience": audience, "copy": copy})


def standing(player: Player) -> list[tuple[str, str]]:
    with player.inside():
        rows = SharedItem.objects.standing().order_by("audience")
        return [(item.audience, str(item.text)) for item in rows]


def test_each_audience_has_its_own_copy(writer: Player) -> None:
    share(writer, "coach", "Pour ma coach.")
    share(writer, "cohort", "Pour la promotion.")

    assert standing(writer) == [("coach", "Pour ma coach."), ("cohort", "Pour la promotion.")]


def test_the_chip_says_every_reader(writer: Player) -> None:
    share(writer, "coach")
    share(writer, "cohort")

    text = writer.page(GESTURE).get_text()

    assert "Une copie donnée à votre coach le" in text
    assert "Une copie donnée à votre promotion le" in text


def test_a_reflection_never_goes_to_the_manager(writer: Player, cast: Cast) -> None:
    response = share(writer, "manager")

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert standing(writer) == []
    with (
        writer.inside(),
        pytest.raises(ValueError, match="never shared"),
    ):
        share_copy(cast.enrolment, Shareable.REFLECTION, "m/s", "p", "x", Audience.MANAGER)
    with writer.inside(), pytest.raises(IntegrityError), transaction.atomic():
        SharedItem.objects.create(
            enrolment=cast.enrolment,
            author=cast.head.user,
            address="m/s",
            prompt="p",
            text="x",
            kind="reflection",
            audience="manager",
            shared_at=cast.enrolment.network.created_at,
        )


def test_one_audience_is_withdrawn_without_the_other(writer: Player) -> None:
    share(writer, "coach")
    share(writer, "cohort")

    writer.client.post(writer.url(f"{GESTURE}/share/un-geste"), {"withdraw": "coach"})

    assert standing(writer) == [("cohort", "Une phrase.")]


def test_keeping_it_to_oneself_takes_every_copy_back(writer: Player) -> None:
    share(writer, "coach")
    share(writer, "cohort")

    share(writer, "me", "")

    assert standing(writer) == []


def test_the_page_of_copies_lists_and_withdraws(writer: Player) -> None:
    share(writer, "coach", "Pour ma coach.")
    page = soup(writer.client.get(SHARED))
    assert "Pour ma coach." in page.get_text()
    assert "Votre coach" in page.get_text()
    button = page.find("button", attrs={"name": "copy"})

    writer.client.post(SHARED, {"copy": button["value"]}, follow=True)  # type: ignore[index]

    assert standing(writer) == []
    assert "Rien ne sort d’ici" in writer.client.get(SHARED).content.decode()


def test_nobody_withdraws_the_copy_of_somebody_else(writer: Player, cast: Cast) -> None:
    share(writer, "coach")
    with writer.inside():
        copy = SharedItem.objects.get()
    peer = Client()
    peer.force_login(cast.peer.user)

    peer.post(SHARED, {"copy": str(copy.pk)})

    assert len(standing(writer)) == 1
    assert "Une phrase." not in peer.get(SHARED).content.decode()


@pytest.mark.parametrize("value", ["", "0", "x", "9" * 40])
def test_withdrawing_what_is_not_there_changes_nothing(writer: Player, value: str) -> None:
    share(writer, "coach")

    assert writer.client.post(SHARED, {"copy": value}).status_code == 302

    assert len(standing(writer)) == 1


def test_a_copy_can_be_taken_back_when_the_programme_is_over(writer: Player, cast: Cast) -> None:
    share(writer, "coach")
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status=Cohort.Status.ARCHIVED)
    button = soup(writer.client.get(SHARED)).find("button", attrs={"name": "copy"})

    writer.client.post(SHARED, {"copy": button["value"]})  # type: ignore[index]

    assert standing(writer) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_copies_asks_the_same_for_one_and_for_three(
    writer: Player, cast: Cast, count: int
) -> None:
    with writer.inside():
        for number in range(count):
            share_copy(cast.enrolment, Shareable.REFLECTION, "m/s", str(number), "x", Audience.COACH)
    writer.client.get(SHARED)

    with counted() as queries:
        writer.client.get(SHARED)

    # The person, the copies, what was handed in, who opened the copies.
    assert len(queries) == 4, queries
