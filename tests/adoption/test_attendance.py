"""Attendance in the coach's eyes: the rate, R4 and what clears it, the one-to-ones of the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from agencies.scope import networks
from coaching.adoption.attendance import attendance_rate, missed_in_a_row
from coaching.cohorts.attending import AttendanceFacts, Held, attendance_facts
from coaching.cohorts.models import Attendance, EnrolmentPause, LiveSession
from coaching.cohorts.services import offer_slots, take_slot
from tests.adoption.people import signed_in, take_weeks
from tests.adoption.reviewing import second_coach
from tests.factories import PARIS, Cast

AFTER_S2 = dt.datetime(2027, 2, 1, 9, 0, tzinfo=PARIS)  # a Monday; S1 and S2 were held
START = dt.datetime(2027, 1, 14, 8, 45, tzinfo=PARIS)
WEEK = dt.timedelta(weeks=1)


def held(*states: str) -> AttendanceFacts:
    sessions = [
        Held(f"s{n}", START + n * WEEK, START + n * WEEK + dt.timedelta(hours=25)) for n in range(len(states))
    ]
    known = {f"s{n}": state for n, state in enumerate(states) if state}
    return attendance_facts(sessions, known, START - WEEK, START + 99 * WEEK)


@pytest.mark.parametrize(
    ("states", "rate", "missed"),
    [
        ((), None, 0),
        (("present",), 1.0, 0),
        (("present", "replay"), 1.0, 0),
        (("present", ""), 0.5, 1),
        (("present", "", "absent"), 1 / 3, 2),
        (("", "", "replay"), 1 / 3, 0),
        (("", "excused", ""), 0.0, 2),
        (("present", "excused"), 0.5, 0),
    ],
)
def test_the_rate_and_the_row_of_missed_sessions(
    states: tuple[str, ...], rate: float | None, missed: int
) -> None:
    facts = held(*states)

    assert attendance_rate(facts).value == rate
    assert missed_in_a_row(facts)[0] == missed


@given(st.lists(st.sampled_from(["present", "replay", "excused", "absent", ""])))
def test_the_rate_is_a_ratio_and_what_is_missed_was_never_attended(states: list[str]) -> None:
    facts = held(*states)

    rate, (missed, since) = attendance_rate(facts).value, missed_in_a_row(facts)

    assert rate is None or 0 <= rate <= 1
    assert 0 <= missed <= len(states)
    assert (since is None) == (missed == 0)


def test_what_is_still_open_to_sign_and_what_came_before_a_late_joiner_count_for_nothing() -> None:
    session = Held("s1", START, START + dt.timedelta(hours=25))

    still_open = attendance_facts([session], {}, START - WEEK, session.closes_at)
    before = attendance_facts([session], {}, START + dt.timedelta(seconds=1), START + WEEK)

    assert still_open.held == before.held == ()


@pytest.fixture
def after() -> Any:
    with time_machine.travel(AFTER_S2, tick=False):
        yield


def note(cast: Cast, person: int, key: str, state: str) -> None:
    with networks(cast.network.pk):
        session = LiveSession.objects.get(cohort=cast.cohort, key=key)
        Attendance.objects.create(
            enrolment=cast.enrolments[person],
            session=session,
            key=key,
            state=state,
            how="replay" if state == "replay" else "coach",
            signed_at=session.ends_at if state == "replay" else None,
            recorded_at=session.ends_at,
        )


def home(cast: Cast) -> str:
    return signed_in(cast.coach).get("/coach/").content.decode().replace("\u00a0", " ")


@pytest.mark.django_db
def test_two_sessions_missed_bring_a_person_to_the_coach_and_a_replay_takes_them_off(
    cast: Cast, after: None
) -> None:
    for person in (1, 2):
        take_weeks(cast, person, weeks=3, last_at=AFTER_S2 - dt.timedelta(days=1))
    assert "séances manquées" not in home(cast)  # nobody was noted: nobody was missed
    for key in ("s1", "s2"):
        note(cast, 1, key, "present")

    page = home(cast)
    assert "2 séances manquées" in page
    assert page.count("séances manquées") == 1
    note(cast, 0, "s2", "replay")
    assert "séances manquées" not in home(cast)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["", "absent"])
def test_sessions_held_during_a_pause_are_not_missed(cast: Cast, after: None, state: str) -> None:
    for person in (1, 2):
        take_weeks(cast, person, weeks=3, last_at=AFTER_S2 - dt.timedelta(days=1))
    for key in ("s1", "s2"):
        note(cast, 1, key, "present")
        if state:
            note(cast, 0, key, state)
    with networks(cast.network.pk):
        first, second = LiveSession.objects.filter(cohort=cast.cohort, key__in=("s1", "s2")).order_by(
            "starts_at"
        )
        days = [session.starts_at.astimezone(PARIS).date() for session in (first, second)]
        EnrolmentPause.objects.create(enrolment=cast.enrolment, starts_on=days[0], ends_on=days[1])

    assert "séances manquées" not in home(cast)


@pytest.mark.django_db
def test_the_persons_page_says_how_many_sessions_they_followed(cast: Cast, after: None) -> None:
    note(cast, 0, "s1", "present")
    note(cast, 1, "s2", "present")
    url = f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"

    page = signed_in(cast.coach).get(url).content.decode()

    assert "Séances suivies" in page
    assert "1 sur 2" in page


@pytest.mark.django_db
def test_the_days_talks_stand_on_the_coachs_home(cast: Cast, after: None) -> None:
    with networks(cast.network.pk):
        offer_slots(cast.cohort, cast.coach, [AFTER_S2 + dt.timedelta(hours=n) for n in (1, 2)])
        take_slot(cast.enrolment, cast.cohort.appointments.all()[0])

    page = home(cast)

    assert page.count("Entretien avec Tête 001") == 1


@pytest.mark.django_db
def test_talks_stand_on_the_home_of_the_coach_who_holds_them(cast: Cast, after: None) -> None:
    other = second_coach(cast)
    with networks(cast.network.pk):
        offer_slots(cast.cohort, other, [AFTER_S2 + dt.timedelta(hours=1)])
        take_slot(cast.enrolment, cast.cohort.appointments.all()[0])

    theirs = signed_in(other).get("/coach/").content.decode()

    assert "Entretien avec" in theirs
    assert "Entretien avec" not in home(cast)
