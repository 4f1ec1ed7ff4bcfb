"""Recall questions: when they come back, and how they are answered in place on the home."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import pause
from coaching.cohorts.working_days import Period
from coaching.learning.models import RecallAnswer
from coaching.learning.recall import PER_DAY, Due, Given, Question, next_due, questions_of
from coaching.programmes.outline import outline_document
from tests.factories import PARIS, Cast, starter_document
from tests.learning.conftest import NOW
from tests.learning.player import Player, soup

pytestmark = pytest.mark.django_db

DAYS = (2, 7, 21)
DONE = dt.date(2027, 1, 11)
L01, V1 = "communiquer-c-est-relier", "v1-mes-valeurs"
FIRST = f"{L01}/rappel-la-place"


def on(days: int) -> dt.date:
    return DONE + dt.timedelta(days=days)


def due(*given: Given, days: int, pauses: tuple[Period, ...] = (), questions: tuple[str, ...] = ("m/a",)):
    return next_due([Question(key, DONE) for key in questions], given, DAYS, pauses, on(days))


@pytest.mark.parametrize(("days", "expected"), [(1, None), (2, 2), (6, 2)])
def test_a_question_comes_two_days_after_its_module_and_waits(days, expected):
    found = due(days=days)

    assert (found.after_days if found else None) == expected


def test_the_three_repetitions_follow_each_other():
    first, second = Given("m/a", 2, on(2)), Given("m/a", 7, on(7))

    assert due(first, days=6) is None
    assert due(first, days=7) == Due("m/a", 7, on(7))
    assert due(first, second, days=20) is None
    assert due(first, second, days=21) == Due("m/a", 21, on(21))
    assert due(first, second, Given("m/a", 21, on(21)), days=300) is None


def test_a_late_answer_moves_the_next_repetition_along():
    late = Given("m/a", 2, on(10))

    assert due(late, days=14) is None
    assert due(late, days=15) == Due("m/a", 7, on(15))


def test_days_of_a_pause_do_not_count_and_nothing_is_asked_during_it():
    week_off = Period(on(1), on(7))

    assert due(days=5, pauses=(week_off,)) is None
    assert due(days=8, pauses=(week_off,)) is None
    assert due(days=9, pauses=(week_off,)) == Due("m/a", 2, on(9))


def test_what_has_waited_longest_comes_first():
    questions = [Question("m/new", on(3)), Question("m/old", DONE)]

    assert next_due(questions, [], DAYS, (), on(9)) == Due("m/old", 2, on(2))


def test_two_questions_a_day_at_most():
    names = tuple(f"m/{letter}" for letter in "abcde")
    first, second = Given("m/a", 2, on(2)), Given("m/b", 2, on(2))

    assert due(first, days=2, questions=names) == Due("m/b", 2, on(2))
    assert due(first, second, days=2, questions=names) is None
    assert due(first, second, days=3, questions=names) == Due("m/c", 2, on(2))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40, unique=True))
def test_whatever_days_one_comes_each_repetition_is_asked_once_with_its_gap(visits):
    given: list[Given] = []
    for day in sorted(visits):
        while (found := due(*given, days=day)) is not None:
            given.append(Given(found.address, found.after_days, on(day)))

    asked = [each.after_days for each in given]
    assert asked == list(DAYS[: len(asked)])
    for earlier, later in pairwise(given):
        assert (later.answered_on - earlier.answered_on).days >= later.after_days - earlier.after_days
    assert len({each.answered_on for each in given}) * PER_DAY >= len(given)


def test_a_module_counts_once_all_that_is_required_in_it_is_done_on_the_clock_of_the_network():
    outline = outline_document(starter_document())
    required = [step.address for step in outline.module(L01).steps if step.is_required]
    evening = dt.datetime(2027, 1, 12, 22, 30, tzinfo=dt.UTC)
    done = dict.fromkeys(required, evening)

    assert questions_of(outline, dict.fromkeys(required[1:], evening), "insurance", dt.UTC) == ()
    assert questions_of(outline, done, "insurance", dt.UTC) == (Question(FIRST, dt.date(2027, 1, 12)),)
    in_noumea = questions_of(outline, done, "insurance", ZoneInfo("Pacific/Noumea"))
    assert in_noumea == (Question(FIRST, dt.date(2027, 1, 13)),)


# --- on the home -----------------------------------------------------------------------------


@pytest.fixture
def reader(player: Player, clock: time_machine.Traveller) -> Player:
    """L01 was done on Wednesday, and it is Saturday."""
    player.complete(*lesson(player))
    clock.move_to(NOW + dt.timedelta(days=3))
    return player


def lesson(player: Player) -> list[str]:
    return [address for address in player.steps() if address.startswith(L01)]


def answer(player: Player, option: str = "", *, after: int = 2, **headers: str):
    data = {"address": FIRST, "after": str(after)} | ({"answer": option} if option else {})
    return player.client.post(player.home + "recall/", data, headers=headers or None)


def options(player: Player) -> list[str]:
    return [str(field["value"]) for field in player.page().select("#recall input[name=answer]")]


def kept(player: Player) -> list[RecallAnswer]:
    with player.inside():
        return list(RecallAnswer.objects.order_by("answered_at"))


def test_the_home_asks_nothing_before_its_time(player: Player) -> None:
    player.complete(*lesson(player))

    assert player.page().select_one("#recall") is None


def test_the_question_stands_on_the_home_with_no_count_and_no_reproach(reader: Player) -> None:
    card = reader.page().select_one("#recall")

    assert card is not None
    assert "Quelle vérification dit le mieux s’il relie" in card.text
    assert "Communiquer, c’est relier" in card.text
    assert card.select_one("[class*=err], [class*=danger]") is None


def test_an_answer_says_at_once_what_is_useful(reader: Player) -> None:
    chosen = options(reader)[0]

    sent = answer(reader, chosen)
    shown = soup(reader.client.get(sent["Location"].split("#")[0]))

    assert sent.status_code == 302
    assert "Pas tout à fait, et c’est courant" in shown.select_one("#recall .fb").text
    assert kept(reader)[0].content == {"chosen": chosen, "is_right": False}
    assert reader.page().select_one("#recall") is None


def test_a_script_gets_the_card_alone(reader: Player) -> None:
    sent = answer(reader, options(reader)[0], **{"HX-Request": "true"})

    card = soup(sent)
    assert sent.status_code == 200
    assert card.select_one("html") is None
    assert card.select_one("#recall .fb") is not None


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_without_a_choice_the_question_is_put_again_with_a_sentence(
    reader: Player, headers: dict[str, str]
) -> None:
    sent = answer(reader, **headers)

    assert sent.status_code == 422
    assert "Choisissez une réponse avant de valider." in soup(sent).select_one("#recall").text
    assert kept(reader) == []


def test_two_submissions_are_one_answer_and_the_first_stays(reader: Player) -> None:
    first, second, *_rest = options(reader)

    answer(reader, first)
    again = answer(reader, second)

    assert again.status_code == 302
    assert [each.content["chosen"] for each in kept(reader)] == [first]


@pytest.mark.parametrize(
    ("address", "after"),
    [(FIRST, 7), (FIRST, 3), ("nowhere/at-all", 2), (f"{V1}/rappel-valeur", 2), ("\0", 2), ("", 0)],
)
def test_only_the_question_that_is_asked_can_be_answered(reader: Player, address: str, after: int) -> None:
    data = {"address": address, "after": after, "answer": "assez-beau"}

    sent = reader.client.post(reader.home + "recall/", data)

    assert sent.status_code == 302
    assert kept(reader) == []


def test_answering_is_no_activity(reader: Player) -> None:
    before = reader.enrolment()

    answer(reader, options(reader)[0])

    after = reader.enrolment()
    names = ("last_activity_at", "active_weeks", "done_minutes", "next_check_at", "reminders_sent")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


def test_it_comes_back_later_and_a_module_taken_again_starts_nothing_anew(
    reader: Player, clock: time_machine.Traveller
) -> None:
    answer(reader, options(reader)[0])
    reader.complete(*lesson(reader))

    clock.move_to(NOW + dt.timedelta(days=7))
    again = reader.page().select_one("#recall input[name=after]")
    clock.move_to(NOW + dt.timedelta(days=8))
    later = reader.page().select_one("#recall input[name=after]")

    assert again is None
    assert later["value"] == "7"


def test_nothing_is_asked_during_a_pause(reader: Player) -> None:
    with reader.inside():
        pause(reader.enrolment(), 1)

    assert reader.page().select_one("#recall") is None


def test_a_finished_cohort_still_asks_an_archived_one_does_not(reader: Player) -> None:
    with reader.inside():
        Enrolment.objects.update(status=Enrolment.Status.ENDED_INCOMPLETE)
        Cohort.objects.update(status=Cohort.Status.ENDED)
    ended = reader.page().select_one("#recall")
    with reader.inside():
        Cohort.objects.update(status=Cohort.Status.ARCHIVED)

    assert ended is not None
    assert reader.page().select_one("#recall") is None
    assert answer(reader, "assez-beau").status_code == 302
    assert kept(reader) == []


def test_nobody_else_reads_an_answer(reader: Player, cast: Cast) -> None:
    answer(reader, options(reader)[0])

    for person in (cast.coach, cast.manager, cast.peer):
        with networks(cast.network.pk, user_id=person.user_id):
            assert not RecallAnswer.objects.exists()


def test_the_address_of_an_answer_shows_nothing_that_was_not_answered(reader: Player) -> None:
    shown = soup(reader.client.get(reader.home, {"answered": f"{FIRST}+2"}))

    assert shown.select_one("#recall form") is not None
    assert shown.select_one("#recall .fb") is None


def test_opening_the_address_of_the_form_leads_home(reader: Player) -> None:
    assert reader.client.get(reader.home + "recall/")["Location"] == reader.home


def test_english_question_and_words(reader: Player) -> None:
    reader.client.cookies["django_language"] = "en"
    reader.membership.user.language = "en"
    reader.membership.user.save()

    assert "Which check best tells you whether it connects?" in reader.page().select_one("#recall").text


def test_days_are_counted_on_the_clock_of_the_network(player: Player, clock: time_machine.Traveller) -> None:
    clock.move_to(dt.datetime(2027, 1, 20, 23, 50, tzinfo=PARIS))
    player.complete(*lesson(player))

    clock.move_to(dt.datetime(2027, 1, 21, 23, 55, tzinfo=PARIS))
    day_after = player.page().select_one("#recall")
    clock.move_to(dt.datetime(2027, 1, 22, 0, 5, tzinfo=PARIS))

    assert day_after is None
    assert player.page().select_one("#recall") is not None
