"""A step taken: noted once, facts counted in the same transaction, resumed where it was left."""

from __future__ import annotations

import copy
import datetime as dt
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import pause
from coaching.learning.access import get_learner_for
from coaching.learning.models import StepCompletion
from coaching.learning.services import LearningProblem, complete_step
from coaching.learning.steps import KINDS, InvalidAnswer
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import PLAYED_KINDS
from coaching.programmes.services import publish
from tests.factories import Cast, launch_cohort, make_cast, starter_document
from tests.learning.conftest import NOW
from tests.learning.player import MOMENTS, READING, SCENARIO, SORT, Player

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_outline_counts_exactly_the_kinds_that_the_player_knows() -> None:
    assert set(KINDS) == PLAYED_KINDS


def test_the_first_step_activates_the_enrolment_and_counts_its_minutes(player: Player) -> None:
    response = player.submit(READING, {})

    after = player.enrolment()
    assert response.headers["Location"] == player.url(SCENARIO)
    assert (after.status, after.activated_at) == ("active", NOW)
    assert (after.done_minutes, after.done_steps, after.last_activity_at) == (4, 1, NOW)
    assert after.week_minutes[1] == 4
    assert after.next_check_at == NOW


def test_an_active_week_is_named_by_its_monday_on_the_networks_clock(
    player: Player, clock: time_machine.Traveller
) -> None:
    sunday_in_utc = dt.datetime(2027, 1, 24, 23, 30, tzinfo=dt.UTC)  # already Monday in Paris
    clock.move_to(sunday_in_utc)

    player.submit(READING, {})

    assert player.enrolment().active_weeks == [dt.date(2027, 1, 25)]


def test_taking_a_step_twice_is_taking_it_once(player: Player) -> None:
    player.submit(READING, {})
    before = player.enrolment()

    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        player.submit(READING, {})

    after = player.enrolment()
    assert (after.done_minutes, after.last_activity_at) == (before.done_minutes, before.last_activity_at)
    assert player.done() == {READING}


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_count_once() -> None:
    cast = make_cast()
    start, errors = Barrier(2), []

    def take() -> None:
        try:
            with networks(cast.network.pk, user_id=cast.head.user_id):
                start.wait(timeout=10)
                complete_step(cast.enrolment, READING, {}, now=NOW)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=take), Thread(target=take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert errors == []
    with networks(cast.network.pk):
        assert StepCompletion.objects.count() == 1
        assert Enrolment.objects.get(pk=cast.enrolment.pk).done_minutes == 4


def test_every_open_step_can_be_finished_and_facts_match_the_outline(player: Player) -> None:
    addresses = player.steps()

    player.complete(*addresses)

    assert player.done() == set(addresses)
    call_command("recount")
    after = player.enrolment()
    assert after.done_steps == len(addresses)
    assert after.status == "active"


def test_nobody_has_finished_while_kinds_of_step_are_missing(
    player: Player, clock: time_machine.Traveller, without_practice: None
) -> None:
    clock.move_to(NOW + dt.timedelta(weeks=12))

    player.complete(*player.steps(weeks=tuple(range(9))))

    assert player.enrolment().status == "active"


def test_whoever_takes_every_step_of_the_starter_has_only_their_practices_left_to_be_read(
    player: Player, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + dt.timedelta(weeks=12))

    player.complete(*player.steps(weeks=tuple(range(9))))

    assert player.enrolment().status == "active"
    assert player.enrolment().done_minutes == 438
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        assert learner.has_taken_all
        assert {each.kind for each in learner.completion.unmet} <= {"practices", "quizzes"}
        assert {part.state for part in learner.completion.conditions[2].left} == {"waiting"}


def test_the_last_step_of_a_whole_programme_completes_the_enrolment(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + dt.timedelta(weeks=12))
    with networks(cast.network.pk):
        Enrolment.objects.filter(membership=cast.head).update(status="withdrawn")
        launch_cohort(cast.coach, short_version(), [cast.head], name="Courte", start=dt.date(2027, 2, 2))
    client.force_login(cast.head.user)
    player = Player(client, cast, cast.head)

    player.complete(*player.steps(weeks=(0, 1)))

    with player.inside():
        after = Enrolment.objects.get(membership=cast.head, cohort__name="Courte")
    assert (after.status, after.completed_at) == ("completed", timezone.now())
    assert "Votre parcours est terminé" in player.get().content.decode()


def short_version() -> ProgrammeVersion:
    """The first two weeks of the starter, as a programme of their own with nothing left to write."""
    document = copy.deepcopy(starter_document())
    kept = [week for week in document["weeks"] if week["key"] in ("w0", "w1")]
    keys = [key for week in kept for key in week["modules"]]
    modules = {key: document["modules"][key] for key in keys}
    changes = {"key": "court", "weeks": kept, "modules": modules, "sessions": [], "boosters": []}
    changes |= {"pass_percent": 0}  # the examples are right two times out of three
    return publish({key: value for key, value in document.items() if key != "to_write"} | changes)


def test_a_step_ends_a_pause(player: Player) -> None:
    player.complete(READING)
    with player.inside():
        pause(player.enrolment(), 2, today=NOW.date(), now=NOW)
    assert player.enrolment().status == "paused"

    player.submit(SCENARIO, {"choice": "dire-vrai"})
    player.complete(SCENARIO)

    after = player.enrolment()
    assert after.status == "active"
    with player.inside():
        assert not after.pauses.exists()


def test_a_week_that_has_not_opened_says_when_and_takes_no_answer(player: Player) -> None:
    with player.inside():
        address = player.steps(weeks=(4,))[0]

    page = player.get(address)
    posted = player.post(address, {"item": "x"})

    assert page.status_code == posted.status_code == 200
    assert "S’ouvre le mardi 2 février" in page.content.decode()
    assert player.done() == set()
    with player.inside(), pytest.raises(LearningProblem, match="not_open"):
        complete_step(player.enrolment(), address, {})


def test_a_kind_that_is_not_played_announces_itself(
    player: Player, clock: time_machine.Traveller, without_practice: None
) -> None:
    clock.move_to(NOW + dt.timedelta(weeks=6))
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        address = next(step.address for step in learner.outline.steps if not step.is_played)
    player.client.force_login(player.membership.user)  # the session has ended since

    response = player.get(address)

    assert response.status_code == 200
    assert "À paraître" in response.content.decode()


@pytest.mark.parametrize(
    "address",
    ["nowhere/at-all", "v1-mes-valeurs/nowhere", "nowhere", f"{SORT}/autosave", f"{MOMENTS}/share/x"],
)
def test_unknown_addresses_are_not_found(player: Player, address: str) -> None:
    assert player.get(address).status_code == 404


def test_an_unfinished_answer_is_refused_by_the_service(player: Player) -> None:
    with player.inside(), pytest.raises(InvalidAnswer):
        complete_step(player.enrolment(), SCENARIO, {"path": []})


def test_recount_names_a_difference_and_fixes_it_on_request(player: Player) -> None:
    player.complete(READING)
    with player.inside():
        Enrolment.objects.filter(pk=player.enrolment().pk).update(done_minutes=99, active_weeks=[])

    with pytest.raises(CommandError, match="1 differences"):
        call_command("recount")
    call_command("recount", "--fix")

    assert player.enrolment().done_minutes == 4
    assert player.enrolment().active_weeks == [NOW.date() - dt.timedelta(days=NOW.weekday())]
    call_command("recount")


def test_somebody_elses_steps_are_nowhere_to_be_seen(player: Player, cast: Cast) -> None:
    player.complete(READING)
    peer = Player(Client(), cast, cast.peer)
    peer.client.force_login(cast.peer.user)

    page = peer.page()

    assert "Encore 15\u00a0min" in page.get_text()
    assert peer.done() == set()


def test_a_person_without_a_cohort_gets_a_friendly_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager.user)

    response = client.get(f"/n/{cast.network.slug}/learn/")

    assert response.status_code == 200
    assert "pas encore commencé" in response.content.decode()


def test_a_coach_does_not_learn_here(cast: Cast, client: Client) -> None:
    client.force_login(cast.coach.user)

    assert client.get(f"/n/{cast.network.slug}/learn/").status_code == 403
