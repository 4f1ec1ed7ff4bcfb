"""The brand's values: written by the network, answered by each person for themself."""

from __future__ import annotations

import datetime as dt
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client

from agencies.models import BrandValue
from agencies.roles import Audience, Shareable
from agencies.scope import networks
from coaching.learning.access import get_copies_given_to
from coaching.learning.models import SharedItem
from coaching.learning.services import share_copy
from tests.factories import PARIS, Cast, make_cast
from tests.learning.brand import write_brand_values
from tests.learning.player import SORT, Player, soup
from tests.learning.test_queries import counted

pytestmark = pytest.mark.django_db

BRAND = "v3-ma-marque-et-moi/valeurs-de-la-marque"
LISTS = "v3-ma-marque-et-moi/trois-listes"
ACT = "Mehdi s’assoit du même côté que la cliente."


@pytest.fixture
def clock() -> object:
    """The fifth week is open: so is the module about the brand."""
    with time_machine.travel(dt.datetime(2027, 2, 17, 9, 0, tzinfo=PARIS), tick=False) as traveller:
        yield traveller


@pytest.fixture
def brand(cast: Cast) -> list[BrandValue]:
    with networks(cast.network.pk):
        return write_brand_values()


def answer(player: Player, number: int, **fields: str) -> object:
    return player.submit(BRAND, fields, f"p={number}")


def test_without_brand_values_the_step_says_so_and_lets_one_pass(player: Player) -> None:
    page = player.page(BRAND)
    assert "Votre réseau n’a pas encore écrit ses valeurs" in page.get_text()

    player.submit(BRAND, {})

    assert BRAND in player.done()


def test_two_values_are_not_enough_to_be_asked(player: Player, cast: Cast) -> None:
    with networks(cast.network.pk):
        write_brand_values(2)

    assert "Votre réseau n’a pas encore écrit ses valeurs" in player.page(BRAND).get_text()


def test_each_value_has_its_tag_and_one_act(player: Player, brand: list[BrandValue]) -> None:
    answer(player, 1, tag="je-la-vis", text=ACT)
    answer(player, 2, tag="a-ma-facon", text="On connaît la rue.")
    answer(player, 3, tag="j-ai-du-mal", text="")

    assert BRAND in player.done()
    text = player.page(BRAND).get_text()
    assert ACT in text
    assert "J’ai du mal" in text


def test_an_act_may_stay_blank_for_whom_struggles_only(player: Player, brand: list[BrandValue]) -> None:
    refused = answer(player, 1, tag="je-la-vis", text="  ")

    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "Un geste suffit" in refused.content.decode()  # type: ignore[attr-defined]


def test_without_a_tag_the_act_is_not_lost(player: Player, brand: list[BrandValue]) -> None:
    refused = answer(player, 1, text=ACT)

    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert soup(refused).find(id="f-text").text.strip() == ACT  # type: ignore[union-attr]


def test_one_comes_back_to_the_first_open_value(player: Player, brand: list[BrandValue]) -> None:
    answer(player, 1, tag="je-la-vis", text=ACT)

    assert player.page(BRAND).h1.text == "Proximité"  # type: ignore[union-attr]


def test_what_is_being_written_is_saved(player: Player, brand: list[BrandValue]) -> None:
    page = player.page(BRAND)
    part = page.find("input", attrs={"name": "part"})["value"]  # type: ignore[index]

    saved = player.client.post(
        player.url(BRAND) + "autosave/", {"part": part, "text": "Mehdi s’as", "revision": "0"}
    )

    assert saved.json()["revision"] == 1
    assert player.page(BRAND).find(id="f-text").text.strip() == "Mehdi s’as"  # type: ignore[union-attr]
    assert BRAND not in player.done()


def test_an_older_screen_does_not_replace_a_newer_act(player: Player, brand: list[BrandValue]) -> None:
    part = brand[0].public_id
    player.post(BRAND, {"part": part, "tag": "je-la-vis", "text": "Première", "revision": "0"})
    player.post(BRAND, {"part": part, "tag": "je-la-vis", "text": "Deuxième", "revision": "1"})

    late = player.post(BRAND, {"part": part, "tag": "je-la-vis", "text": "Tard", "revision": "1"})

    assert late.status_code == 409
    assert "Deuxième" in late.content.decode()
    assert "Tard" in late.content.decode()


def test_after_the_values_come_the_lists_without_any_figure(player: Player, brand: list[BrandValue]) -> None:
    player.complete(SORT)
    for number in (1, 2, 3):
        answer(player, number, tag="j-ai-du-mal", text="")

    for page in (player.page(BRAND), player.page(LISTS), soup(player.client.get(player.home + "values/"))):
        section = page.find("section", attrs={"aria-labelledby": "brand-and-me"})
        text = section.get_text()  # type: ignore[union-attr]
        assert "Quelle valeur de la marque pouvez-vous montrer" in text
        assert "%" not in text
        assert not any(sign.isdigit() for sign in text)


def test_lists_wait_for_the_sort_and_lead_to_it(player: Player, brand: list[BrandValue]) -> None:
    page = player.page(LISTS)

    assert "viendront ici après le tri" in page.get_text()
    assert page.select_one(f'a[href="{player.url(SORT)}"]')


def test_an_act_outlives_the_value_it_was_written_for(
    player: Player, cast: Cast, brand: list[BrandValue]
) -> None:
    for number in (1, 2, 3):
        answer(player, number, tag="je-la-vis", text=f"Geste {number}")

    with networks(cast.network.pk):
        write_brand_values(1)
        BrandValue.objects.get(pk=brand[0].pk).delete()
    player.submit(BRAND, {"tag": "j-ai-du-mal", "text": ""}, "p=3")

    text = player.page(BRAND).get_text()
    assert "Valeurs que votre réseau a retirées depuis" in text
    assert "Geste 1" in text


def test_a_manager_reads_the_act_she_was_given_and_nothing_else(
    player: Player, cast: Cast, brand: list[BrandValue]
) -> None:
    answer(player, 1, tag="je-la-vis", text=ACT)
    answer(player, 2, tag="j-ai-du-mal", text="Rien de cela.")
    manager = Client()
    manager.force_login(cast.manager.user)

    share = player.url(BRAND) + f"share/{brand[0].public_id}/"
    player.client.post(share, {"audience": "manager", "copy": "Mehdi s’assoit à côté."})

    for path in (f"/n/rivages/agencies/{cast.agencies[0].public_id}/", "/n/rivages/given/"):
        page = manager.get(path).content.decode()
        assert "Mehdi s’assoit à côté." in page
        assert "Prévoyance" in page
        assert ACT not in page
        assert "Rien de cela" not in page
    assert "Ce qu’on vous a donné" not in (
        manager.get(f"/n/rivages/agencies/{cast.agencies[1].public_id}/").content.decode()
    )


def test_share_page_names_the_manager_only_where_she_may_be_given_something(
    player: Player, brand: list[BrandValue]
) -> None:
    answer(player, 1, tag="je-la-vis", text=ACT)

    page = player.client.get(player.url(BRAND) + f"share/{brand[0].public_id}/").content.decode()

    assert "Nathalie Mercier, votre responsable" in page


def test_acts_withdrawn_are_gone_from_the_managers_page(
    player: Player, cast: Cast, brand: list[BrandValue]
) -> None:
    answer(player, 1, tag="je-la-vis", text=ACT)
    share = player.url(BRAND) + f"share/{brand[0].public_id}/"
    player.client.post(share, {"audience": "manager", "copy": ACT})

    player.client.post(share, {"withdraw": "manager"})

    with networks(cast.network.pk):
        assert get_copies_given_to(cast.manager) == []
        assert SharedItem.objects.get().text == ""


# --- the network's page ----------------------------------------------------------------------


@pytest.fixture
def manager(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.manager.user)
    return client


LIST = "/n/rivages/brand-values/"
FIELDS = {
    "label_fr": "Audace",
    "label_en": "Boldness",
    "definition_fr": "On dit non à notre propre option.",
    "definition_en": "We say no to our own add-on.",
    "card_1": "audace",
}


def labels(cast: Cast) -> list[str]:
    with networks(cast.network.pk):
        return [value.label_fr for value in BrandValue.objects.in_order()]


def test_samples_of_the_sector_come_on_request_only(cast: Cast, manager: Client) -> None:
    assert "Partir d’exemples" in manager.get(LIST).content.decode()
    assert labels(cast) == []

    manager.post(LIST, {"samples": "1"})

    assert labels(cast) == ["Prévoyance", "Proximité", "Fiabilité"]


def test_samples_never_replace_what_was_written(cast: Cast, manager: Client) -> None:
    manager.post(LIST + "new/", FIELDS)

    manager.post(LIST, {"samples": "1"})

    assert labels(cast) == ["Audace"]


def test_a_value_needs_both_languages_and_a_card(cast: Cast, manager: Client) -> None:
    response = manager.post(LIST + "new/", {**FIELDS, "label_en": "", "card_1": ""})

    assert response.status_code == 422
    assert labels(cast) == []


def test_a_card_outside_the_deck_is_refused(cast: Cast, manager: Client) -> None:
    assert manager.post(LIST + "new/", {**FIELDS, "card_1": "licorne"}).status_code == 422


def test_values_change_move_and_leave(cast: Cast, manager: Client) -> None:
    manager.post(LIST, {"samples": "1"})
    with networks(cast.network.pk):
        first, second, _third = BrandValue.objects.in_order()

    manager.post(LIST, {"up": second.public_id})
    manager.post(LIST + f"{first.public_id}/", {**FIELDS, "card_2": "audace", "card_3": "defi"})
    manager.post(LIST, {"remove": second.public_id})

    assert labels(cast) == ["Audace", "Fiabilité"]
    with networks(cast.network.pk):
        assert BrandValue.objects.in_order()[0].cards == ["audace", "defi"]


@pytest.mark.django_db(transaction=True)
def test_two_values_written_at_once_both_find_their_place() -> None:
    cast, errors = make_cast(), []

    def write() -> None:
        try:
            with networks(cast.network.pk, user_id=cast.coach.user_id):
                write_brand_values(1)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    other = Thread(target=write)
    with networks(cast.network.pk, user_id=cast.manager.user_id):
        write_brand_values(1)
        other.start()
        while other.is_alive() and not someone_waits():
            other.join(timeout=0.05)
    other.join(timeout=20)

    assert errors == []
    with networks(cast.network.pk):
        assert sorted(BrandValue.objects.values_list("place", flat=True)) == [1, 2]


def someone_waits() -> bool:
    """Whether a transaction of this database waits for another to end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_seven_values_at_most(cast: Cast, manager: Client) -> None:
    for _number in range(8):
        manager.post(LIST + "new/", FIELDS)

    assert len(labels(cast)) == 7
    assert "Ajouter une valeur" not in manager.get(LIST).content.decode()


# --- what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_networks_list_asks_the_same_for_one_and_for_three(
    cast: Cast, manager: Client, count: int
) -> None:
    with networks(cast.network.pk):
        write_brand_values(count)
    manager.get(LIST)

    with counted() as queries:
        manager.get(LIST)

    assert len(queries) == 2, queries  # the values, and the installed programme for the words of its cards


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_given_asks_the_same_for_one_and_for_three(
    player: Player, cast: Cast, manager: Client, brand: list[BrandValue], count: int
) -> None:
    with player.inside():
        for value in brand[:count]:
            share_copy(
                cast.enrolment, Shareable.BRAND_ACT, BRAND, value.public_id, "Un geste.", Audience.MANAGER
            )
    manager.get("/n/rivages/given/")

    with counted() as queries:
        manager.get("/n/rivages/given/")

    assert len(queries) == 3, queries  # the copies, what they are called, and the log of who opened them


def test_a_page_of_the_step_stays_light(player: Player, brand: list[BrandValue]) -> None:
    player.complete(SORT, BRAND)
    player.get(BRAND)

    for query, most in (("p=1", 4), ("", 6)):
        with counted() as queries:
            player.get(BRAND, query)
        assert len(queries) <= most, queries
