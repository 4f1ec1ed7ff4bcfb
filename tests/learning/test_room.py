"""The rehearsal room through its pages: private drafts, a gentle rereading, a reading asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from agencies.models import Membership
from agencies.scope import networks
from coaching.learning.models import RoomDraft, SharedItem
from tests.factories import PARIS, Cast
from tests.learning.player import SORT, Player, hidden_fields, soup
from tests.learning.test_queries import counted

pytestmark = pytest.mark.django_db

ROOM = "room"
PRACTICE = "p2-post-valeur/ecrire-un-post"
TEXT = "Ce matin, Mme Durand a ri. Elle a dit « enfin »."


def begin(player: Player, platform: str = "linkedin") -> str:
    """A new draft; its address below the learner's home."""
    answer = player.post(ROOM, {"platform": platform})
    return str(answer["Location"]).removeprefix(player.home).rstrip("/")


def write(player: Player, draft: str, text: str, **changes: Any) -> Any:
    form = player.page(draft).select_one("#draft")
    assert form is not None
    place = form.select_one("input[name=platform][checked]")
    assert place is not None
    data = hidden_fields(form) | {"text": text, "platform": str(place["value"])} | changes
    return player.client.post(player.url(draft), data)


def drafts(player: Player) -> list[RoomDraft]:
    with player.inside():
        return list(RoomDraft.objects.order_by("pk"))


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def test_a_draft_is_written_and_seen_as_it_will_look(player: Player) -> None:
    draft = begin(player, "google")

    write(player, draft, TEXT)

    page = player.page(draft)
    assert "Google Business Profile, aperçu non publié" in page.select_one(".post").get_text()  # type: ignore[union-attr]
    assert "Mme Durand a ri" in page.select_one(".post__t").get_text()  # type: ignore[union-attr]
    assert f"{len(TEXT)} signes sur 1500" in page.get_text().replace("\xa0", " ")
    assert "ressemble à un nom" in page.get_text()  # no client data
    assert TEXT.split(",")[0] in player.page(ROOM).get_text()


def test_two_taps_begin_one_draft_and_a_blank_page_is_not_called_erased(player: Player) -> None:
    draft = begin(player)

    assert begin(player) == draft
    assert begin(player, "instagram") != draft
    assert "Effacé" not in player.page(draft).select_one("[data-saved]").text  # type: ignore[union-attr]
    write(player, draft, TEXT)
    assert begin(player) != draft
    write(player, draft, "")
    assert "Effacé" in player.page(draft).select_one("[data-saved]").text  # type: ignore[union-attr]


def test_the_marks_come_back_with_each_saving(player: Player) -> None:
    draft = begin(player)
    data = {"text": "À demain au 06 12 34 56 78", "platform": "instagram", "revision": "1"}

    answer = player.client.post(player.url(draft) + "autosave/", data, headers={"accept": "application/json"})

    assert answer.json()["revision"] == 2
    assert "06 12 34 56 78" in answer.json()["html"]
    assert "Instagram" in answer.json()["html"]


def test_own_values_stand_beside_and_a_named_one_is_noticed(player: Player) -> None:
    player.complete(SORT)
    draft = begin(player)
    value = player.page(draft).select_one(".studio__a .vals span")
    assert value is not None

    write(player, draft, f"Hier, il a parlé de {value.get_text()}.")

    assert "Elle est écrite en toutes lettres" in player.page(draft).get_text()


def test_a_draft_is_its_author_s_whatever_the_role(player: Player, cast: Cast) -> None:
    draft = begin(player)
    write(player, draft, TEXT)

    for membership in (cast.peer, cast.coach, cast.manager, cast.outsider):
        assert signed_in(membership).get(player.url(draft)).status_code in (403, 404)
        with networks(cast.network.pk, user_id=membership.user_id):
            assert not RoomDraft.objects.exists()


def test_a_draft_lies_encrypted(player: Player, cast: Cast) -> None:
    write(player, begin(player), TEXT)

    with player.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM learning_roomdraft")
        assert b"Durand" not in bytes(cursor.fetchone()[0])


def test_an_older_screen_does_not_overwrite_a_newer_text(player: Player) -> None:
    draft = begin(player)
    write(player, draft, "Nouveau")

    answer = write(player, draft, "Ancien écran", revision="1")

    assert answer.status_code == 409
    assert "Nouveau" in answer.content.decode()
    assert soup(answer).select_one("#f-text").get_text().strip() == "Ancien écran"  # type: ignore[union-attr]
    assert [each.text for each in drafts(player)] == ["Nouveau"]


def test_an_endless_text_is_refused_with_a_sentence(player: Player) -> None:
    draft = begin(player)

    answer = write(player, draft, "x" * 20_001)

    assert answer.status_code == 422
    assert "gardez-en une partie" in answer.content.decode()


def test_a_draft_thrown_away_takes_its_copies_along(player: Player, cast: Cast) -> None:
    draft = begin(player)
    write(player, draft, TEXT)
    player.client.post(player.url(draft) + "share/", {"copy": "Une copie", "audience": "coach"})

    write(player, draft, TEXT, action="delete")

    assert drafts(player) == []
    assert player.get(draft).status_code == 404
    with networks(cast.network.pk):
        (item,) = SharedItem.objects.all()
    assert (item.text, item.withdrawn_at is None) == ("", False)


def test_the_coach_reads_the_copy_one_gives_until_it_is_taken_back(player: Player, cast: Cast) -> None:
    draft = begin(player)
    asked = write(player, draft, TEXT, action="share")
    assert asked["Location"] == player.url(draft) + "share/"

    player.client.post(asked["Location"], {"copy": "Une copie sans nom", "audience": "coach"})

    url = (
        f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/confided/"
    )
    page = signed_in(cast.coach).get(url).content.decode()
    assert "Une copie sans nom" in page
    assert "Brouillon de la salle d’essai" in page
    assert "Durand" not in page
    player.client.post(asked["Location"], {"withdraw": "1"})
    assert "Une copie sans nom" not in signed_in(cast.coach).get(url).content.decode()


def test_the_charter_stands_beside_a_draft_once_it_is_written(player: Player) -> None:
    draft = begin(player)
    assert "Votre charte" not in player.page(draft).get_text()

    player.client.post(
        "/n/rivages/learn/charter/edit/",
        {"lead": "Je parle de ce que je vois.", "refusal_1": "Faire peur", "topics": "Les toits"},
    )

    beside = player.page(draft).select("aside")[-1].get_text(" ", strip=True)
    assert "Je parle de ce que je vois." in beside
    assert "Faire peur" in beside


@pytest.mark.parametrize("audience", ["manager", "cohort", "pair", "personne"])
def test_a_draft_goes_to_nobody_one_cannot_ask(player: Player, cast: Cast, audience: str) -> None:
    draft = begin(player)

    answer = player.client.post(player.url(draft) + "share/", {"copy": "Une copie", "audience": audience})

    assert answer.status_code == 422
    assert "Choisissez qui pourra lire cette copie." in answer.content.decode()
    with networks(cast.network.pk):
        assert not SharedItem.objects.exists()


def test_the_way_out_is_a_plain_link_that_tells_nobody_where_one_comes_from(player: Player) -> None:
    links = player.page(begin(player, "facebook")).select(".studio__s a[target=_blank]")

    assert [(link["href"], link["rel"]) for link in links] == [
        ("https://www.facebook.com/pages/", ["noopener", "noreferrer"])
    ]


def test_a_practice_and_the_room_take_each_other_s_words(
    player: Player, clock: time_machine.Traveller
) -> None:
    clock.move_to(dt.datetime(2027, 2, 17, 9, 0, tzinfo=PARIS))
    player.client.force_login(player.membership.user)
    write(player, begin(player), "Du brouillon")
    form = hidden_fields(player.page(PRACTICE).select_one("#step"))  # type: ignore[arg-type]

    player.post(PRACTICE, form | {"text": "De la pratique", "take": drafts(player)[0].public_id})

    assert player.content(PRACTICE)["text"] == "De la pratique\n\nDu brouillon"  # type: ignore[index]
    form = hidden_fields(player.page(PRACTICE).select_one("#step"))  # type: ignore[arg-type]
    answer = player.post(PRACTICE, form | {"text": "Vers la salle", "action": "rehearse"})
    assert "/learn/room/" in answer["Location"]
    assert drafts(player)[-1].text == "Vers la salle"
    assert player.content(PRACTICE)["text"] == "Vers la salle"  # type: ignore[index]


def test_words_taken_to_the_room_twice_are_one_draft(player: Player, clock: time_machine.Traveller) -> None:
    clock.move_to(dt.datetime(2027, 2, 17, 9, 0, tzinfo=PARIS))
    player.client.force_login(player.membership.user)
    form = hidden_fields(player.page(PRACTICE).select_one("#step"))  # type: ignore[arg-type]

    answers = [
        player.post(PRACTICE, form | {"text": "Vers la salle", "action": "rehearse"}) for _click in (1, 2)
    ]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert [draft.text for draft in drafts(player)] == ["Vers la salle"]


def test_a_text_sent_after_the_session_ended_waits_for_its_author(player: Player) -> None:
    draft = begin(player)
    form = hidden_fields(player.page(draft).select_one("#draft"))  # type: ignore[arg-type]
    player.client.logout()

    player.client.post(player.url(draft), form | {"text": "Écrit trop tard", "platform": "linkedin"})
    player.client.force_login(player.membership.user)

    assert "Écrit trop tard" in player.get(draft).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_asks_the_same_however_many_drafts(player: Player, count: int) -> None:
    for _each in range(count):
        write(player, begin(player), TEXT)
    player.get(ROOM)

    with counted() as queries:
        assert player.get(ROOM).status_code == 200

    assert len(queries) == 3, queries
