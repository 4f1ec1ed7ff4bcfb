"""A running cohort takes up another version: what is done stays done, progress never decreases."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.scope import networks
from coaching.adoption.facts import cohort_facts, person_facts
from coaching.adoption.reading import read_cohorts, read_enrolments
from coaching.cohorts.models import Cohort, CohortChange, Enrolment, Exemption
from coaching.cohorts.running import Wish
from coaching.cohorts.services import rehearse
from coaching.learning.models import Answer, CohortUpgrade, PracticeSubmission, StepCompletion
from coaching.learning.recount import recount
from coaching.learning.services import change_cohort, undo_change
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.runtime import outline_of
from coaching.programmes.services import install, publish
from tests.factories import PARIS, Cast, launch_cohort, make_cast
from tests.learning.player import Player, hidden_fields
from tests.programmes import packages
from tests.programmes.tiny import both, question, step

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)
Document = dict[str, Any]


def document(key: str = "parcours") -> Document:
    """The tiny programme with a second week, empty, so that a cohort can run on it."""
    found = packages.document(key)
    found["weeks"].append({"key": "w2", "title": both("Suite", "Next"), "modules": []})
    found["sessions"][0]["week"] = "w2"
    return found


class Scene:
    """A cohort of two on the tiny programme, the first version of it; the coach at the desk."""

    def __init__(self, heads: int = 2) -> None:
        self.cast: Cast = make_cast(heads)
        self.first = publish(document(), published_by=self.cast.coach.user)
        with networks(self.cast.network.pk):
            install(self.cast.network, self.first)
            self.cohort, self.enrolments = launch_cohort(
                self.cast.coach, self.first, self.cast.heads, name="Petite"
            )
        self.coach = Client()
        self.coach.force_login(self.cast.coach.user)
        self.heads = [self._player(number) for number in range(heads)]
        self.url = f"/n/rivages/cohorts/{self.cohort.public_id}/version/"

    def _player(self, number: int) -> Player:
        client = Client()
        client.force_login(self.cast.heads[number].user)
        return Player(client, self.cast, self.cast.heads[number])

    def publish(self, changed: Document, version: str = "1.1", *, installed: bool = True) -> ProgrammeVersion:
        found = publish(changed | {"version": version}, published_by=self.cast.coach.user)
        if installed:
            with networks(self.cast.network.pk):
                install(self.cast.network, found)
        return found

    def preview(self, version: ProgrammeVersion) -> str:
        response = self.coach.get(self.url, {"to": version.public_id})
        assert response.status_code == 200
        return response.content.decode()

    def take_up(self, version: ProgrammeVersion, seen: ProgrammeVersion | None = None) -> str:
        data = {"to": version.public_id, "from": (seen or self.first).public_id}
        return self.coach.post(self.url, data, follow=True).content.decode()

    def undo(self) -> str:
        with networks(self.cast.network.pk):
            change = CohortUpgrade.objects.order_by("-pk")[0]
        return self.coach.post(f"{self.url}{change.public_id}/", follow=True).content.decode()

    def row(self, number: int = 0) -> Enrolment:
        with networks(self.cast.network.pk):
            return Enrolment.objects.get(pk=self.enrolments[number].pk)

    def progress(self, number: int = 0) -> float:
        """As the coach's page and the API say it."""
        found = self.coach.get("/api/v1/n/rivages/enrolments").json()["results"]
        [ratio] = [
            each["progress_ratio"] for each in found if each["id"] == self.enrolments[number].public_id
        ]
        return float(ratio)

    def follows(self) -> str:
        with networks(self.cast.network.pk):
            return Cohort.objects.get(pk=self.cohort.pk).programme_version.label

    def differences(self) -> list[Any]:
        with networks(self.cast.network.pk):
            return recount()


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=False):
        yield Scene()


def longer() -> Document:
    """One step renamed, one added: 5 minutes more."""
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"][1] |= {"key": "interroger", "formerly": ["quiz"]}
    lesson["steps"].append(step("encore", "quiz", 5, items=[question("q", "single", "un")]))
    lesson["minutes"] += 5
    return changed


def shorter(*kept: str) -> Document:
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"] = [each for each in lesson["steps"] if each["key"] in kept]
    lesson["minutes"] = sum(each["minutes"] for each in lesson["steps"])
    return changed


def test_a_longer_version_keeps_progress_and_what_was_done_under_its_new_name(
    scene: Scene,
) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    before = scene.progress()

    page = scene.take_up(scene.publish(longer()))

    row = scene.row()
    assert "La promotion suit la version 1.1." in page
    assert scene.follows() == "1.1"
    assert scene.progress() == before == row.progress_floor
    assert (row.done_minutes, row.done_steps) == (3, 2)
    assert scene.row(1).progress_floor == 0
    assert scene.differences() == []
    assert scene.heads[0].get("la-lecon/quiz").status_code == 200


def test_progress_goes_on_from_there_once_the_new_steps_are_taken(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire")
    scene.take_up(scene.publish(longer()))
    held = scene.progress()

    scene.heads[0].complete("la-lecon/encore")

    assert scene.progress() == pytest.approx(7 / 27)
    assert scene.progress() > held


def test_the_preview_tells_what_comes_for_whom_and_changes_nothing(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    page = scene.preview(scene.publish(longer()))

    assert "Titre encore" in page
    assert "dans une semaine déjà passée" in page
    assert "contenu mis à jour" in page
    assert scene.follows() == "1.0"
    with networks(scene.cast.network.pk):
        assert not CohortUpgrade.objects.exists()


def test_a_step_that_goes_takes_no_progress_and_no_answer_with_it(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    before = scene.progress()

    scene.take_up(scene.publish(shorter("lire", "choix", "scenario", "tri", "noter", "agir")))

    assert scene.progress() >= before
    with scene.heads[0].inside():
        assert Answer.objects.filter(address="la-lecon/quiz").exists()
        assert StepCompletion.objects.filter(address="la-lecon/quiz").exists()
    assert scene.differences() == []


def test_what_was_written_in_a_step_that_goes_is_read_by_its_author_alone(scene: Scene) -> None:
    head, other = scene.heads
    head.complete("la-lecon/lire", "la-lecon/agir")
    words = (head.content("la-lecon/agir") or {})["text"]
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    page = head.page("la-lecon/agir")

    note = page.select_one(".note")
    assert note is not None
    assert "a quitté votre parcours" in note.get_text()
    assert words in page.get_text()
    field = page.select_one("fieldset[disabled] textarea[name=text]")
    assert field is not None
    for path in ("path/", "shared/"):
        assert head.url("la-lecon/agir") in head.client.get(head.home + path).content.decode()
        assert head.url("la-lecon/agir") not in other.client.get(other.home + path).content.decode()
    assert other.get("la-lecon/agir").status_code == 404


@pytest.mark.parametrize("done", [(), ("la-lecon/agir",)])
def test_words_sent_to_a_step_that_has_gone_stay_on_the_page_and_change_nothing(
    done: tuple[str, ...], scene: Scene
) -> None:
    head = scene.heads[0]
    head.complete("la-lecon/lire", *done)
    form = head.page("la-lecon/agir").select_one("#step")
    assert form is not None
    stored = head.content("la-lecon/agir")
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    sent = head.post("la-lecon/agir", hidden_fields(form) | {"text": "Des mots trop tard"})

    assert sent.status_code == 409
    assert "Des mots trop tard</textarea>" in sent.content.decode()
    assert "n’a pas pu être enregistré" in sent.content.decode()
    assert head.content("la-lecon/agir") == stored


def test_every_kind_of_step_that_has_gone_is_read_again_and_takes_nothing_more(scene: Scene) -> None:
    head = scene.heads[0]
    written = ["la-lecon/choix", "la-lecon/scenario", "la-lecon/tri", "la-lecon/agir"]
    head.complete(*written)
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    read = {address: head.get(address).status_code for address in written}
    sent = {address: head.post(address, {"action": "save"}).status_code for address in written}

    assert set(read.values()) == {200}, read
    assert set(sent.values()) == {409}, sent


def test_a_practice_of_a_step_that_has_gone_can_be_taken_back(scene: Scene) -> None:
    head = scene.heads[0]
    head.complete("la-lecon/lire", "la-lecon/agir")
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    head.post("la-lecon/agir", {"withdraw": "1"})

    with head.inside():
        assert PracticeSubmission.objects.get().withdrawn_at is not None
    assert head.content("la-lecon/agir") is not None


def test_who_has_done_all_that_a_shorter_version_asks_has_finished(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz", seed=1)  # a right answer

    scene.take_up(scene.publish(shorter("lire", "quiz")))

    assert scene.row().status == Enrolment.Status.COMPLETED
    scene.undo()
    assert scene.row().status == Enrolment.Status.ACTIVE
    assert scene.row().completed_at is None


def with_moved(*keys: str) -> Document:
    """These steps stand in a module of their own."""
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    moved = [each for each in lesson["steps"] if each["key"] in keys]
    lesson["steps"] = [each for each in lesson["steps"] if each["key"] not in keys]
    minutes = sum(each["minutes"] for each in moved)
    changed["modules"]["autre"] = {
        **copy.deepcopy(lesson),
        "key": "autre",
        "code": "L02",
        "kind": "practice",
        "themes": [],
        "minutes": minutes,
        "steps": moved,
        "recall": [],
    }
    lesson["minutes"] -= minutes
    changed["weeks"][0]["modules"].append("autre")
    return changed


def test_a_step_taken_to_another_module_is_carried_over_and_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(with_moved("quiz")))

    assert scene.heads[0].done() == {"la-lecon/lire", "autre/quiz"}
    assert scene.row().done_steps == 2
    assert scene.differences() == []
    scene.undo()
    assert scene.heads[0].done() == {"la-lecon/lire", "la-lecon/quiz"}
    assert scene.row().done_steps == 2
    assert scene.differences() == []


def test_a_private_answer_goes_with_its_step_unread_and_comes_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/agir")
    with scene.heads[0].inside():
        written = Answer.objects.get(address="la-lecon/agir").content

    scene.take_up(scene.publish(with_moved("agir")))

    assert scene.heads[0].content("autre/agir") == written
    assert scene.heads[0].content("la-lecon/agir") is None
    assert written["text"] in scene.heads[0].page("autre/agir").get_text()
    with networks(scene.cast.network.pk, user_id=scene.cast.coach.user_id):
        assert not Answer.objects.exists()
        assert set(PracticeSubmission.objects.values_list("address", flat=True)) == {"autre/agir"}
    scene.undo()
    assert scene.heads[0].content("la-lecon/agir") == written
    assert written["text"] in scene.heads[0].page("la-lecon/agir").get_text()


def test_what_is_written_between_a_change_and_its_undoing_comes_back_too(scene: Scene) -> None:
    scene.take_up(scene.publish(with_moved("agir")))
    scene.heads[1].complete("autre/agir")
    reached = scene.progress(1)

    scene.undo()

    assert scene.heads[1].done() == {"la-lecon/agir"}
    assert scene.heads[1].content("la-lecon/agir") is not None
    assert scene.progress(1) == reached
    assert scene.differences() == []


def test_an_exemption_goes_with_its_step_and_can_still_be_undone(scene: Scene) -> None:
    with networks(scene.cast.network.pk):
        wish = Wish(
            "exempt",
            people=frozenset([scene.enrolments[0].public_id]),
            addresses=("la-lecon/quiz",),
        )
        mark = rehearse(scene.cohort, wish, now=NOW).mark
        given = change_cohort(scene.cohort, scene.cast.coach, wish, mark=mark, now=NOW)

    scene.take_up(scene.publish(with_moved("quiz")))

    with networks(scene.cast.network.pk):
        assert [each.address for each in Exemption.objects.all()] == ["autre/quiz"]
    assert "Dispensé" in scene.heads[0].page("autre").get_text()
    assert scene.row().done_minutes == 1
    scene.undo()
    with networks(scene.cast.network.pk):
        assert [each.address for each in Exemption.objects.all()] == ["la-lecon/quiz"]
        undo_change(CohortChange.objects.get(pk=given.pk), scene.cast.coach, now=NOW)
        assert not Exemption.objects.exists()


def test_an_exemption_given_before_is_taken_back_after_the_change(scene: Scene) -> None:
    with networks(scene.cast.network.pk):
        wish = Wish(
            "exempt",
            people=frozenset([scene.enrolments[0].public_id]),
            addresses=("la-lecon/quiz",),
        )
        mark = rehearse(scene.cohort, wish, now=NOW).mark
        given = change_cohort(scene.cohort, scene.cast.coach, wish, mark=mark, now=NOW)
    scene.take_up(scene.publish(with_moved("quiz")))

    with networks(scene.cast.network.pk):
        undo_change(given, scene.cast.coach, now=NOW)

        assert not Exemption.objects.exists()


def test_where_something_stood_already_nothing_moves(scene: Scene) -> None:
    moved = scene.publish(with_moved("quiz"))
    without = scene.publish(shorter("lire"), "1.2")
    scene.take_up(moved)
    scene.heads[0].complete("autre/quiz")
    scene.take_up(without, moved)
    scene.take_up(scene.first, without)
    scene.heads[0].complete("la-lecon/quiz")

    scene.take_up(moved, scene.first)

    assert scene.heads[0].done() == {"autre/quiz", "la-lecon/quiz"}
    scene.undo()
    assert scene.heads[0].done() == {"autre/quiz", "la-lecon/quiz"}
    assert scene.follows() == "1.0"


def test_a_form_that_was_open_while_its_step_changed_module_is_taken_where_the_step_is(
    scene: Scene,
) -> None:
    scene.take_up(scene.publish(with_moved("agir")))

    page = scene.heads[0].get("la-lecon/agir")
    sent = scene.heads[0].post("la-lecon/agir", {"text": "Un mot", "action": "save"})

    assert (page.status_code, page.headers["Location"]) == (302, scene.heads[0].url("autre/agir"))
    assert (sent.status_code, sent.headers["Location"]) == (307, scene.heads[0].url("autre/agir"))
    scene.undo()
    assert scene.heads[0].get("autre/agir").headers["Location"] == scene.heads[0].url("la-lecon/agir")
    assert scene.heads[0].get("autre/rien").status_code == 404


def test_the_function_that_moves_answers_stays_within_its_network_and_tells_nothing(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/quiz")
    moving = "SELECT carry_private_answers(%s, 'la-lecon/quiz', 'autre/quiz')"

    with networks(scene.cast.other_network.pk), connection.cursor() as cursor:
        cursor.execute(moving, [[scene.enrolments[0].pk]])
        told = cursor.fetchall()

    assert told == [(None,)]
    assert scene.heads[0].content("la-lecon/quiz") is not None


def test_undo_gives_everybody_back_what_they_held(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    facts = [(row.done_minutes, row.week_minutes, row.progress_floor) for row in (scene.row(0), scene.row(1))]
    scene.take_up(scene.publish(longer()))

    page = scene.undo()

    assert "suit de nouveau la version 1.0" in page
    assert scene.follows() == "1.0"
    assert facts == [
        (row.done_minutes, row.week_minutes, row.progress_floor) for row in (scene.row(0), scene.row(1))
    ]
    assert scene.differences() == []
    assert "suit de nouveau" not in scene.undo() or scene.follows() == "1.0"


def test_undo_takes_no_progress_from_who_went_on_since(scene: Scene) -> None:
    scene.take_up(scene.publish(shorter("lire", "quiz", "choix")))
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
        reached = scene.progress()

        scene.undo()

        assert scene.progress() == reached == pytest.approx(3 / 4)
        assert scene.differences() == []


def test_a_step_of_an_exemption_goes_on_counting_as_done(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire")
    with networks(scene.cast.network.pk):
        Exemption.objects.create(
            enrolment=scene.enrolments[0],
            address="la-lecon/quiz",
            given_by=scene.cast.coach,
            given_at=NOW,
        )
        recount(fix=True)
    before = scene.progress()

    scene.take_up(scene.publish(longer()))

    assert scene.row().done_minutes == 3
    assert scene.progress() == before
    assert scene.differences() == []


def test_a_version_with_other_weeks_is_refused_with_the_reason(scene: Scene) -> None:
    changed = document()
    changed["weeks"].append({"key": "w3", "title": both("Suite", "Next"), "modules": []})
    version = scene.publish(changed)

    page, posted = scene.preview(version), scene.take_up(version)

    assert "n’a pas les mêmes semaines" in page
    assert "n’a pas les mêmes semaines" in posted
    assert scene.follows() == "1.0"


def test_a_version_not_installed_here_or_of_another_programme_is_refused(scene: Scene) -> None:
    away = scene.publish(longer(), installed=False)
    other = scene.publish(document("un-autre"), "1.0")

    assert "n’est plus installée" in scene.take_up(away)
    assert "autre parcours" in scene.take_up(other)
    assert scene.follows() == "1.0"


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def retitled(title: str, body: str = "") -> Document:
    changed = longer()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"][-1]["title"] = both(title, title)
    lesson["steps"][0]["title"] = both(body or "Lire", "Read")
    return changed


def test_the_preview_compares_with_the_version_that_the_cohort_follows(scene: Scene) -> None:
    between = publish(
        retitled("Encore") | {"version": "1.1"},
        published_by=scene.cast.coach.user,
        what_changed="Un quiz de plus.",
    )
    chosen = publish(
        retitled("Encore", "Lire à voix haute") | {"version": "1.2"},
        published_by=scene.cast.coach.user,
        what_changed="On lit à voix haute.",
    )
    with networks(scene.cast.network.pk):
        install(scene.cast.network, between)
        install(scene.cast.network, chosen)

    page = soup(scene.preview(chosen))

    what = page.select_one("[aria-labelledby=what]")
    assert what is not None
    said = what.get_text(" ", strip=True)
    assert "Par rapport à la version 1.0" in said
    assert "1 étape ajoutée" in said
    assert said.index("Un quiz de plus.") < said.index("On lit à voix haute.")
    words = page.select_one("#words")
    assert words is not None
    assert "à voix haute" in words.get_text(" ", strip=True)
    scene.take_up(chosen)
    back = soup(scene.preview(between)).select_one("[aria-labelledby=what]")
    assert back is not None
    assert "Un quiz de plus." not in back.get_text()


def test_the_preview_says_that_a_version_is_of_another_programme(scene: Scene) -> None:
    other = scene.publish(longer() | {"key": "un-autre", "title": both("Le nôtre", "Ours")}, "1.0")
    other.programme.origin_version = scene.first
    other.programme.save()

    listed, page = scene.coach.get(scene.url).content.decode(), scene.preview(other)

    assert "Un autre parcours de la même famille." in listed
    assert "C’est un autre parcours" in page
    assert "Le nôtre" in page


def test_a_preview_that_another_window_has_overtaken_changes_nothing(scene: Scene) -> None:
    second, third = scene.publish(longer()), scene.publish(shorter("lire", "quiz"), "1.2")
    scene.take_up(second)

    page = scene.take_up(third)

    assert "a changé de version entre-temps" in page
    assert scene.follows() == "1.1"


def test_sending_the_same_confirmation_twice_is_one_change(scene: Scene) -> None:
    version = scene.publish(longer())

    scene.take_up(version)
    scene.take_up(version)

    with networks(scene.cast.network.pk):
        assert CohortUpgrade.objects.count() == 1


def test_an_earlier_change_is_not_undone_once_a_later_one_is_there(scene: Scene) -> None:
    second, third = scene.publish(longer()), scene.publish(shorter("lire", "quiz"), "1.2")
    scene.take_up(second)
    with networks(scene.cast.network.pk):
        first = CohortUpgrade.objects.get()
    scene.take_up(third, second)

    page = scene.coach.post(f"{scene.url}{first.public_id}/", follow=True).content.decode()

    assert "ne s’annule plus" in page
    assert scene.follows() == "1.2"


@pytest.mark.parametrize("heads", [1, 3])
def test_the_preview_asks_the_same_number_of_questions_for_one_person_and_for_three(heads: int) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene(heads)
        for head in scene.heads:
            head.complete("la-lecon/lire")
        version = scene.publish(longer())
        scene.preview(version)

        with CaptureQueriesContext(connection) as captured:
            scene.preview(version)

    asked = [each["sql"] for each in captured.captured_queries]
    asked = [sql for sql in asked if "set_config" not in sql and not sql.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == 16, len(asked)


# --- what comes in a week already past --------------------------------------------------------------


def expected_at(scene: Scene, day: dt.date, number: int = 0) -> float | None:
    """What the figures expect of a person on the evening of this day, after 18 h."""
    now = dt.datetime.combine(day, dt.time(19), tzinfo=PARIS)
    with networks(scene.cast.network.pk):
        [record] = [row for row in read_cohorts(scene.cast.network.pk) if row.name == "Petite"]
        facts = cohort_facts(record, outline_of(record.programme_version), scene.cast.network, now)
        [row] = [
            each
            for each in read_enrolments(scene.cast.network.pk, cohorts=[scene.cohort.pk])
            if each.public_id == scene.enrolments[number].public_id
        ]
        return person_facts(facts, row).figures.expected.value


def test_nobody_falls_behind_by_a_change_of_version(scene: Scene) -> None:
    assert expected_at(scene, NOW.date()) == 1  # all of the tiny programme is due since 18 January
    scene.heads[0].complete("la-lecon/lire")

    page = scene.preview(version := scene.publish(longer()))
    scene.take_up(version)

    assert "dans une semaine déjà passée : d’ici le lundi 1er février" in page.replace("\u00a0", " ")
    assert expected_at(scene, NOW.date()) == pytest.approx(22 / 27)
    assert expected_at(scene, dt.date(2027, 1, 31)) == pytest.approx(22 / 27)
    assert expected_at(scene, dt.date(2027, 2, 1)) == 1
    scene.undo()
    assert expected_at(scene, NOW.date()) == 1


def test_a_step_that_becomes_required_leaves_a_week_and_one_carried_over_does_not(scene: Scene) -> None:
    optional = document()
    optional["modules"]["la-lecon"]["steps"][2]["optional"] = True
    optional["modules"]["la-lecon"]["minutes"] -= 1
    lighter = scene.publish(optional)
    scene.take_up(lighter)
    assert expected_at(scene, NOW.date()) == 1

    scene.take_up(scene.publish(with_moved("quiz"), "1.2"), lighter)

    assert expected_at(scene, NOW.date()) == pytest.approx(21 / 22)


def test_time_for_what_came_is_kept_through_the_next_change_and_given_back_by_its_undoing(
    scene: Scene,
) -> None:
    second = scene.publish(longer())
    scene.take_up(second)
    reworded_too = longer()
    reworded_too["modules"]["la-lecon"]["steps"][0]["title"]["fr"] = "Autre titre"

    with time_machine.travel(NOW + dt.timedelta(days=7), tick=False):
        scene.take_up(scene.publish(reworded_too, "1.2"), second)
        assert expected_at(scene, dt.date(2027, 1, 28)) == pytest.approx(22 / 27)
        assert expected_at(scene, dt.date(2027, 2, 1)) == 1
        scene.undo()

    assert expected_at(scene, dt.date(2027, 1, 28)) == pytest.approx(22 / 27)


# --- contenu mis à jour --------------------------------------------------------------------------

UPDATED, SINCE = "contenu mis à jour", "Contenu mis à jour depuis que vous avez fait cette étape."


def reworded(language: str = "fr") -> Document:
    """The question of the quiz says something else in this language."""
    changed = document()
    changed["modules"]["la-lecon"]["steps"][1]["items"][0]["question"][language] = "Autre chose"
    return changed


def test_who_had_done_a_step_that_changed_is_told_on_the_path_and_on_its_page(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(reworded()))

    done, other = scene.heads
    assert UPDATED in done.page("path").get_text()
    assert done.page("la-lecon").get_text().count(UPDATED) == 1
    assert SINCE in done.page("la-lecon/quiz").get_text()
    assert SINCE not in done.page("la-lecon/lire").get_text()
    for address in ("path", "la-lecon", "la-lecon/quiz"):
        assert UPDATED not in other.page(address).get_text().lower()


def test_the_label_goes_when_the_cohort_goes_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    second = scene.publish(reworded())
    scene.take_up(second)
    scene.undo()

    assert UPDATED not in scene.heads[0].page("path").get_text()
    scene.take_up(second)
    assert UPDATED in scene.heads[0].page("path").get_text()
    scene.take_up(scene.first, second)
    assert UPDATED not in scene.heads[0].page("path").get_text()


def test_the_label_goes_when_the_step_is_taken_again(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    scene.take_up(scene.publish(reworded()))

    scene.heads[0].complete("la-lecon/quiz")

    assert UPDATED not in scene.heads[0].page("path").get_text()
    assert scene.row().done_steps == 2


def test_a_step_that_was_only_renamed_or_moved_says_the_same(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    scene.take_up(scene.publish(longer()))
    assert UPDATED not in scene.heads[0].page("path").get_text()
    scene.undo()

    scene.take_up(scene.publish(with_moved("quiz"), "1.2"))

    assert UPDATED not in scene.heads[0].page("path").get_text()


def test_a_change_in_one_language_is_told_to_its_readers_only(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(reworded("en")))

    assert UPDATED not in scene.heads[0].page("path").get_text()
    assert SINCE not in scene.heads[0].page("la-lecon/quiz").get_text()
