"""A running cohort changed by its coach: preview, report person by person, and undone exactly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup

from agencies.scope import networks
from coaching.cohorts.models import Cohort, CohortChange, Enrolment, EnrolmentPause
from coaching.cohorts.services import pause, resume
from coaching.learning.recount import recount
from coaching.programmes.runtime import outline_of
from coaching.reminders.models import Reminder
from coaching.reminders.services import plan_network
from tests.adoption.changing import WEEK_3, Desk, _frozen, cast, desk, words
from tests.adoption.people import signed_in, take_weeks
from tests.factories import PARIS, Cast, make_cast
from tests.queries import queries_in_scope

__all__ = ["_frozen", "cast", "desk"]

pytestmark = pytest.mark.django_db

READING = "communiquer-c-est-relier/affiche-comptoir-mot"


def dates(state: dict[str, Any], number: int) -> list[str]:
    """« 02-09 »: the days a week opens and is due."""
    found = (dt.datetime.fromisoformat(at).astimezone(PARIS) for at in state["weeks"][str(number)])
    return [at.strftime("%m-%d") for at in found]


# — the whole cohort ————————————————————————————————————————————————————————————


def test_break_for_everybody_moves_what_is_to_come_and_nothing_that_is_past(desk: Desk) -> None:
    before = desk.state()

    preview = words(desk.preview("close-days", starts_on="2027-02-08", ends_on="2027-02-14", label="Ski"))
    same = desk.state()
    report = desk.change("close-days", starts_on="2027-02-08", ends_on="2027-02-14", label="Ski")

    after = desk.state()
    assert same == before
    assert "Semaines 0, 1, 2 : leur date est passée, elles ne bougent pas" in preview
    assert "Pause pour tout le monde, du lundi 8 février au dimanche 14 février" in report
    assert [after["weeks"][n] == before["weeks"][n] for n in "0123"] == [True] * 4
    assert dates(after, 4) == ["02-02", "02-15"]  # opens before the break, due in it
    assert dates(after, 5) == ["02-16", "02-22"]
    assert after["blackouts"] == [["2027-02-08", "2027-02-14", "Ski"]]


def test_sessions_still_to_come_follow_and_calendars_hear_of_it(cast: Cast, desk: Desk) -> None:
    with networks(cast.network.pk):
        before = {row.key: row.starts_at for row in cast.cohort.sessions.all()}

    desk.change("shift", weeks="2")

    with networks(cast.network.pk):
        rows = {row.key: row for row in cast.cohort.sessions.all()}
    moved = {key for key, row in rows.items() if row.starts_at != before[key]}
    assert moved == {key for key, at in before.items() if at > WEEK_3}
    assert moved == {key for key, row in rows.items() if row.sequence == 1}


def test_rest_moved_later_is_undone_exactly(desk: Desk) -> None:
    before = desk.state()
    desk.change("shift", weeks="2")
    moved = desk.state()

    undone = desk.undo()

    assert dates(moved, 3) == ["01-26", "02-15"]  # open already: only its date moves
    assert dates(moved, 8) == ["03-16", "03-22"]
    assert "tout est comme avant ce changement" in undone
    assert desk.state() == before


def test_more_time_for_everybody_ends_on_a_working_day_and_moves_no_opening(desk: Desk) -> None:
    before = desk.state()

    desk.change("extend", days="5")

    after = desk.state()
    assert dates(after, 3) == ["01-26", "02-08"]  # five days after Monday 1 February is a Saturday
    assert [before["weeks"][n][0] for n in before["weeks"]] == [after["weeks"][n][0] for n in after["weeks"]]
    assert after["sessions"] == before["sessions"]


def test_person_with_dates_of_their_own_moves_too(cast: Cast, desk: Desk) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(shift_days=14)

    report = desk.change("shift", weeks="1")

    assert "Semaine 1 : le lundi 8 février, au lieu du lundi 1er février" in report
    assert desk.state()["people"][cast.enrolment.public_id]["own_days"] == {"1": 21, "2": 21}


def test_agreement_to_a_preview_that_holds_no_more_changes_nothing(desk: Desk) -> None:
    shown = desk.preview("shift", weeks="1")
    desk.change("extend", days="7")
    before = desk.state()

    answer = words(desk.agree(shown))

    assert "Quelque chose a changé entre-temps" in answer
    assert desk.state() == before


def test_agreeing_twice_changes_once(cast: Cast, desk: Desk) -> None:
    shown = desk.preview("shift", weeks="1")
    desk.agree(shown)
    once = desk.state()

    desk.agree(shown)

    assert desk.state() == once
    with networks(cast.network.pk):
        assert CohortChange.objects.count() == 1


def test_later_change_of_the_same_dates_is_undone_first(cast: Cast, desk: Desk) -> None:
    desk.change("shift", weeks="1")
    with networks(cast.network.pk):
        first = CohortChange.objects.get()
    desk.change("extend", days="7")
    before = desk.state()

    refused = words(desk.client.post(desk.url("adoption:change_undo", first.public_id), follow=True))

    assert "Un changement plus récent touche les mêmes dates : annulez-le d’abord." in refused
    assert desk.state() == before


def test_change_whose_original_date_is_past_stays(desk: Desk) -> None:
    desk.change("extend", days="7")

    with time_machine.travel(dt.datetime(2027, 2, 3, 9, 0, tzinfo=PARIS), tick=False):
        refused = desk.undo()

    assert "Une des dates d’origine est déjà passée" in refused


LONG_AFTER = dt.datetime(
    2027, 3, 20, 9, 0, tzinfo=PARIS
)  # every date is past, and nobody has ended the cohort


def test_change_whose_dates_are_all_past_stays_as_people_lived_it(cast: Cast, desk: Desk) -> None:
    desk.change("extend-people", people=[cast.enrolment.public_id], days="7")
    desk.change("extend", days="7")
    before = desk.state()

    with time_machine.travel(LONG_AFTER, tick=False):
        later = Desk(cast)  # signed in again
        refused = later.undo()
        with networks(cast.network.pk):
            CohortChange.objects.latest("pk").delete()
        again = later.undo()

    assert "Une des dates d’origine est déjà passée" in refused
    assert "Une des dates d’origine est déjà passée" in again
    assert desk.state() == before


@pytest.mark.parametrize("status", ["ended", "archived"])
def test_change_of_a_cohort_that_is_over_is_not_undone(cast: Cast, desk: Desk, status: str) -> None:
    desk.change("extend-people", people=[cast.enrolment.public_id], days="7")
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status=status)
    before = desk.state()

    refused = desk.undo()

    assert "n’est pas en cours" in refused
    assert desk.state() == before


def test_archived_cohort_leaves_home_waits_for_no_message_and_comes_back(cast: Cast, desk: Desk) -> None:
    before = desk.state()
    desk.change("archive")
    plan_network(cast.network.pk, WEEK_3)
    with networks(cast.network.pk):
        alarms = set(Enrolment.objects.values_list("next_check_at", flat=True))
        assert not Reminder.objects.exists()
    home = words(desk.client.get("/coach/"))
    learner = signed_in(cast.head).post("/n/rivages/learn/pause/", {"weeks": "1"}, follow=True)

    desk.change("bring-back")

    assert alarms == {None}
    assert "Hiver 2027" not in home
    assert learner.status_code == 200
    with networks(cast.network.pk):
        assert not EnrolmentPause.objects.exists()
        assert set(Enrolment.objects.values_list("next_check_at", flat=True)) == {WEEK_3}
        assert Cohort.objects.get(pk=cast.cohort.pk).end_check_at is not None
    assert desk.state() == before


def test_cohort_that_came_back_is_archived_again(cast: Cast, desk: Desk) -> None:
    desk.change("archive")
    desk.change("bring-back")

    desk.change("archive")

    assert desk.state()["status"] == "archived"
    with networks(cast.network.pk):
        assert CohortChange.objects.count() == 3


def test_cohort_archived_offers_nothing_but_to_bring_it_back(desk: Desk) -> None:
    desk.change("archive")

    page = words(desk.client.get(desk.url("adoption:changes")))
    refused = desk.client.get(desk.url("adoption:change", "shift"), follow=True)

    assert "Sortir de l’archive" in page
    assert "Décaler la suite" not in page
    assert "n’est pas en cours" in words(refused)


# — some people —————————————————————————————————————————————————————————————————


def test_break_for_some_tells_who_is_refused_and_why(cast: Cast, desk: Desk) -> None:
    one, two, three = (row.public_id for row in cast.enrolments)
    take_weeks(cast, 1, weeks=1)
    with networks(cast.network.pk):
        pause(cast.enrolments[1], 1)

    report = desk.change("pause-people", people=[one, two], weeks="2")

    state = desk.state()["people"]
    assert "Fait pour 1 personne." in report
    assert "Tête 002 Agence 002 · Déjà en pause" in report
    assert state[one]["pauses"] == [["2027-01-27", "2027-02-09", ""]]
    assert state[one]["status"] == "paused"
    assert state[three]["pauses"] == []


def test_break_given_is_undone_unless_the_person_came_back(cast: Cast, desk: Desk) -> None:
    one = cast.enrolment
    take_weeks(cast, 1, weeks=1)
    before = desk.state()
    desk.change("pause-people", people=[one.public_id], weeks="2")
    desk.undo()
    undone = desk.state()
    desk.change("pause-people", people=[one.public_id], weeks="2")
    with networks(cast.network.pk):
        resume(one)

    refused = desk.undo()

    assert undone == before
    assert "quelqu’un a changé quelque chose" in refused


def test_person_who_came_back_the_same_day_is_given_a_break_again(cast: Cast, desk: Desk) -> None:
    one = cast.enrolment
    take_weeks(cast, 1, weeks=1)
    desk.change("pause-people", people=[one.public_id], weeks="2")
    with networks(cast.network.pk):
        resume(one)

    desk.change("pause-people", people=[one.public_id], weeks="2")

    assert desk.state()["people"][one.public_id]["status"] == "paused"


def test_more_time_for_one_moves_only_their_dates_still_to_come(cast: Cast, desk: Desk) -> None:
    before = desk.state()

    report = desk.change("extend-people", people=[cast.enrolment.public_id], days="7")

    after = desk.state()
    assert "Semaine 3 : le lundi 8 février, au lieu du lundi 1er février" in report
    assert "Semaine 2 :" not in report
    assert after["weeks"] == before["weeks"]
    assert after["people"][cast.enrolment.public_id]["own_days"] == {str(n): 7 for n in range(3, 9)}
    desk.undo()
    assert desk.state() == before


def test_exemption_counts_as_done_is_labelled_and_stays_possible(cast: Cast, desk: Desk) -> None:
    module = READING.split("/")[0]
    head = signed_in(cast.head)
    page = f"/n/rivages/learn/{module}/"

    desk.change("exempt", people=[cast.enrolment.public_id], what=module, reason="déjà formée")

    row = desk.enrolment()
    shown = words(head.get(page))
    coachs = words(desk.client.get(desk.url("adoption:participant", row.public_id)))
    assert row.done_minutes > 0
    assert row.last_activity_at is None
    assert "Dispensé·e par votre coach" in shown
    assert "déjà formée" not in shown
    assert "déjà formée" in coachs
    assert head.get(f"/n/rivages/learn/{READING}/").status_code == 200
    with networks(cast.network.pk):
        assert recount() == []


def test_exempted_step_taken_all_the_same_counts_once_and_stays_after_the_undoing(
    cast: Cast, desk: Desk
) -> None:
    head = signed_in(cast.head)
    desk.change("exempt", people=[cast.enrolment.public_id], what=READING)
    minutes = desk.enrolment().done_minutes

    head.post(f"/n/rivages/learn/{READING}/", {})
    taken = desk.enrolment()
    desk.undo()

    assert taken.done_minutes == minutes
    assert taken.last_activity_at is not None
    assert desk.enrolment().done_minutes == minutes
    with networks(cast.network.pk):
        assert recount() == []


def test_exemption_taken_back_leaves_no_trace_in_progress(cast: Cast, desk: Desk) -> None:
    before = desk.state()
    desk.change("exempt", people=[cast.enrolment.public_id], what=READING)

    desk.undo()

    assert desk.state() == before
    assert desk.enrolment().done_minutes == 0


def test_exempted_from_all_that_was_left_has_finished_and_has_not_when_undone(cast: Cast, desk: Desk) -> None:
    take_weeks(cast, 1, weeks=8)
    before = desk.state()
    outline = outline_of(cast.cohort.programme_version)
    practices = [module.key for module in outline.modules if module.kind == "practice"]
    last = [*practices, *(module.key for module in outline.modules_of_week(8))]

    for key in last:
        desk.change("exempt", people=[cast.enrolment.public_id], what=key)
    finished = desk.enrolment()
    for _key in last:
        desk.undo()

    assert finished.status == "completed"
    assert desk.state() == before


def test_reason_of_an_exemption_is_no_part_of_the_trace(cast: Cast, desk: Desk) -> None:
    desk.change("exempt", people=[cast.enrolment.public_id], what=READING, reason="congé de santé")

    with networks(cast.network.pk):
        change = CohortChange.objects.get()

    assert "santé" not in f"{change.before}{change.after}{change.report}"


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("close-days", {"starts_on": "2027-02-14", "ends_on": "2027-02-08"}, "vient avant le premier"),
        ("close-days", {"starts_on": "2027-01-02", "ends_on": "2027-01-08"}, "Ce jour est passé"),
        ("shift", {"weeks": "99"}, "Erreur"),
        ("extend", {"days": "0"}, "Erreur"),
        ("pause-people", {"weeks": "1"}, "Choisissez au moins une personne"),
        ("exempt", {"what": "nothing/there"}, "Choisissez au moins une personne"),
    ],
)
def test_form_that_makes_no_sense_comes_back_with_what_to_mend(
    desk: Desk, kind: str, data: dict[str, str], said: str
) -> None:
    response = desk.preview(kind, **data)

    assert response.status_code == 422
    assert said in response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(("tick", "ticked"), [("all", 3), ("none", 0)])
def test_ticking_everybody_or_nobody_keeps_what_was_typed(
    desk: Desk, cast: Cast, tick: str, ticked: int
) -> None:
    response = desk.preview("extend-people", days="12", people=[cast.enrolment.public_id], tick=tick)

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert page.select_one("[name=days]")["value"] == "12"  # type: ignore[index]
    assert len(page.select("[name=people][checked]")) == ticked


@pytest.mark.parametrize("heads", [1, 3])
def test_pages_cost_the_same_whatever_the_number_of_people(heads: int) -> None:
    desk = Desk(make_cast(heads))
    people = [row.public_id for row in desk.cast.enrolments]
    desk.change("extend-people", people=people, days="7")
    with networks(desk.cast.network.pk):
        change = CohortChange.objects.get()

    page = queries_in_scope(desk.client, desk.url("adoption:changes"))
    report = queries_in_scope(desk.client, desk.url("adoption:change_report", change.public_id))
    form = queries_in_scope(desk.client, desk.url("adoption:change", "extend-people"))

    assert (len(page), len(report), len(form)) == (3, 3, 2), (page, report, form)
