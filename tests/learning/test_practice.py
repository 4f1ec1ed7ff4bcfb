"""A practice through its pages: written, handed in, taken back; the coach reads it, the manager counts it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.scope import networks
from coaching.learning.models import Consultation, PracticeImage, PracticeSubmission
from tests.factories import PARIS, Cast
from tests.learning.pictures import bomb, photo
from tests.learning.player import SORT, Player, hidden_fields, soup
from tests.learning.test_queries import STEP_BUDGET, counted
from tests.learning.together import pair_up, player_of, text_of

pytestmark = pytest.mark.django_db

POST = "p2-post-valeur/ecrire-un-post"  # link or text
GIFT = "p4-lien/donner-d-abord"  # link, text or picture
NOW = dt.datetime(2027, 3, 3, 9, 0, tzinfo=PARIS)
TEXT = "Jeudi, 18 h 10. Le volet est à moitié baissé quand le téléphone sonne. Élodie garde son manteau."


@pytest.fixture
def player(player: Player, clock: time_machine.Traveller) -> Player:
    """In week 7: every practice is open."""
    clock.move_to(NOW)
    player.client.force_login(player.membership.user)  # the session of January has ended
    return player


def filled(player: Player, address: str, **changes: Any) -> dict[str, Any]:
    """The form of the page, every point of the frame answered, the first road kept."""
    form = player.page(address).select_one("#step")
    assert form is not None
    points = {str(field["name"]): "yes" for field in form.select("input[name^=check-]")}
    route = form.select_one("input[name=route][checked]")
    assert route is not None
    return hidden_fields(form) | points | {"route": str(route["value"]), "text": TEXT} | changes


def hand_in(player: Player, address: str = POST, **changes: Any) -> Any:
    return player.client.post(player.url(address), filled(player, address, **changes))


def submissions(cast: Cast) -> list[PracticeSubmission]:
    with networks(cast.network.pk):
        return list(PracticeSubmission.objects.order_by("pk"))


def coach_page(cast: Cast) -> str:
    client = Client()
    client.force_login(cast.coach.user)
    url = f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"
    return client.get(url).content.decode()


def review_page(cast: Cast) -> str:
    """Where the coach reads what was handed in first."""
    client, (row, *_rest) = Client(), submissions(cast)
    client.force_login(cast.coach.user)
    url = f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/reviews/{row.public_id}/"
    return client.get(url, follow=True).content.decode()


def test_the_page_shows_brief_frame_grid_and_both_roads_with_the_rehearsal_first(player: Player) -> None:
    page = player.page(POST)

    text = page.get_text(" ", strip=True)
    assert "80 à 200 mots" in text.replace("\xa0", " ")
    assert "Une scène qui se voit" in text  # the rubric, before
    routes = [str(field["value"]) for field in page.select("input[name=route]")]
    assert routes == ["simuler", "publier"]
    assert page.select_one("input[name=route][checked]")["value"] == "simuler"  # type: ignore[index]
    points = {str(field["name"]) for field in page.select("input[name^=check-]")}
    assert "check-assurance-emetteur" in points
    assert not any("immobilier" in name for name in points)


def test_a_rehearsed_practice_completes_the_step_and_reaches_the_coach(player: Player, cast: Cast) -> None:
    hand_in(player, links="https://exemple.fr/post/12")

    assert POST in player.done()
    assert "Élodie" not in coach_page(cast)
    page = review_page(cast)
    assert "Élodie garde son manteau" in page
    assert '<a href="https://exemple.fr/post/12" rel="noopener noreferrer nofollow"' in page
    assert "Je simule" in page
    assert submissions(cast)[0].points == 2


def test_both_roads_count_the_same(player: Player, cast: Cast) -> None:
    hand_in(player, POST, route="simuler")
    hand_in(player, GIFT, route="publier")

    assert [row.points for row in submissions(cast)] == [2, 2]


def test_the_draft_is_the_author_s_until_it_is_handed_in(player: Player, cast: Cast) -> None:
    player.client.post(player.url(POST), filled(player, POST, action="later"))

    assert player.content(POST)["text"] == TEXT  # type: ignore[index]
    assert POST not in player.done()
    assert submissions(cast) == []
    assert "Élodie" not in coach_page(cast)


def test_the_draft_is_saved_while_one_types(player: Player) -> None:
    data = hidden_fields(player.page(POST).select_one("#step")) | {"text": "Un début"}  # type: ignore[arg-type]

    answer = player.client.post(player.url(POST) + "autosave/", data, headers={"accept": "application/json"})

    assert answer.json()["revision"] == 1
    assert "Un début" in answer.json()["html"]
    assert player.content(POST)["text"] == "Un début"  # type: ignore[index]


def test_ticking_something_before_writing_erases_nothing(player: Player) -> None:
    player.client.post(player.url(POST) + "autosave/", filled(player, POST, text=""))

    assert "Enregistré" in player.page(POST).select_one("[data-saved]").text  # type: ignore[union-attr]


def test_an_older_screen_does_not_overwrite_a_newer_text(player: Player) -> None:
    old = filled(player, POST, text="Ancien écran")
    player.client.post(player.url(POST), filled(player, POST, text="Nouveau", action="later"))

    answer = player.client.post(player.url(POST), old)

    assert answer.status_code == 409
    assert "Nouveau" in answer.content.decode()
    assert "Ancien écran" in answer.content.decode()


def test_handing_in_twice_is_one(player: Player, cast: Cast) -> None:
    data = filled(player, POST)

    player.client.post(player.url(POST), data)
    player.client.post(player.url(POST), data)

    (row,) = submissions(cast)
    assert row.revision == 1


def test_what_was_handed_in_is_the_same_in_the_other_language(
    player: Player, cast: Cast, clock: time_machine.Traveller
) -> None:
    player.complete(SORT)
    value = str(player.page(POST).select_one(".picks input[name=value]")["value"])  # type: ignore[index]
    hand_in(player, value=value)
    before = submissions(cast)
    clock.move_to(NOW + dt.timedelta(days=2))

    player.membership.user.language = "en"
    player.membership.user.save(update_fields=["language"])
    player.client.cookies["django_language"] = "en"
    page = player.page(POST).get_text(" ", strip=True)
    hand_in(player, value=value)

    assert before[0].content["values"]
    assert "Handed in" in page
    assert "changed since" not in page
    after = submissions(cast)
    assert (after[0].submitted_at, after[0].content) == (before[0].submitted_at, before[0].content)


def test_a_changed_text_replaces_what_was_handed_in_and_the_first_day_stays(
    player: Player, cast: Cast, clock: time_machine.Traveller
) -> None:
    hand_in(player)
    clock.move_to(NOW + dt.timedelta(days=2))

    hand_in(player, text="Une autre scène, plus courte.")

    (row,) = submissions(cast)
    assert row.revision == 2
    assert row.content["text"] == "Une autre scène, plus courte."
    assert row.first_submitted_at == NOW
    assert row.submitted_at == NOW + dt.timedelta(days=2)


def pressed(page: Any, label: str) -> dict[str, str]:
    """What the button with this label adds to its form."""
    (button,) = [each for each in page.select("button") if each.get_text(" ", strip=True) == label]
    return {str(button["name"]): str(button["value"])} if button.get("name") else {}


def test_continuing_never_hands_in_what_was_changed_since(player: Player, cast: Cast) -> None:
    hand_in(player)

    hand_in(player, text="Une phrase pour moi seul.", **pressed(player.page(POST), "Continuer"))

    (row,) = submissions(cast)
    assert (row.revision, row.content["text"]) == (1, TEXT)
    page = player.page(POST)
    assert player.content(POST)["text"] == "Une phrase pour moi seul."  # type: ignore[index]
    assert "Votre brouillon a changé depuis" in page.get_text(" ", strip=True)
    hand_in(player, text="Une phrase pour moi seul.", **pressed(page, "Remettre la nouvelle version"))
    assert submissions(cast)[0].content["text"] == "Une phrase pour moi seul."


def test_continuing_under_what_was_handed_in_goes_on(player: Player, cast: Cast) -> None:
    hand_in(player)

    answer = hand_in(player, **pressed(player.page(POST), "Continuer"))

    assert answer["Location"] != player.url(POST)
    assert submissions(cast)[0].revision == 1


def test_a_new_version_can_be_handed_in_from_the_page_that_was_opened(player: Player, cast: Cast) -> None:
    hand_in(player)

    hand_in(player, text="Plus court.", **pressed(player.page(POST), "Remettre la nouvelle version"))

    assert submissions(cast)[0].content["text"] == "Plus court."


def test_taking_it_back_erases_the_words_and_keeps_draft_step_and_count(player: Player, cast: Cast) -> None:
    hand_in(player)

    player.submit(POST, {"withdraw": "1"}, form="#take-back")

    (row,) = submissions(cast)
    assert row.content == {}
    assert row.points == 2
    assert POST in player.done()
    assert player.content(POST)["text"] == TEXT  # type: ignore[index]
    assert "Élodie" not in review_page(cast)

    hand_in(player)
    assert "Élodie garde son manteau" in review_page(cast)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, "Écrivez quelques mots"),
        ({"check-accord": ""}, "Encore 1 point du cadre"),
        ({"links": "javascript:alert(1)"}, "commence par https://"),
        ({"links": "https://"}, "commence par https://"),
        ({"links": "https://a.fr/ b"}, "commence par https://"),
        ({"links": "\n".join(["https://a.fr/"] * 6)}, "Cinq liens au plus"),
        ({"route": "autre"}, "Choisissez une des deux voies"),
        ({"text": "x" * 20_001}, "gardez-en une partie"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    player: Player, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    answer = hand_in(player, **changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode().replace("\xa0", " ")
    typed = soup(answer).select_one("#f-text")
    assert typed is not None
    assert typed.get_text().strip("\n") == changes.get("text", TEXT).strip("\n")
    assert submissions(cast) == []


def test_own_values_come_first_and_three_at_most_are_shown(player: Player, cast: Cast) -> None:
    player.complete(SORT)
    page = player.page(POST)
    own = [str(field["value"]) for field in page.select(".picks:not(.picks--deck) input[name=value]")]
    deck = [str(field["value"]) for field in page.select(".picks--deck input[name=value]")]
    assert len(own) == 5
    assert not set(own) & set(deck)

    refused = hand_in(player, value=[*own[:3], deck[0]])
    assert "Trois valeurs au plus" in refused.content.decode()
    hand_in(player, value=[own[0], deck[0], "nulle-part"])

    assert [value["key"] for value in submissions(cast)[0].content["values"]] == [own[0], deck[0]]


def test_the_page_stays_within_the_budget_of_a_step(player: Player) -> None:
    player.complete(SORT)
    hand_in(player)
    player.get(POST)

    with counted() as queries:
        assert player.get(POST).status_code == 200

    # And the copies that others read, what the coach answered, who opened it.
    assert len(queries) <= STEP_BUDGET + 3, queries


# --- shown to others -------------------------------------------------------------------------------


def shown_to(player: Player) -> list[str]:
    """Whom the share page of the practice offers."""
    page = player.page(f"{POST}/share/text")
    return [str(field["value"]) for field in page.select("input[name=audience]")]


def test_a_practice_is_offered_to_the_pair_only_where_there_is_one(player: Player, cast: Cast) -> None:
    hand_in(player)
    alone = shown_to(player)

    pair_up(player, player_of(cast, cast.peer))

    assert alone == ["me", "cohort"]
    assert shown_to(player) == ["me", "pair", "cohort"]


def test_the_pair_reads_the_copy_and_the_page_says_so(player: Player, cast: Cast) -> None:
    peer = player_of(cast, cast.peer)
    pair_up(player, peer)
    hand_in(player)

    player.post(f"{POST}/share/text", {"copy": "La copie relue.", "audience": "pair"})

    assert "La copie relue." in text_of(peer)
    assert "Une copie donnée à votre binôme" in text_of(player, POST)
    player.post(f"{POST}/share/text", {"withdraw": "pair"})
    assert "La copie relue." not in text_of(peer)


def test_a_practice_goes_to_the_wall_and_never_to_the_manager(player: Player, cast: Cast) -> None:
    hand_in(player)

    refused = player.post(f"{POST}/share/text", {"copy": TEXT, "audience": "manager"})
    player.post(f"{POST}/share/text", {"copy": TEXT, "audience": "cohort"})

    assert refused.status_code == 422
    assert TEXT in text_of(player_of(cast, cast.peer), "wall")


# --- the picture -----------------------------------------------------------------------------------


def attach(player: Player, content: bytes, **changes: Any) -> Any:
    file = SimpleUploadedFile("capture.jpg", content, "image/jpeg")
    data = filled(player, GIFT, **({"action": "attach"} | changes)) | {"image": file}
    return player.client.post(player.url(GIFT), data)


def test_a_picture_is_kept_without_metadata_and_seen_by_its_author_only(player: Player, cast: Cast) -> None:
    attach(player, photo())

    image = player.client.get(player.url(GIFT) + "image/")

    assert image["Content-Type"] == "image/webp"
    assert image["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in image["Cache-Control"]
    assert "private" in image["Cache-Control"]
    assert b"CANARI" not in image.content
    assert player.content(GIFT)["text"] == TEXT  # type: ignore[index]
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        assert not PracticeImage.objects.exists()


def consultations(cast: Cast, row: PracticeSubmission) -> list[int]:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        return list(Consultation.objects.filter(submission=row).values_list("reader", flat=True))


def test_opening_a_picture_by_its_own_address_is_noted(player: Player, cast: Cast) -> None:
    attach(player, photo(), action="", text="")
    (row,) = submissions(cast)
    url = f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}"
    coach, peer = Client(), Client()
    coach.force_login(cast.coach.user)
    peer.force_login(cast.peer.user)

    peer.get(f"{url}/practice/{row.public_id}/")
    assert consultations(cast, row) == []
    for _time in range(2):
        coach.get(f"{url}/practice/{row.public_id}/")

    assert consultations(cast, row) == [cast.coach.pk]


def test_a_picture_that_is_handed_in_is_read_by_the_coach_and_goes_when_taken_back(
    player: Player, cast: Cast
) -> None:
    attach(player, photo(), action="", text="")  # straight to the coach, without a word

    (row,) = submissions(cast)
    url = (
        f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}"
        f"/practice/{row.public_id}/"
    )
    assert url in review_page(cast)
    coach, peer = Client(), Client()
    coach.force_login(cast.coach.user)
    peer.force_login(cast.peer.user)
    seen = coach.get(url)
    assert seen.content[8:12] == b"WEBP"
    assert "no-store" in seen["Cache-Control"]
    assert peer.get(url).status_code == 403

    player.submit(GIFT, {"withdraw": "1"}, form="#take-back")

    assert coach.get(url).status_code == 404
    assert submissions(cast)[0].image is None


def test_a_picture_can_be_replaced_and_dropped(player: Player, cast: Cast) -> None:
    attach(player, photo(60, 40))
    attach(player, photo(90, 40))
    assert player.content(GIFT)["image"] == {"width": 90, "height": 40}  # type: ignore[index]

    player.client.post(player.url(GIFT), filled(player, GIFT, action="drop_image"))

    assert player.client.get(player.url(GIFT) + "image/").status_code == 404
    assert player.content(GIFT)["image"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.7", "pas une image"), (bomb(), "trop de points"), (b"\0" * 10_485_761, "plus de 10 Mo")],
    ids=["document", "bomb", "heavy"],
)
def test_a_file_that_is_no_picture_is_refused_and_the_words_are_kept(
    player: Player, content: bytes, sentence: str
) -> None:
    answer = attach(player, content, text="Mes mots")

    assert answer.status_code == 422
    assert sentence in answer.content.decode().replace("\xa0", " ")
    assert player.content(GIFT)["text"] == "Mes mots"  # type: ignore[index]


def test_a_step_that_asks_for_no_picture_keeps_none(player: Player, cast: Cast) -> None:
    file = SimpleUploadedFile("capture.jpg", photo(), "image/jpeg")

    player.client.post(player.url(POST), filled(player, POST) | {"image": file})

    with player.inside():
        assert not PracticeImage.objects.exists()
    assert submissions(cast)[0].image is None


# --- who sees what ---------------------------------------------------------------------------------


def test_the_manager_reads_how_many_and_not_a_word(player: Player, cast: Cast) -> None:
    hand_in(player, links="https://exemple.fr/CANARI")
    client = Client()
    client.force_login(cast.manager.user)

    pages = [
        client.get(f"/n/{cast.network.slug}/{path}").content.decode()
        for path in ("overview/", f"agencies/{cast.agencies[0].public_id}/")
    ]

    assert not any("Élodie" in page or "CANARI" in page for page in pages)
    assert "<dt>Mises en pratique, en 28 jours</dt><dd>1</dd>" in pages[1].replace("\xa0", " ")
