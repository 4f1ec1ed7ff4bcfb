"""One-to-ones: offered, chosen, given, moved and cancelled; never two people in one slot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Appointment, Enrolment
from coaching.cohorts.services import (
    CohortProblem,
    add_coach,
    give_up_slot,
    offer_slots,
    remove_coach,
    take_slot,
)
from tests.adoption.people import signed_in
from tests.cohorts.live import BEFORE, Live, text_of
from tests.factories import PARIS, Cast, launch_cohort, make_cast, make_member, starter_version
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def live(cast: Cast) -> Live:
    return Live(cast)


def offer(live: Live, until: str = "10:00", **changes: str) -> HttpResponse:
    data = {"day": "2027-02-10", "time": "09:00", "until": until, "gap": "10"} | changes
    return live.coach.post(live.coach_url("talks"), data)


def slots(live: Live) -> list[Appointment]:
    with networks(live.cast.network.pk):
        return list(Appointment.objects.standing().select_related("enrolment"))


def choose(client: Client, live: Live, slot: Appointment, **data: str) -> HttpResponse:
    url = f"/n/{live.cast.network.slug}/together/"
    return client.post(url, {"talk": slot.public_id} | data, follow=True)


def test_an_hour_holds_two_talks_of_twenty_minutes_with_ten_between(live: Live) -> None:
    offer(live)

    found = slots(live)
    assert [slot.starts_at for slot in found] == [NINE, NINE + dt.timedelta(minutes=30)]
    assert {(slot.minutes, slot.key, slot.enrolment) for slot in found} == {(20, "entretien", None)}


def test_offering_the_same_hour_twice_offers_it_once(live: Live) -> None:
    offer(live)
    offer(live)

    assert len(slots(live)) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until": "09:10"}, "trop courte"),
        ({"until": "19:00"}, "Douze entretiens à la fois"),
        ({"time": "19:00", "until": "21:30"}, "commence à 20 h au plus tard"),
        ({"day": "2027-01-05"}, "Choisissez un moment à venir."),
    ],
)
def test_times_that_do_not_hold_are_refused(live: Live, changes: dict[str, str], sentence: str) -> None:
    response = offer(live, **changes)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert slots(live) == []


def test_a_person_chooses_a_slot_and_the_next_one_frees_the_first(live: Live) -> None:
    offer(live)
    first, second = slots(live)

    choose(live.head, live, first)
    choose(live.head, live, second)

    taken = {slot.starts_at: slot.enrolment for slot in slots(live)}
    assert taken == {first.starts_at: None, second.starts_at: live.cast.enrolment}


def test_a_slot_that_somebody_took_meanwhile_is_told_and_nothing_is_lost(live: Live) -> None:
    offer(live)
    first, second = slots(live)
    choose(live.head, live, second)
    with networks(live.cast.network.pk):
        take_slot(live.cast.enrolments[1], first)
        with pytest.raises(CohortProblem, match="slot_gone"):
            take_slot(live.cast.enrolments[0], first)

    response = choose(live.head, live, first)

    assert response.status_code == 404  # another person's slot is nobody's business
    assert {slot.enrolment_id for slot in slots(live)} == {row.pk for row in live.cast.enrolments}


def test_giving_up_a_slot_offers_it_again(live: Live) -> None:
    offer(live, until="09:20")
    (slot,) = slots(live)
    choose(live.head, live, slot)

    for _twice in range(2):
        choose(live.head, live, slot, give_up="1")

    (free,) = slots(live)
    assert (free.starts_at, free.enrolment) == (NINE, None)
    assert free.pk != slot.pk


def test_the_coach_gives_moves_and_cancels_a_talk(live: Live) -> None:
    offer(live, until="09:20")
    (slot,) = slots(live)
    url = live.coach_url("talks") + f"{slot.public_id}/"

    live.coach.post(url, {"action": "give", "person": live.cast.enrolment.public_id})
    live.coach.post(url, {"action": "move", "move-day": "2027-02-11", "move-time": "14:00"})

    (moved,) = slots(live)
    assert moved.enrolment == live.cast.enrolment
    assert moved.starts_at == dt.datetime(2027, 2, 11, 14, 0, tzinfo=PARIS)
    live.coach.post(url, {"action": "cancel", "cancel-note": "Souffrante"})
    assert slots(live) == []


def test_a_coach_holds_one_talk_at_a_time(live: Live) -> None:
    offer(live)
    first, second = slots(live)
    url = live.coach_url("talks") + f"{first.public_id}/"

    response = live.coach.post(url, {"action": "move", "move-day": "2027-02-10", "move-time": "09:35"})

    assert response.status_code == 422
    assert "déjà un entretien" in text_of(response)
    assert slots(live)[1].starts_at == second.starts_at


def talk_url(live: Live, slot: Appointment) -> str:
    return live.coach_url("talks") + f"{slot.public_id}/"


def test_a_time_that_somebody_took_meanwhile_is_not_withdrawn_unread(live: Live) -> None:
    offer(live, until="09:20")
    (slot,) = slots(live)
    page = text_of(live.coach.get(talk_url(live, slot)))
    assert 'name="whose" value=""' in page
    choose(live.head, live, slot)

    refused = live.coach.post(talk_url(live, slot), {"action": "cancel", "whose": ""})

    assert refused.status_code == 422
    assert "a changé de mains" in text_of(refused)
    assert slots(live)[0].enrolment == live.cast.enrolment


def test_a_time_given_to_somebody_who_chose_another_meanwhile_moves_nobody(live: Live) -> None:
    offer(live)
    first, second = slots(live)
    choose(live.head, live, first)

    data = {"action": "give", "person": live.cast.enrolment.public_id}
    answer = live.coach.post(talk_url(live, second), data, follow=True)

    assert "vient de choisir un autre créneau" in text_of(answer)
    assert [slot.enrolment_id for slot in slots(live)] == [live.cast.enrolment.pk, None]


def test_a_talk_that_was_not_held_may_be_chosen_again(live: Live) -> None:
    offer(live)
    first, second = slots(live)
    choose(live.head, live, first)

    with time_machine.travel(NINE + dt.timedelta(minutes=25), tick=False):
        late = Live(live.cast)  # signed in again
        page = text_of(late.coach.get(talk_url(live, first)))
        data = {"action": "cancel", "whose": live.cast.enrolment.public_id}
        late.coach.post(talk_url(live, first), data)
        choose(late.head, live, second)

    assert "Il n’a pas eu lieu" in page
    (slot,) = slots(live)
    assert (slot.pk, slot.enrolment, slot.sequence) == (second.pk, live.cast.enrolment, 2)


def test_a_time_that_has_begun_or_of_another_cohort_is_not_taken(live: Live) -> None:
    offer(live, until="09:20")
    (slot,) = slots(live)
    with networks(live.cast.network.pk):
        _other, (there,) = launch_cohort(live.cast.coach, starter_version(), [live.cast.peer], name="Autre")
        with pytest.raises(CohortProblem, match="slot_gone"):
            take_slot(there, slot)
        with pytest.raises(CohortProblem, match="slot_gone"):
            take_slot(live.cast.enrolment, slot, now=NINE)


def test_a_talk_that_was_held_is_neither_changed_nor_given_up_by_its_person(live: Live) -> None:
    offer(live)
    first, second = slots(live)
    with networks(live.cast.network.pk):
        take_slot(live.cast.enrolment, first)
        with pytest.raises(CohortProblem, match="talk_held"):
            take_slot(live.cast.enrolment, second, now=NINE)
        with pytest.raises(CohortProblem, match="talk_held"):
            give_up_slot(live.cast.enrolment, first, now=NINE)


def test_a_head_of_another_network_reaches_no_talk(live: Live) -> None:
    offer(live)

    response = choose(signed_in(live.cast.outsider), live, slots(live)[0])

    assert response.status_code == 404


def second_coach(live: Live) -> Membership:
    with networks(live.cast.network.pk):
        found = make_member(live.cast.network, "second@example.com", "coach", name="Seconde Coach")
        add_coach(live.cast.cohort, found)
    return found


def end_of_mandate(live: Live, **choice: str) -> None:
    url = reverse("cohorts:team_end", args=[live.cast.network.slug, live.cast.coach.public_id])
    assert signed_in(live.cast.manager).post(url, choice).status_code == 302


def test_free_times_of_a_coach_who_leaves_are_offered_to_nobody(live: Live) -> None:
    offer(live)
    second_coach(live)

    end_of_mandate(live)

    assert slots(live) == []


def test_a_talk_of_a_coach_who_leaves_is_held_by_who_follows_the_cohort_on(live: Live) -> None:
    offer(live)
    first, _second = slots(live)
    choose(live.head, live, first)
    coach = second_coach(live)

    end_of_mandate(live)

    (held,) = slots(live)
    assert (held.pk, held.coach_id, held.sequence) == (first.pk, coach.pk, 0)


def test_a_talk_that_nobody_else_can_hold_is_cancelled_and_its_person_may_choose_again(live: Live) -> None:
    offer(live, until="09:20")
    (slot,) = slots(live)
    choose(live.head, live, slot)
    coach = second_coach(live)
    with networks(live.cast.network.pk):
        offer_slots(live.cast.cohort, coach, [NINE + dt.timedelta(minutes=10)])

    end_of_mandate(live)

    (other,) = slots(live)
    with networks(live.cast.network.pk):
        slot.refresh_from_db()
        assert Enrolment.objects.get(pk=live.cast.enrolment.pk).next_check_at == BEFORE
    assert (slot.cancelled_at, slot.sequence) == (BEFORE, 1)
    choose(live.head, live, other)
    assert slots(live)[0].enrolment == live.cast.enrolment


def test_talks_of_a_cohort_left_alone_wait_for_its_next_coach(live: Live) -> None:
    offer(live)
    first, _second = slots(live)
    choose(live.head, live, first)
    end_of_mandate(live)
    waiting = slots(live)

    coach = second_coach(live)

    assert [(row.pk, row.coach_id) for row in waiting] == [(first.pk, live.cast.coach.pk)]
    assert [(row.pk, row.coach_id) for row in slots(live)] == [(first.pk, coach.pk)]


def test_a_coach_taken_off_the_cohort_leaves_their_talks_to_the_other(live: Live) -> None:
    offer(live)
    first, _second = slots(live)
    choose(live.head, live, first)
    coach = second_coach(live)

    with networks(live.cast.network.pk):
        remove_coach(live.cast.cohort, live.cast.coach)

    assert [row.coach_id for row in slots(live)] == [coach.pk]


@pytest.mark.parametrize("heads", [1, 3])
def test_the_page_of_talks_costs_the_same_for_one_and_for_three(heads: int) -> None:
    live = Live(make_cast(heads))
    offer(live, until="12:00")
    for enrolment, slot in zip(live.cast.enrolments, slots(live), strict=False):
        with networks(live.cast.network.pk):
            take_slot(enrolment, slot)

    assert len(queries_in_scope(live.coach, live.coach_url("talks"))) == 5
