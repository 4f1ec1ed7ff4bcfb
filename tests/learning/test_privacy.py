"""Answers belong to their author; a copy is shared on purpose, with the coach only, and can be taken back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.learning.access import get_shared_items_for, get_survey_replies_for
from coaching.learning.models import Answer, SharedItem
from tests.factories import Cast, make_member
from tests.learning.player import GESTURE, Player

pytestmark = pytest.mark.django_db

SECRET = "Une phrase que personne d’autre ne lira."
COPY = "Une phrase pour ma coach."


@pytest.fixture
def writer(player: Player) -> Player:
    player.submit(GESTURE, {"text": SECRET})
    return player


def share_url(player: Player) -> str:
    return player.url(f"{GESTURE}/share/un-geste")


@pytest.mark.parametrize("role", ["coach", "manager", "peer", "nobody"])
def test_nobody_but_the_author_finds_an_answer(writer: Player, cast: Cast, role: str) -> None:
    members: dict[str, Membership | None] = {
        "coach": cast.coach,
        "manager": cast.manager,
        "peer": cast.peer,
        "nobody": None,
    }
    member = members[role]

    with networks(cast.network.pk, user_id=member.user_id if member else None):
        assert not Answer.objects.exists()


def test_an_answer_is_not_readable_in_the_database(writer: Player) -> None:
    with writer.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM learning_answer")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())

    assert SECRET.encode() not in stored


def test_the_copy_is_read_by_the_coach_and_the_original_is_not(writer: Player, cast: Cast) -> None:
    response = writer.client.post(share_url(writer), {"copy": COPY})

    assert response.headers["Location"] == writer.url(GESTURE)
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        items = get_shared_items_for(cast.coach, cast.enrolment)
    assert [item.text for item in items] == [COPY]


def test_a_copy_taken_back_is_erased(writer: Player, cast: Cast) -> None:
    writer.client.post(share_url(writer), {"copy": COPY})

    writer.client.post(share_url(writer), {"withdraw": "1"})

    with networks(cast.network.pk, user_id=cast.coach.user_id):
        assert get_shared_items_for(cast.coach, cast.enrolment) == []
        assert SharedItem.objects.get().text == ""


def test_the_page_of_a_shared_text_says_what_is_whose(writer: Player) -> None:
    assert "Vous seul·e lisez ceci" in writer.page(GESTURE).get_text()

    writer.client.post(share_url(writer), {"copy": COPY})

    page = writer.page(GESTURE)
    assert "Vous seul·e lisez ceci" not in page.get_text()
    assert "L’original : vous seul·e le lisez" in page.get_text().replace("\u00a0", " ")
    assert "Une copie donnée à votre coach le mercredi 20 janvier" in page.get_text()
    form = page.find("form", id=page.find("button", attrs={"name": "withdraw"})["form"])  # type: ignore[index]
    assert form["action"] == share_url(writer)  # type: ignore[index]


def test_a_second_copy_replaces_the_first(writer: Player, cast: Cast) -> None:
    writer.client.post(share_url(writer), {"copy": COPY})
    writer.client.post(share_url(writer), {"withdraw": "1"})

    writer.client.post(share_url(writer), {"copy": "Mieux dit."})

    with networks(cast.network.pk, user_id=cast.coach.user_id):
        assert [item.text for item in get_shared_items_for(cast.coach, cast.enrolment)] == ["Mieux dit."]


@pytest.mark.parametrize("role", ["manager", "peer", "another_coach"])
def test_shared_copies_are_for_the_coach_of_the_cohort(writer: Player, cast: Cast, role: str) -> None:
    writer.client.post(share_url(writer), {"copy": COPY})
    with networks(cast.network.pk):
        another = make_member(cast.network, "another@example.com", "coach")
        readers = {"manager": cast.manager, "peer": cast.peer, "another_coach": another}

        with pytest.raises(Http404):
            get_shared_items_for(readers[role], cast.enrolment)
        with pytest.raises(Http404):
            get_survey_replies_for(readers[role], cast.enrolment)


def test_an_empty_copy_is_not_shared(writer: Player) -> None:
    response = writer.client.post(share_url(writer), {"copy": "  "})

    assert response.status_code == 422
    with writer.inside():
        assert not SharedItem.objects.exists()


def test_the_share_page_names_the_coach_and_never_the_manager(writer: Player) -> None:
    page = writer.client.get(share_url(writer)).content.decode()

    assert "Claire Aubert" in page
    assert "Nathalie Mercier" not in page
    assert SECRET in page


def test_the_score_is_a_fact_and_the_answer_is_not(writer: Player, cast: Cast) -> None:
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        rows = list(cast.enrolment.completions.values_list("address", "score"))

    assert rows == [(GESTURE, None)]


def test_copy_of_a_programme_put_away_is_refused_with_a_sentence(writer: Player, cast: Cast) -> None:
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status=Cohort.Status.ARCHIVED)

    response = writer.client.post(share_url(writer), {"copy": COPY}, follow=True)

    assert response.status_code == 200
    assert "Ce parcours est terminé" in response.content.decode()


def test_copy_of_invisible_characters_is_empty(writer: Player) -> None:
    response = writer.client.post(share_url(writer), {"copy": "\ufeff\x07"})

    assert response.status_code == 422
