"""The wall of a cohort: thanked without counting, taken back, looked after by the coach, not for managers."""

from __future__ import annotations

import pytest

from agencies.roles import Audience, Shareable
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import Enrolment
from coaching.learning.models import Thanks, WallReport
from tests.adoption.people import signed_in
from tests.factories import Cast, make_cast
from tests.learning.player import GESTURE, Player, soup
from tests.learning.together import act, item, player_of, players, share, text_of
from tests.queries import queries_in_scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EXCERPT = "Le café d’abord, le contrat ensuite."


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(3)


@pytest.fixture
def people(cast: Cast) -> list[Player]:
    return players(cast)


def show(player: Player, text: str = EXCERPT, address: str = "p2-post-valeur/ecrire-un-post") -> int:
    return share(player, text, Shareable.PRACTICE, Audience.COHORT, address)


def coach_url(cast: Cast) -> str:
    return f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/wall/"


def test_an_excerpt_shows_a_first_name_and_an_agency_newest_first(people: list[Player]) -> None:
    show(people[0], "Le premier.")
    show(people[1], "Le second.")

    page = text_of(people[2], "wall")

    assert page.index("Le second.") < page.index("Le premier.")
    assert "Agence 001" in page
    assert "Tête 001" not in page  # the first name is enough


def test_a_copy_for_the_pair_or_the_coach_is_not_on_the_wall(people: list[Player]) -> None:
    share(people[0], "Pour mon binôme.", Shareable.PRACTICE, Audience.PAIR)
    share(people[0], "Pour ma coach.", Shareable.REFLECTION, Audience.COACH)

    page = text_of(people[1], "wall")

    assert "Pour m" not in page


def test_thanks_are_seen_by_the_author_and_counted_nowhere(people: list[Player]) -> None:
    one, other, third = people
    pk = show(one)

    act(other, "thank", "wall", item=str(pk))
    act(other, "thank", "wall", item=str(pk))

    assert "Vous ont dit merci : Tête (Agence 002)" in text_of(one, "wall")
    assert "Vous avez dit merci" in text_of(other, "wall")
    assert "Agence 002" not in text_of(third, "wall")
    with networks(one.cast.network.pk):
        assert Thanks.objects.count() == 1


def test_a_thank_you_can_be_undone(people: list[Player]) -> None:
    one, other, _third = people
    pk = show(one)
    act(other, "thank", "wall", item=str(pk))

    act(other, "unthank", "wall", item=str(pk))

    assert "dit merci" not in text_of(one, "wall") + text_of(other, "wall")


def test_nobody_thanks_or_reports_themselves(people: list[Player]) -> None:
    pk = show(people[0])

    act(people[0], "thank", "wall", item=str(pk))
    act(people[0], "report", "wall", item=str(pk))

    with networks(people[0].cast.network.pk):
        assert not Thanks.objects.exists()
        assert not WallReport.objects.exists()


def test_the_author_takes_an_excerpt_back_in_one_tap(people: list[Player]) -> None:
    one, other, _third = people
    pk = show(one)
    act(other, "thank", "wall", item=str(pk))

    act(one, "withdraw", "wall", item=str(pk))

    assert EXCERPT not in text_of(other, "wall")
    assert item(one, pk).text == ""
    with networks(one.cast.network.pk):
        assert not Thanks.objects.exists()


def test_nobody_else_takes_it_back(people: list[Player]) -> None:
    pk = show(people[0])

    act(people[1], "withdraw", "wall", item=str(pk))

    assert EXCERPT in text_of(people[1], "wall")


def test_a_report_reaches_the_coach_without_a_name(cast: Cast, people: list[Player]) -> None:
    one, other, third = people
    pk = show(one)

    act(other, "report", "wall", item=str(pk))

    page = soup(signed_in(cast.coach).get(coach_url(cast))).get_text()
    assert "Signalé" in page
    assert "Tête 002" not in page
    assert "Signalé" not in text_of(third, "wall")
    assert "Signalé" not in text_of(one, "wall")


def test_the_coach_takes_it_off_with_a_reason_that_the_author_reads(cast: Cast, people: list[Player]) -> None:
    one, other, _third = people
    pk = show(one)
    coach = signed_in(cast.coach)

    coach.post(coach_url(cast), {"item": pk, "reason": "Un client s’y reconnaîtrait."})

    assert EXCERPT not in text_of(other, "wall")
    assert "Un client s’y reconnaîtrait." in text_of(one, "wall")
    assert item(one, pk).text == EXCERPT


def test_a_reason_is_needed(cast: Cast, people: list[Player]) -> None:
    pk = show(people[0])

    response = signed_in(cast.coach).post(coach_url(cast), {"item": pk, "reason": " "})

    assert response.status_code == 422
    assert EXCERPT in text_of(people[1], "wall")


def test_the_coach_may_put_it_back_and_a_rewritten_copy_comes_back_by_itself(
    cast: Cast, people: list[Player]
) -> None:
    one, other, _third = people
    coach = signed_in(cast.coach)
    pk = show(one)
    coach.post(coach_url(cast), {"item": pk, "reason": "À relire."})
    coach.post(coach_url(cast), {"item": pk, "show": "1"})
    back = text_of(other, "wall")
    coach.post(coach_url(cast), {"item": pk, "reason": "À relire."})

    show(one, "Réécrit, sans le client.")

    assert EXCERPT in back
    assert "Réécrit, sans le client." in text_of(other, "wall")


def test_the_same_words_sent_again_do_not_bring_back_what_the_coach_took_off(
    cast: Cast, people: list[Player]
) -> None:
    one, other, _third = people
    pk = show(one)
    signed_in(cast.coach).post(coach_url(cast), {"item": pk, "reason": "À relire."})

    show(one)

    assert EXCERPT not in text_of(other, "wall")


def test_a_manager_never_reads_the_wall_not_even_enrolled(cast: Cast, people: list[Player]) -> None:
    show(people[0])
    with networks(cast.network.pk):
        Enrolment.objects.create(cohort=cast.cohort, membership=cast.manager, status="active")
    manager = player_of(cast, cast.manager)

    assert manager.get("wall").status_code == 403
    assert "/wall/" not in manager.get().content.decode()
    assert manager.client.get(coach_url(cast)).status_code == 403


def test_an_excerpt_of_another_cohort_is_not_found(cast: Cast, people: list[Player]) -> None:
    pk = show(people[0])
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=people[0].enrolment().pk).update(status="replaced")

    response = act(people[1], "thank", "wall", item=str(pk))

    assert response.status_code == 302
    with networks(cast.network.pk):
        assert not Thanks.objects.exists()
    assert EXCERPT not in text_of(people[1], "wall")


@pytest.mark.parametrize("count", [1, 3])
def test_the_wall_asks_the_same_whatever_is_on_it(count: int) -> None:
    cast = make_cast(3)
    one, other, third = players(cast)
    for number in range(count):
        pk = show(one, address=f"p2-post-valeur/{number}")
        show(other, address=f"p2-post-valeur/{number}")
        for each in (other, third):
            act(each, "thank", "wall", item=str(pk))
    one.page("wall")
    coach = signed_in(cast.coach)
    coach.get(coach_url(cast))

    # Person and programme; how many; the page; who thanked.
    assert len(queries_in_scope(one.client, one.url("wall"))) == 4
    assert len(queries_in_scope(coach, coach_url(cast))) == 3


def test_whoever_leaves_takes_their_excerpts_along(cast: Cast, people: list[Player]) -> None:
    show(people[0])
    with networks(cast.network.pk):
        end_membership(people[0].membership)

    coach = signed_in(cast.coach).get(coach_url(cast)).content.decode()

    assert EXCERPT not in text_of(people[1], "wall")
    assert EXCERPT not in coach


def test_the_number_of_readers_is_that_of_the_colleagues_still_there(
    cast: Cast, people: list[Player]
) -> None:
    page = f"{GESTURE}/share/un-geste"
    with networks(cast.network.pk):
        Enrolment.objects.update(status="ended_incomplete")  # everybody still reads the wall
    both = text_of(people[0], page)

    with networks(cast.network.pk):
        end_membership(people[2].membership)

    assert "2 collègues, sous votre nom" in both
    assert "1 collègue, sous votre nom" in text_of(people[0], page)


def test_a_long_wall_comes_in_pages(people: list[Player]) -> None:
    for number in range(23):
        show(people[0], f"Extrait {number}.", f"p2-post-valeur/{number}")

    first, second = people[1].page("wall"), people[1].page("wall", "page=2")

    assert len(first.select("article")) == 20
    assert len(second.select("article")) == 3
