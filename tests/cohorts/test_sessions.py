"""The coach's agenda: sessions moved, doubled, added and cancelled, and who comes to which slot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.cohorts.own_sessions import load_own_sessions
from coaching.cohorts.services import CohortProblem, cancel_session, choose_slot
from tests.cohorts.live import BEFORE, DURING, Live, text_of
from tests.factories import PARIS, Cast, make_cast
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def live(cast: Cast) -> Live:
    return Live(cast)


def own(live: Live, person: int = 0) -> tuple[Any, int]:
    """The slot of a person's first session, and the sequence of their event."""
    with networks(live.cast.network.pk):
        found = load_own_sessions(live.cast.enrolments[person])[0]
    return found.session, found.sequence


def test_the_agenda_lists_every_session_with_its_people(live: Live) -> None:
    page = text_of(live.coach.get(live.coach_url("sessions")))

    assert "On ne savait pas qu’on pouvait" in page
    assert page.count("2 personnes inscrites") == 4


def test_a_session_moves_on_the_clock_of_the_cohort_and_its_sequence_rises(live: Live) -> None:
    response = live.edit(day="2027-03-30", time="09:30")  # two days after the clocks went forward

    moved = live.session()
    assert response.status_code == 302
    assert moved.starts_at == dt.datetime(2027, 3, 30, 7, 30, tzinfo=dt.UTC)
    assert moved.sequence == 1


def test_saving_a_session_unchanged_raises_nothing(live: Live) -> None:
    live.edit()

    assert live.session().sequence == 0


def test_a_form_drawn_before_another_change_undoes_nothing_unread(live: Live) -> None:
    page = text_of(live.coach.get(live.coach_url("session_edit")))
    assert 'name="seen" value="0"' in page
    live.edit(time="10:00")

    refused = live.edit(title_fr="Un autre titre", time="08:45", seen="0")
    twice = live.edit(seen="0")

    assert refused.status_code == 422
    assert "a changé dans une autre fenêtre" in text_of(refused)
    assert "Un autre titre" in text_of(refused)
    assert twice.status_code == 302  # the same form once more is no other change
    assert live.session().starts_at == dt.datetime(2027, 1, 14, 9, 0, tzinfo=dt.UTC)


def test_a_moved_session_wakes_the_reminders_of_everybody(live: Live) -> None:
    with networks(live.cast.network.pk):
        Enrolment.objects.update(next_check_at=None)

    live.edit(time="10:00")

    with networks(live.cast.network.pk):
        assert {row.next_check_at for row in Enrolment.objects.all()} == {BEFORE}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2027-01-10"}, "Choisissez un moment à venir."),
        ({"time": "06:00"}, "Choisissez une heure entre 7 h et 20 h."),
        ({"minutes": "5"}, "supérieure ou égale à 10"),
        ({"join_url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_a_date_or_a_link_that_does_not_hold_is_refused(
    live: Live, changes: dict[str, str], sentence: str
) -> None:
    response = live.edit(**changes)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert live.session().sequence == 0


def test_a_session_that_has_begun_does_not_move(live: Live) -> None:
    with time_machine.travel(DURING, tick=False):
        response = live.edit(time="10:00")

    assert response.status_code == 422
    assert live.session().sequence == 0


def test_everybody_stays_in_the_first_slot_until_they_choose(live: Live) -> None:
    second = live.second_slot()

    assert own(live) == (live.session(), 0)
    with networks(live.cast.network.pk):
        assert choose_slot(live.cast.enrolment, second)
        assert not choose_slot(live.cast.enrolment, second)
    assert own(live) == (second, 1)
    assert own(live, 1) == (live.session(), 0)


def test_the_sequence_of_a_persons_event_never_falls(live: Live) -> None:
    second, seen = live.second_slot(), [own(live)[1]]
    live.edit(time="09:00")
    seen.append(own(live)[1])
    for slot in (second, live.session(), second):
        with networks(live.cast.network.pk):
            choose_slot(live.cast.enrolment, slot)
        seen.append(own(live)[1])
    live.edit(session=live.session(slot=2), time="14:00")
    seen.append(own(live)[1])
    live.cancel(session=live.session(slot=2))
    seen.append(own(live)[1])

    assert seen == sorted(set(seen))
    assert own(live)[0] == live.session()


def test_cancelling_one_slot_moves_its_people_into_the_other(live: Live) -> None:
    second = live.second_slot()

    live.cancel()

    assert [own(live, person)[0] for person in (0, 1)] == [second, second]
    assert own(live)[1] > 0


def test_nobody_is_moved_into_a_slot_that_has_begun(live: Live) -> None:
    live.second_slot(day="2027-01-15", time="09:00")
    with networks(live.cast.network.pk):
        choose_slot(live.cast.enrolment, live.session(slot=2))
        cancel_session(live.session(slot=2), now=DURING)

    assert own(live)[0] == live.session(slot=2)


def test_a_cancelled_slot_can_be_opened_again_and_moves_nobody(live: Live) -> None:
    second = live.second_slot()
    live.cancel()

    data = {"action": "slot", "slot-day": "2027-01-15", "slot-time": "09:00"}
    live.coach.post(live.coach_url("session_edit", second), data)

    with networks(live.cast.network.pk):
        places = [load_own_sessions(row)[0] for row in live.cast.enrolments]
        assert [place.session.pk for place in places] == [second.pk, second.pk]
        assert len(places[0].others) == 1


def test_a_third_slot_is_refused(live: Live) -> None:
    live.second_slot()

    data = {"action": "slot", "slot-day": "2027-01-15", "slot-time": "09:00"}
    response = live.coach.post(live.coach_url("session_edit"), data)

    assert response.status_code == 422
    assert "déjà ses deux créneaux" in text_of(response)


def test_a_cancelled_session_keeps_the_sentence_to_the_people_and_cancels_once(live: Live) -> None:
    live.cancel("La salle a pris l’eau.")
    live.cancel("Encore")

    found = live.session()
    assert (found.cancel_note, found.sequence) == ("La salle a pris l’eau.", 1)
    assert found.cancelled_at == BEFORE
    assert "La salle a pris l’eau." in text_of(live.coach.get(live.coach_url()))


def test_an_added_session_submitted_twice_is_one(live: Live) -> None:
    data = {"day": "2027-02-05", "time": "12:00", "minutes": "45", "title_fr": "Un café de plus"}
    for _twice in range(2):
        response = live.coach.post(live.coach_url("sessions"), data)
        assert response.status_code == 302

    added = live.session("extra-1")
    assert (added.title_en, added.week_number, added.minutes) == ("Un café de plus", 4, 45)
    with pytest.raises(type(added).DoesNotExist):
        live.session("extra-2")


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (9, False)])
def test_a_session_too_near_for_its_invitations_is_told_to_be_said_aloud(
    live: Live, days: int, is_told: bool
) -> None:
    day = (BEFORE + dt.timedelta(days=days)).date().isoformat()

    answer = live.coach.post(
        live.coach_url("sessions"), {"day": day, "time": "12:00", "minutes": "45", "title_fr": "Un café"}
    )

    shown = text_of(live.coach.get(answer["Location"]))
    assert "Séance ajoutée." in shown
    assert ("dites-le aussi de vive voix" in shown) is is_told


def test_nobody_changes_slot_once_it_is_over(live: Live) -> None:
    second = live.second_slot(day="2027-01-15")

    with (
        time_machine.travel(DURING + dt.timedelta(hours=2), tick=False),
        networks(live.cast.network.pk),
        pytest.raises(CohortProblem, match="already_recorded"),
    ):
        choose_slot(live.cast.enrolment, second)


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize(("name", "count"), [("sessions", 5), ("session", 9), ("attendance_sheet", 10)])
def test_a_page_costs_the_same_for_one_and_for_three(heads: int, name: str, count: int) -> None:
    live = Live(make_cast(heads, launched_at=dt.datetime(2027, 1, 4, 9, 0, tzinfo=PARIS)))
    with time_machine.travel(DURING, tick=False):
        for enrolment in live.cast.enrolments:
            live.mark("excused", person=enrolment)
            live.mark("present", person=enrolment)

        assert len(queries_in_scope(live.coach, live.coach_url(name))) == count
