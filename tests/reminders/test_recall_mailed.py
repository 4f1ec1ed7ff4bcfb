"""The recall question of the weekly digest: the one of the home, answered from the mail, for oneself."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.models import RecallAnswer
from coaching.learning.services import answer_recall
from coaching.reminders.letters import Wanted, write
from coaching.reminders.loading import load
from coaching.reminders.taps import LASTS
from tests.factories import Cast, make_cast
from tests.learning.player import soup
from tests.reminders.conftest import Mailbox, html_of, text_of
from tests.reminders.tapping import (
    ACTIVE,
    HEAD,
    LESSON,
    NEXT_TUESDAY,
    THURSDAY,
    TUESDAY,
    WELCOME,
    mail_at,
    path_of,
    paths_of,
    take,
)

pytestmark = pytest.mark.django_db

QUESTION = "Quelle vérification dit le mieux s’il relie"
ADDRESS = LESSON + "rappel-la-place"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def digest(cast: Cast, mailbox: Mailbox, clock: time_machine.Traveller) -> EmailMessage:
    """Week 2; the first lesson was done a week before."""
    take(cast, WELCOME, ACTIVE)
    take(cast, LESSON, TUESDAY)
    return mail_at(cast, mailbox, clock, NEXT_TUESDAY)


def kept(cast: Cast) -> list[RecallAnswer]:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        return list(RecallAnswer.objects.all())


def main(response: object) -> BeautifulSoup:
    found = soup(response).select_one("main")
    assert found is not None
    return found


def test_digest_asks_the_question_that_is_due_with_its_answers_as_links(digest: EmailMessage) -> None:
    answers = paths_of(digest, "recall")

    assert len(answers) == len(set(answers)) == 3
    assert all(path in html_of(digest) for path in answers)
    for body in (text_of(digest), html_of(digest)):
        assert QUESTION in body.replace("\u00a0", " ")
        assert "L’image est soignée et le texte sans faute." in body.replace("\u00a0", " ")


def test_digest_asks_nothing_before_two_days_and_nothing_twice(
    cast: Cast, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    take(cast, WELCOME, ACTIVE)
    take(cast, LESSON, NEXT_TUESDAY - dt.timedelta(days=1))
    early = mail_at(cast, mailbox, clock, NEXT_TUESDAY)
    with networks(cast.network.pk, user_id=cast.head.user_id):
        later = NEXT_TUESDAY + dt.timedelta(days=3)
        answer_recall(cast.enrolment, ADDRESS, 2, _form("assez-beau"), now=later)
    answered = mail_at(cast, mailbox, clock, NEXT_TUESDAY + dt.timedelta(days=7))

    assert early["Subject"] != answered["Subject"]
    assert paths_of(early, "recall") == []
    assert paths_of(answered, "recall") == []  # five days after the first answer come after that Tuesday


def _form(option: str) -> QueryDict:
    return QueryDict(f"answer={option}")


def test_no_other_mail_carries_it(
    cast: Cast, mailbox: Mailbox, digest: EmailMessage, clock: time_machine.Traveller
) -> None:
    comeback = mail_at(cast, mailbox, clock, THURSDAY + dt.timedelta(days=8))

    assert comeback["Subject"] != digest["Subject"]
    assert paths_of(comeback, "recall") == []


def test_a_touch_opens_the_question_with_that_answer_chosen_and_keeps_nothing(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    chosen = set()
    for path in paths_of(digest, "recall"):
        for _ in range(5):
            page = main(client.get(path))
        box = page.select_one("input[name=answer][checked]")
        assert box is not None
        chosen.add(box["value"])

    assert len(chosen) == 3
    assert QUESTION in page.text.replace("\u00a0", " ")
    assert kept(cast) == []


def test_address_says_neither_question_nor_answer(digest: EmailMessage) -> None:
    for path in paths_of(digest, "recall"):
        payload = path.split("/")[-2].split(":")[0]
        read = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        assert not any(word in read for word in ("assez-beau", "rappel", "communiquer"))


def test_sending_says_at_once_what_is_useful_and_is_kept_for_its_author_alone(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    page = main(client.post(path_of(digest, "recall"), {"answer": "assez-beau"}))

    assert "Pas tout à fait, et c’est courant" in page.text
    assert [each.content for each in kept(cast)] == [{"chosen": "assez-beau", "is_right": False}]
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        assert not RecallAnswer.objects.exists()


def test_second_sending_keeps_the_first_and_shows_nobody_what_it_was(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    first, second, _third = paths_of(digest, "recall")
    client.post(first, {"answer": "assez-beau"})

    again = [main(client.post(second, {"answer": "assez-beau"})), main(client.get(first))]

    for page in again:
        assert "L’image est soignée" not in page.text
        assert page.select("form") == []
    assert len(kept(cast)) == 1


@pytest.mark.parametrize("data", [{}, {"answer": ""}, {"answer": "nowhere"}])
def test_without_a_usable_answer_the_question_is_put_again(
    cast: Cast, digest: EmailMessage, client: Client, data: dict[str, str]
) -> None:
    answer = client.post(path_of(digest, "recall"), data)

    assert answer.status_code == 422
    assert "Choisissez une réponse avant de valider." in main(answer).text
    assert kept(cast) == []


def test_answering_from_a_mail_is_no_activity(cast: Cast, digest: EmailMessage, client: Client) -> None:
    with networks(cast.network.pk):
        before = Enrolment.objects.values().get(pk=cast.enrolment.pk)

    client.post(path_of(digest, "recall"), {"answer": "assez-beau"})

    with networks(cast.network.pk):
        assert Enrolment.objects.values().get(pk=cast.enrolment.pk) == before


def test_after_two_weeks_the_link_says_so(
    cast: Cast, digest: EmailMessage, client: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(NEXT_TUESDAY + LASTS + dt.timedelta(minutes=1))

    assert client.post(path_of(digest, "recall"), {"answer": "assez-beau"}).status_code == 410
    assert client.post("/mail/recall/x/").status_code == 404
    assert kept(cast) == []


def test_question_answered_on_the_home_waits_for_nothing_in_the_mail(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        answer_recall(cast.enrolment, ADDRESS, 2, _form("assez-beau"), now=NEXT_TUESDAY)

    page = soup(client.get(path_of(digest, "recall")))

    assert "Vous avez déjà répondu." in page.text


def test_digests_of_three_take_as_many_queries_as_one(clock: time_machine.Traveller) -> None:
    cast = make_cast(3)
    take(cast, WELCOME, ACTIVE)
    take(cast, LESSON, TUESDAY)
    counts = []
    with networks(cast.network.pk):
        for people in (cast.enrolments[:1], cast.enrolments):
            found = load([each.pk for each in people], NEXT_TUESDAY)
            wanted = [Wanted(each, "weekly_digest", "2027-W03", ("week_opens",)) for each in found.values()]
            with CaptureQueriesContext(connection) as queries:
                letters = write(wanted, NEXT_TUESDAY)
            counts.append(len(queries))

    assert counts == [5, 5]
    assert [letter.recall is not None for letter in letters] == [True, False, False]
    assert HEAD in {letter.person.email for letter in letters}
