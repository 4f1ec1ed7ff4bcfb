"""Signatures: the code, one tap, the coach's word, the window to the second, corrections for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import User
from agencies.scope import networks
from coaching.cohorts.models import AttendanceCorrection, Cohort, Enrolment, SlotChoice
from coaching.cohorts.services import CohortProblem, confirm, enter_code, record_replay
from coaching.cohorts.services import sign as sign_as
from coaching.learning.recount import recount
from tests.cohorts.live import BEFORE, DURING, ENDS, STARTS, Live, text_of
from tests.factories import Cast, make_member

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(hours=24)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(cast: Cast, clock: time_machine.Traveller) -> Live:
    return Live(cast)


def together(live: Live) -> str:
    return reverse("learning:together", args=[live.cast.network.slug])


def enter(live: Live, code: str) -> HttpResponse:
    return live.head.post(together(live), {"code": code}, follow=True)


def sign(live: Live) -> HttpResponse:
    url = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])
    return live.head.post(url, {"sign": "1"}, follow=True)


def enrolment(live: Live) -> Enrolment:
    with networks(live.cast.network.pk):
        return Enrolment.objects.get(pk=live.cast.enrolment.pk)


def test_a_tap_on_the_wrong_person_is_taken_back_and_twice_is_once(live: Live) -> None:
    live.mark("present")
    assert "effacer ce qui est noté" in text_of(live.coach.get(live.coach_url()))

    for _twice in range(2):
        live.mark("nothing")

    assert live.attendance() is None
    assert "effacer ce qui est noté" not in text_of(live.coach.get(live.coach_url()))


def test_what_the_person_signed_or_a_correction_tells_is_not_erased(live: Live) -> None:
    live.mark("present")
    sign(live)
    assert "effacer ce qui est noté" not in text_of(live.coach.get(live.coach_url()))
    live.mark("nothing")
    assert live.attendance() is not None

    live.mark("excused")
    live.mark("nothing")

    found = live.attendance()
    assert found is not None
    assert found.state == "excused"


def test_nothing_is_erased_once_the_window_is_closed(live: Live, clock: time_machine.Traveller) -> None:
    live.mark("present")
    clock.move_to(ENDS + DAY + SECOND)

    live.mark("nothing")

    assert live.attendance() is not None


def test_the_sheet_of_a_past_session_names_who_signed_and_no_later_coach(
    live: Live, clock: time_machine.Traveller
) -> None:
    live.mark("present")
    with networks(live.cast.network.pk):
        later = make_member(live.cast.network, "later@example.com", "coach", name="Coach Tardif")
        live.cast.cohort.coaches.create(membership=later)
        signer = live.cast.coach.shown_name
    sheet = live.coach_url("attendance_sheet")
    assert "Coach Tardif" in text_of(live.coach.get(sheet))

    clock.move_to(ENDS + SECOND)

    shown = text_of(live.coach.get(sheet))
    assert signer in shown
    assert "Coach Tardif" not in shown


def test_the_code_the_coach_shows_signs_the_session_with_spaces_or_without(live: Live) -> None:
    shown = live.code()
    page = text_of(live.coach.get(live.coach_url()))

    enter(live, f"{shown[:3]} {shown[3:]}")

    row = live.attendance()
    assert f"{shown[:3]} {shown[3:]}" in page
    assert row is not None
    assert (row.state, row.how, row.signed_at, row.confirmed_at) == ("present", "code", DURING, None)


@pytest.mark.parametrize(
    ("at", "is_signed"),
    [
        (STARTS - DAY - SECOND, False),
        (STARTS - DAY, True),
        (ENDS + DAY, True),
        (ENDS + DAY + SECOND, False),
    ],
)
def test_the_code_signs_from_a_day_before_to_a_day_after_to_the_second(
    live: Live, clock: time_machine.Traveller, at: dt.datetime, is_signed: bool
) -> None:
    clock.move_to(at)
    fresh = Live(live.cast)

    response = enter(fresh, fresh.code())

    assert (fresh.attendance() is not None) == is_signed
    assert response.status_code == (200 if is_signed else 422)


def test_the_code_of_another_session_or_of_a_cancelled_one_signs_nothing(live: Live) -> None:
    assert enter(live, live.code(live.session("s2"))).status_code == 422
    with time_machine.travel(BEFORE, tick=False):
        Live(live.cast).cancel()

    response = enter(live, live.code())

    assert "aucune séance ouverte" in text_of(response)
    assert live.attendance() is None


def test_after_five_wrong_codes_even_the_right_one_waits_a_quarter_of_an_hour(
    live: Live, clock: time_machine.Traveller
) -> None:
    for _try in range(5):
        enter(live, "000000")

    response = enter(live, live.code())

    assert "Réessayez dans un quart d’heure" in text_of(response)
    assert live.attendance() is None
    clock.shift(dt.timedelta(minutes=15, seconds=1))
    enter(live, live.code())
    assert live.attendance() is not None
    cache.clear()


def test_signing_twice_keeps_the_first_hour(live: Live, clock: time_machine.Traveller) -> None:
    enter(live, live.code())
    clock.shift(60)

    enter(live, live.code())

    row = live.attendance()
    assert row is not None
    assert row.signed_at == DURING


def test_a_tap_signs_only_after_the_coach_has_marked_the_person_present(live: Live) -> None:
    assert "Entrez le code" in text_of(sign(live))
    live.mark("present")

    sign(live)

    row = live.attendance()
    assert row is not None
    assert (row.how, row.signed_at, row.confirmed_at) == ("coach", DURING, DURING)


def test_the_coach_signs_once_for_everybody_present(live: Live) -> None:
    enter(live, live.code())
    live.mark("excused", person=live.cast.enrolments[1])

    for _twice in range(2):
        live.coach.post(live.attendance_url(), {"confirm": "1"})

    row, excused = live.attendance(), live.attendance(1)
    assert row is not None
    assert excused is not None
    assert (row.confirmed_at, row.confirmed_by_id) == (DURING, live.cast.coach.pk)
    assert excused.confirmed_at is None


def test_a_signature_is_an_activity_and_a_recount_finds_no_difference(live: Live) -> None:
    enter(live, live.code())

    found = enrolment(live)
    assert found.last_activity_at == DURING
    assert found.active_weeks == [dt.date(2027, 1, 11)]
    with networks(live.cast.network.pk):
        assert recount() == []


def test_who_has_signed_in_one_slot_is_not_offered_the_other_and_is_refused_there(live: Live) -> None:
    with time_machine.travel(BEFORE, tick=False):
        live = Live(live.cast)
        second = live.second_slot()
    live = Live(live.cast)
    page = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])
    assert f'value="{second.public_id}"' in live.head.get(page).content.decode()
    enter(live, live.code())

    shown = live.head.get(page).content.decode()
    refused = text_of(live.head.post(page, {"slot": second.public_id}, follow=True))

    assert f'value="{second.public_id}"' not in shown
    assert "Votre créneau est choisi" not in refused
    with networks(live.cast.network.pk):
        assert not SlotChoice.objects.exists()


def test_being_marked_by_the_coach_is_no_activity_of_the_person(live: Live) -> None:
    live.mark("present")

    assert enrolment(live).last_activity_at is None


def test_within_the_window_a_change_needs_no_reason_and_leaves_its_trace(live: Live) -> None:
    enter(live, live.code())

    live.mark("excused")

    row = live.attendance()
    assert row is not None
    change = row.corrections.all()[0]
    assert (row.state, row.signed_at) == ("excused", None)
    assert (change.from_state, change.to_state, change.signed_at) == ("present", "excused", DURING)
    assert change.by_id == live.cast.coach.pk


def test_marking_the_same_twice_leaves_no_trace(live: Live) -> None:
    live.mark("present")
    live.mark("present")

    row = live.attendance()
    assert row is not None
    assert len(row.corrections.all()) == 0


@pytest.mark.parametrize(("late", "is_refused"), [(dt.timedelta(0), False), (SECOND, True)])
def test_a_second_after_the_window_a_change_needs_a_reason(
    live: Live, clock: time_machine.Traveller, late: dt.timedelta, is_refused: bool
) -> None:
    clock.move_to(ENDS + DAY + late)
    fresh = Live(live.cast)

    response = fresh.mark("present")

    assert ("dites en quelques mots" in text_of(response)) == is_refused
    assert (fresh.attendance() is None) == is_refused


def test_a_late_correction_keeps_who_when_and_why(live: Live, clock: time_machine.Traveller) -> None:
    clock.move_to(ENDS + DAY + dt.timedelta(days=2))
    fresh = Live(live.cast)

    fresh.mark("present", "Elle était là, sans réseau.")

    row = fresh.attendance()
    assert row is not None
    change = row.corrections.all()[0]
    assert (change.from_state, change.to_state) == ("", "present")
    assert change.reason == "Elle était là, sans réseau."
    page = text_of(fresh.coach.get(fresh.coach_url()))
    assert "« Elle était là, sans réseau. »" in page


def test_the_database_refuses_to_change_a_correction(live: Live) -> None:
    live.mark("present")
    live.mark("excused")

    with (
        networks(live.cast.network.pk),
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
    ):
        AttendanceCorrection.objects.update(reason="autre chose")


def test_nobody_is_marked_before_the_window_nor_at_a_cancelled_session(
    live: Live, clock: time_machine.Traveller
) -> None:
    clock.move_to(STARTS - DAY - SECOND)
    fresh = Live(live.cast)

    assert "vingt-quatre heures avant" in text_of(fresh.mark("present"))
    fresh.cancel()
    assert "Cette séance est annulée" in text_of(fresh.mark("present"))
    assert fresh.attendance() is None


def test_an_hour_in_english_ends_its_sentence_with_one_full_stop(live: Live) -> None:
    enter(live, live.code())
    User.objects.filter(pk=live.cast.head.user_id).update(language="en")
    url = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])

    page = text_of(live.head.get(url))

    assert "Signed on" in page
    assert "m.." not in page


def test_what_the_coach_noted_can_be_contested_from_where_it_is_read(live: Live) -> None:
    live.mark("excused")
    url = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])

    page = live.head.get(url).content.decode()

    note = page[page.index('id="noted"') :].partition("</section>")[0]
    assert reverse("learning:help", args=[live.cast.network.slug]) in note


def test_a_head_sees_no_other_persons_attendance(live: Live) -> None:
    live.mark("excused", person=live.cast.enrolments[1])
    url = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])

    page = text_of(live.head.get(url))

    assert "Excuse" not in page
    assert "Tête 002" not in page


def test_who_has_left_is_said_to_have_left_and_not_that_the_cohort_is_over(live: Live) -> None:
    live.mark("present")
    with networks(live.cast.network.pk):
        Enrolment.objects.filter(pk=live.cast.enrolment.pk).update(status="replaced")

    page = text_of(live.mark("excused"))

    assert "Cette inscription est terminée" in page
    assert "Cette promotion est terminée" not in page


LATE = ENDS + DAY + SECOND


def test_the_coach_signs_for_nobody_once_the_window_is_closed(live: Live, clock: Any) -> None:
    enter(live, live.code())
    clock.move_to(LATE)

    with networks(live.cast.network.pk), pytest.raises(CohortProblem, match="window_closed"):
        confirm(live.session(), live.cast.coach)


def test_nobody_signs_by_one_tap_once_the_window_is_closed(live: Live, clock: Any) -> None:
    live.mark("present")
    clock.move_to(LATE)

    with networks(live.cast.network.pk), pytest.raises(CohortProblem, match="window_closed"):
        sign_as(live.cast.enrolment, live.session())


def test_who_is_marked_excused_signs_neither_by_a_tap_nor_by_the_code(live: Live) -> None:
    live.mark("excused")

    with networks(live.cast.network.pk):
        with pytest.raises(CohortProblem, match="not_marked"):
            sign_as(live.cast.enrolment, live.session())
        with pytest.raises(CohortProblem, match="marked_otherwise"):
            enter_code(live.cast.enrolment, live.code())


def test_the_replay_counts_only_once_the_session_is_over(live: Live) -> None:
    with networks(live.cast.network.pk), pytest.raises(CohortProblem, match="not_over"):
        record_replay(live.cast.enrolment, live.session())


def test_nothing_is_marked_in_a_cohort_that_has_ended(live: Live) -> None:
    with networks(live.cast.network.pk):
        Cohort.objects.filter(pk=live.cast.cohort.pk).update(status="ended")

    page = text_of(live.mark("present"))

    assert "Cette promotion est terminée" in page
    assert live.attendance() is None
