"""Pairs through their page: chosen or proposed, agreed by both, ended by either with what was confided."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies.roles import Shareable
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Enrolment
from coaching.learning.models import Pair, PairReading, PairWish, SharedItem
from coaching.learning.services import propose_pair
from tests.adoption.people import signed_in
from tests.factories import Cast, make_cast, make_member
from tests.learning.player import Player, soup
from tests.learning.together import (
    act,
    answer,
    item,
    pair_up,
    player_of,
    players,
    propose,
    share,
    text_of,
    wish,
)
from tests.queries import queries_in_scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WORDS = "Le stylo posé, nous avons repris le dossier page par page."


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(4)


@pytest.fixture
def people(cast: Cast) -> list[Player]:
    return players(cast)


def pairs(cast: Cast) -> list[Pair]:
    with networks(cast.network.pk):
        return list(Pair.objects.current())


def test_nobody_is_found_before_they_say_that_they_want_to(people: list[Player]) -> None:
    one, other, *_rest = people
    wish(one, "open")
    before = text_of(one)

    wish(other, "open")

    assert "Tête 002" not in before
    assert "Tête 002" in text_of(one)


def test_a_pair_needs_the_yes_of_both(cast: Cast, people: list[Player]) -> None:
    one, other, *_rest = people
    wish(other, "open")

    propose(one, other, "Je cherche un regard sur mes posts.")
    before = pairs(cast)
    seen = text_of(other)
    answer(other, "accept")

    assert before == []
    assert "Je cherche un regard sur mes posts." in seen
    assert len(pairs(cast)) == 1
    assert "Tête 001" in text_of(other)
    assert "Tête 002" in text_of(one)


def test_a_no_gives_no_reason_and_is_told_neutrally(cast: Cast, people: list[Player]) -> None:
    one, other, *_rest = people
    wish(one, "open")
    wish(other, "open")
    propose(one, other)

    answer(other, "decline")

    assert "ne s’est pas fait" in text_of(one)
    assert "Tête 002" not in [h.get_text() for h in one.page("pair").select("h3")]
    assert "proposition" not in text_of(other).lower().replace("ma proposition", "")
    with networks(cast.network.pk):
        assert Pair.objects.get().sentence == ""


def test_ones_own_proposal_taken_back_leaves_no_trace(cast: Cast, people: list[Player]) -> None:
    one, other, *_rest = people
    wish(other, "open")
    propose(one, other)

    answer(one, "decline")

    with networks(cast.network.pk):
        assert not Pair.objects.exists()


def test_a_proposal_needs_a_sentence_and_keeps_what_was_typed(people: list[Player]) -> None:
    one, other, *_rest = people
    wish(one, "open")
    wish(other, "open")

    empty = propose(one, other, "   ")
    long = propose(one, other, "très " * 80)

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "très très" in soup(long).select_one("textarea").get_text()  # type: ignore[union-attr]


def test_two_who_propose_to_each_other_are_a_pair(cast: Cast, people: list[Player]) -> None:
    one, other, *_rest = people
    wish(one, "open")
    wish(other, "open")
    stale = other.enrolment()
    propose(one, other)

    with other.inside():
        propose_pair(stale, Enrolment.objects.get(pk=one.enrolment().pk), "Pareil !")

    assert len(pairs(cast)) == 1


def test_whoever_works_alone_is_asked_by_nobody(people: list[Player]) -> None:
    one, other, *_rest = people
    wish(other, "open")
    propose(one, other)

    wish(other, "alone")

    assert "Une proposition" not in text_of(other)
    assert propose(one, other).status_code == 302
    assert "Une proposition" not in text_of(other)


def test_somebody_who_has_a_pair_takes_no_second_one(cast: Cast, people: list[Player]) -> None:
    one, other, third, _fourth = people
    for each in people:
        wish(each, "open")
    propose(one, other)
    propose(third, other)
    answer(other, "accept")

    answered = text_of(other)
    public_id = [pair.public_id for pair in pairs(cast)]
    act(other, "accept", pair="unknown")

    assert "Une proposition" not in answered
    assert [pair.public_id for pair in pairs(cast)] == public_id
    assert "ne s’est pas fait" in text_of(third) or "ne s’est pas fait" in text_of(one)


def test_the_database_holds_one_current_pair_on_each_side(cast: Cast, people: list[Player]) -> None:
    one, other, third, _fourth = people
    pair_up(one, other)
    now = timezone.now()
    agreed = {"first_agreed_at": now, "second_agreed_at": now, "accepted_at": now}

    sides = {"first_id": one.enrolment().pk, "second_id": third.enrolment().pk}

    with (
        networks(cast.network.pk),
        pytest.raises(IntegrityError, match="pair_one_current"),
        transaction.atomic(),
    ):
        Pair.objects.create(**sides, sentence="", proposed_at=now, **agreed)


def test_two_who_ask_are_proposed_to_each_other_and_both_must_agree(cast: Cast, people: list[Player]) -> None:
    one, other, third, _fourth = people

    wish(one, "asked")
    wish(other, "asked")
    wish(third, "asked")
    proposed = [("Une proposition" in text_of(each)) for each in (one, other, third)]
    answer(one, "accept")
    alone = pairs(cast)
    answer(other, "accept")

    assert proposed == [True, True, False]
    assert alone == []
    assert len(pairs(cast)) == 1


def test_the_products_proposal_is_the_same_for_the_same_wishes(people: list[Player], cast: Cast) -> None:
    for each in people[1:]:
        wish(each, "asked")

    with networks(cast.network.pk):
        pair = Pair.objects.get()

    assert {pair.first_id, pair.second_id} == {people[1].enrolment().pk, people[2].enrolment().pk}


def test_after_a_no_the_product_proposes_somebody_else(people: list[Player], cast: Cast) -> None:
    one, other, third, _fourth = people
    for each in (one, other, third):
        wish(each, "asked")

    answer(other, "decline")

    assert "Tête 003" in text_of(one)
    with networks(cast.network.pk):
        assert Pair.objects.open().count() == 1


def enrolled_manager(cast: Cast) -> Player:
    with networks(cast.network.pk):
        Enrolment.objects.create(cohort=cast.cohort, membership=cast.manager, status="active")
    return player_of(cast, cast.manager)


def test_a_manager_is_proposed_to_nobody_and_is_a_pair_only_if_both_say_so(cast: Cast) -> None:
    manager = enrolled_manager(cast)
    head = player_of(cast, cast.head)
    wish(head, "asked")
    wish(manager, "asked")
    before = text_of(head)

    propose(head, manager)
    answer(manager, "accept")

    assert "Une proposition" not in before
    assert "Responsable" in before  # said beside the name, so that one knows whom one asks
    assert len(pairs(cast)) == 1


def test_somebody_of_another_cohort_is_out_of_reach(cast: Cast, people: list[Player]) -> None:
    stranger = Player(people[0].client, cast, cast.outsider)

    response = act(people[0], "propose", person=str(stranger.membership.pk), sentence="Bonjour")

    assert response.status_code == 302
    assert pairs(cast) == []


# --- what a pair confides ---------------------------------------------------------------------


def test_what_one_confides_is_read_by_the_pair_and_by_nobody_else(people: list[Player]) -> None:
    one, other, third, _fourth = people
    pair_up(one, other)

    share(one, WORDS)

    assert WORDS in text_of(other)
    assert WORDS in text_of(one)
    assert WORDS not in text_of(third)
    assert WORDS not in signed_in(one.cast.coach).get(person_url(one)).content.decode()


def person_url(player: Player) -> str:
    cast = player.cast
    return f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{player.enrolment().public_id}/"


def test_a_value_perceived_stands_beside_the_text_for_both(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS)

    act(other, "read", item=str(pk), card="ecoute", sentence="Le stylo posé.")

    for each in (one, other):
        assert "Écoute" in text_of(each)
        assert "Le stylo posé." in text_of(each)
    with networks(one.cast.network.pk), connection.cursor() as cursor:
        cursor.execute("SELECT sentence FROM learning_pairreading")
        assert b"stylo" not in bytes(cursor.fetchone()[0])


def test_a_reading_without_a_card_keeps_the_sentence(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS)

    response = act(other, "read", item=str(pk), card="inconnue", sentence="J’y vois une main.")

    assert response.status_code == 422
    assert "J’y vois une main." in soup(response).select_one("textarea").get_text()  # type: ignore[union-attr]


def test_a_pair_word_asks_for_no_value(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS, Shareable.PAIR_WORD, address="v2-ce-que-je-defends/a-mon-binome")

    assert not other.page("pair").select("select[name=card]")
    act(other, "read", item=str(pk), card="ecoute")
    with networks(one.cast.network.pk):
        assert not PairReading.objects.exists()


@pytest.mark.parametrize("who", ["author", "stranger"])
def test_only_the_pair_reads_a_value_in_a_text(people: list[Player], who: str) -> None:
    one, other, third, _fourth = people
    pair_up(one, other)
    pk = share(one, WORDS)

    act(one if who == "author" else third, "read", item=str(pk), card="ecoute")

    with networks(one.cast.network.pk):
        assert not PairReading.objects.exists()


def test_a_copy_taken_back_takes_the_reading_with_it(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS)
    act(other, "read", item=str(pk), card="ecoute", sentence="Le stylo posé.")

    act(one, "withdraw", item=str(pk))

    assert WORDS not in text_of(other)
    assert item(one, pk).text == ""
    with networks(one.cast.network.pk):
        assert not PairReading.objects.exists()


def test_one_may_erase_ones_reading(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS)
    act(other, "read", item=str(pk), card="ecoute")

    act(other, "unread", item=str(pk))

    assert "Pas encore de lecture" in text_of(one)


def test_a_pair_that_ends_erases_what_it_confided_on_both_sides(cast: Cast, people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)
    pk = share(one, WORDS)
    act(other, "read", item=str(pk), card="ecoute", sentence="Le stylo posé.")

    act(other, "end")

    assert WORDS not in text_of(other) + text_of(one)
    assert item(one, pk).withdrawn_at is not None
    assert pairs(cast) == []
    with networks(cast.network.pk):
        assert not PairReading.objects.exists()


def test_whoever_leaves_the_cohort_takes_their_words_along(cast: Cast, people: list[Player]) -> None:
    one, other, third, _fourth = people
    pair_up(one, other)
    share(one, WORDS)
    with networks(cast.network.pk):
        successor = make_member(cast.network, "next@example.com", "agency_head", cast.agencies[0])
        cohorts.replace_head(Enrolment.objects.get(pk=one.enrolment().pk), successor)

    left = text_of(other)
    wish(third, "open")
    pair_up(third, other)

    assert WORDS not in left
    assert "Comment aimez-vous avancer" in left
    assert "Tête 003" in text_of(other)


def test_a_new_pair_reads_nothing_of_the_one_before(people: list[Player]) -> None:
    one, other, third, _fourth = people
    pair_up(one, other)
    with networks(one.cast.network.pk):
        Pair.objects.update(ended_at=timezone.now())
    share(one, WORDS)  # a copy that no ending took back

    with networks(one.cast.network.pk):
        SharedItem.objects.update(shared_at=timezone.now() - dt.timedelta(minutes=1))
    pair_up(one, third)

    assert WORDS not in text_of(third)


def test_the_coach_reads_who_is_with_whom(people: list[Player]) -> None:
    one, other, *_rest = people
    pair_up(one, other)

    page = soup(signed_in(one.cast.coach).get(person_url(one))).get_text()

    assert "BinômeTête 002" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_whatever_there_is_to_read(count: int) -> None:
    cast = make_cast(4)
    one, other, *_rest = players(cast)
    pair_up(one, other)
    for number in range(count):
        pk = share(one, WORDS, address=f"p2-post-valeur/{number}")
        act(other, "read", item=str(pk), card="ecoute")
    other.page("pair")

    queries = queries_in_scope(other.client, other.url("pair"))

    # Person and programme; pair; theirs; the note that they are opened; mine; readings.
    assert len(queries) == 6, queries


@pytest.mark.parametrize("count", [2, 4])
def test_finding_somebody_asks_the_same_whatever_the_cohort(count: int) -> None:
    cast = make_cast(count)
    people = players(cast)
    for each in people:
        wish(each, "open")
    people[0].page("pair")

    queries = queries_in_scope(people[0].client, people[0].url("pair"))

    # Person and programme; proposals; wish; who is open to it.
    assert len(queries) == 4, queries


@pytest.mark.parametrize(
    "action", ["", "wish", "propose", "accept", "decline", "end", "read", "withdraw", "x"]
)
def test_no_form_breaks_the_page(people: list[Player], action: str) -> None:
    odd = {
        "pair": "\x00",
        "person": "é" * 300,
        "item": "9" * 40,
        "wish": "\ud7ff",
        "card": "",
        "sentence": "\x07",
    }

    response = people[0].post("pair", {"action": action, **odd})

    assert response.status_code in (302, 422)


def test_saying_nothing_is_no_wish(cast: Cast, people: list[Player]) -> None:
    act(people[0], "wish")

    with networks(cast.network.pk):
        assert not PairWish.objects.exists()


def test_the_home_leads_to_a_proposal(people: list[Player]) -> None:
    one, other, *_rest = people
    wish(other, "open")
    propose(one, other)

    assert "Une proposition vous attend" in other.page().get_text()
