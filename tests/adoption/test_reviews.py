"""A coach answers practices: kept, previewed, sent, taken back; given back once; second versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.reviewing import Words, grid_of
from coaching.learning.services import UNDO_FOR, ReviewProblem, send_review, withdraw_submission
from coaching.programmes.runtime import outline_of
from tests.adoption.people import signed_in
from tests.adoption.reviewing import (
    CRITERIA,
    NOW,
    POST,
    TEXT,
    Desk,
    criteria_of,
    hand_in,
    second_coach,
    stored,
)
from tests.factories import Cast, launch_cohort, make_member
from tests.learning.player import Player

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
QUOTE = "Le volet est à moitié baissé."


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast.coach, cast, hand_in(cast))


def author(cast: Cast) -> Player:
    client = Client()
    client.force_login(cast.head.user)
    return Player(client, cast, cast.head)


def author_reads(cast: Cast) -> str:
    page = author(cast).page(POST).get_text(" ", strip=True)
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def passage_of(desk: Desk, words: str = QUOTE) -> str:
    """The value of the sentence in the numbered list."""
    options = desk.page().select("select[name=passage] option")
    return next(str(each["value"]) for each in options if words in each.text)


# --- reading and writing ---------------------------------------------------------------------------


def test_the_page_shows_text_grid_and_the_promised_day(desk: Desk) -> None:
    text = desk.text()

    assert TEXT in text
    assert "Une scène qui se voit" in text
    assert len(criteria_of(desk.page())) == 4
    assert "Remise aujourd’hui, réponse avant mercredi 10 mars" in text
    assert "1 sur 1 à relire" in text


def test_an_answer_that_reaches_the_grid_is_validated_and_told_in_words(desk: Desk, cast: Cast) -> None:
    answer = desk.send(2)

    assert answer["Location"] == "/coach/reviews/"
    (review,) = stored(cast)
    assert review.state == "validated"
    read = author_reads(cast)
    assert "Votre mise en pratique est validée" in read
    assert "Bravo." in read
    assert "Un moment, un geste et un détail" in read  # the level in words
    assert "8 points" not in read
    assert "/ 8" not in read


def test_points_without_the_frame_do_not_validate(desk: Desk, cast: Cast) -> None:
    names = criteria_of(desk.page())
    floor = desk.page().select_one("fieldset[data-floor='1'] input")
    assert floor is not None

    desk.send(2, **{str(floor["name"]): "0"}, outcome="read")

    assert len(names) == 4
    assert stored(cast)[0].state == "read"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk: Desk, cast: Cast) -> None:
    answer = desk.send(None, comment="Mon mot", outcome="return")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choisissez 0, 1 ou 2 pour chaque critère." in page
    assert "Écrivez la suggestion" in page
    assert "Mon mot" in page
    assert stored(cast) == []


def test_a_draft_waits_and_its_author_sees_nothing_of_it(desk: Desk, cast: Cast) -> None:
    desk.post(desk.form(1, action="keep", comment="Brouillon du coach"))

    (draft,) = stored(cast)
    assert (draft.state, draft.sent_at) == ("draft", None)
    assert "Brouillon du coach" in desk.text()
    assert "Brouillon du coach" not in author_reads(cast)


def test_words_are_saved_while_one_types_and_an_older_screen_overwrites_nothing(
    desk: Desk, cast: Cast
) -> None:
    old = desk.form(None, comment="Ancien")

    first = desk.post(desk.form(None, comment="Nouveau"), "autosave/", **JSON)
    second = desk.post(old, "autosave/", **JSON)
    third = desk.post(old | {"action": "keep"})

    assert first.json()["revision"] == 1
    assert second.status_code == 409
    assert third.status_code == 409
    shown = third.content.decode()
    assert "Nouveau" in shown
    assert "Ancien" in shown
    assert stored(cast)[0].content["comment"] == "Nouveau"


def test_a_remark_that_is_being_typed_is_saved_once_and_becomes_a_remark_when_added(
    desk: Desk, cast: Cast
) -> None:
    data = desk.form(None, remark="On y est.", passage=passage_of(desk))

    desk.post(data, "autosave/", **JSON)
    desk.post(data, "autosave/", **JSON)
    assert stored(cast)[0].content["margins"] == []
    desk.post(desk.form(None, passage=passage_of(desk), action="remark"))

    (margin,) = stored(cast)[0].content["margins"]
    assert (margin["quote"], margin["text"]) == (QUOTE, "On y est.")
    assert stored(cast)[0].content["remark"] == ""
    marked = desk.page().select_one("[data-passages] mark")
    assert marked is not None
    assert marked.text == QUOTE


def test_a_remark_can_be_about_words_that_are_no_sentence_and_be_taken_off(desk: Desk, cast: Cast) -> None:
    start = TEXT.index("manteau")

    desk.post(desk.form(None, passage=f"{start}-{start + 7}", remark="Beau détail", action="remark"))
    assert stored(cast)[0].content["margins"][0]["quote"] == "manteau"
    desk.post(desk.form(None, action="drop:1"))

    assert stored(cast)[0].content["margins"] == []


def test_a_remark_for_which_there_is_no_room_stays_where_it_was_typed(desk: Desk, cast: Cast) -> None:
    for number in range(12):
        desk.post(desk.form(2, action="remark", remark=f"Remarque {number}"))

    kept = desk.post(desk.form(2, action="remark", remark="La treizième"))
    refused = desk.send(2)

    page = desk.page()
    assert kept.status_code == 302
    assert [area.get_text().strip() for area in page.select("#f-remark")] == ["La treizième"]
    assert len(page.select("[name=margin-text]")) == 12
    assert refused.status_code == 422
    assert "douze remarques au plus" in refused.content.decode()
    assert [each.state for each in stored(cast)] == ["draft"]


def test_a_practice_whose_step_has_left_the_version_is_answered_in_words(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        PracticeSubmission.objects.update(address="p2-post-valeur/disparue")

    page = desk.text()
    sent = desk.send(None, outcome="read")

    assert "sans grille, votre mot suffit" in page
    assert sent["Location"] == "/coach/reviews/"
    assert [each.state for each in stored(cast)] == ["read"]


@pytest.mark.parametrize("passage", ["0-9999", "5-5", "9-2", "x", "-1-4", ""])
def test_a_passage_that_the_text_does_not_have_is_about_the_whole(
    desk: Desk, cast: Cast, passage: str
) -> None:
    desk.post(desk.form(None, passage=passage, remark="En général", action="remark"))

    (margin,) = stored(cast)[0].content["margins"]
    assert (margin["text"], margin["quote"]) == ("En général", "")


def test_the_preview_is_what_the_author_reads_and_sends_the_same(desk: Desk, cast: Cast) -> None:
    data = desk.form(0, action="preview", comment="Un mot", suggestion="Ouvrez sur le volet.")

    location = desk.post(data)["Location"]
    page = desk.page("?" + location.partition("?")[2])
    assert stored(cast)[0].state == "draft"
    form = page.select_one("form[data-review]")
    assert form is not None
    assert "Une suggestion avant d’aller plus loin" in page.get_text(" ", strip=True)
    fields = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    desk.post(fields | {"action": "send"})

    assert stored(cast)[0].state == "returned"
    assert "Ouvrez sur le volet." in author_reads(cast)


# --- given back once -------------------------------------------------------------------------------


def test_a_practice_is_given_back_once_with_a_suggestion_then_validated(
    desk: Desk, cast: Cast, clock: time_machine.Traveller
) -> None:
    desk.send(0, suggestion="Commencez au volet.", outcome="return")
    first = author_reads(cast)

    clock.shift(dt.timedelta(days=2))
    hand_in(cast, text="Le volet, à moitié baissé.", at=NOW + dt.timedelta(days=2))
    desk = Desk(cast.coach, cast, desk.submission)
    shown = desk.text()
    desk.send(2)

    assert "Commencez au volet." in first
    assert "Deuxième version" in shown
    assert "Commencez au volet." in shown  # what was said the first time
    assert desk.page().select_one("#review") is None
    assert [each.state for each in stored(cast)] == ["returned", "validated"]


def test_a_second_return_does_not_exist(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Une fois.", outcome="return")
    hand_in(cast, text="Deuxième.", at=NOW + dt.timedelta(hours=1))

    assert desk.page().select_one("input[name=outcome][value=return]") is None
    desk.send(0, suggestion="Encore.", outcome="return", comment="Parlons-en.")

    assert [each.state for each in stored(cast)] == ["returned", "read"]
    assert "Votre mise en pratique est lue" in author_reads(cast)
    assert "prenez un moment avec votre coach" in author_reads(cast)


def test_the_database_holds_one_return_and_one_draft_for_each_practice(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Une fois.", outcome="return")
    fields = {"submission": desk.submission, "coach": cast.coach, "content": {}, "saved_at": NOW}

    for wrong in (
        {"revision": 2, "state": "returned", "sent_at": NOW},
        {"revision": 2, "state": "validated"},  # never sent
        {"revision": 2, "state": "draft", "sent_at": NOW},
        {"revision": 2, "state": "draft", "opened_at": NOW},
        {"revision": 1, "state": "draft"},
    ):
        with networks(cast.network.pk), pytest.raises(IntegrityError), transaction.atomic():
            PracticeReview.objects.create(**fields | wrong)


def test_a_validated_practice_stays_validated_and_is_not_waited_for_again(desk: Desk, cast: Cast) -> None:
    desk.send(2)

    hand_in(cast, text="Retouchée.", at=NOW + dt.timedelta(hours=1))

    assert "Rien n’est attendu ici" in desk.text()
    assert "Tout est lu." in signed_in(cast.coach).get("/coach/reviews/").content.decode()


def test_a_screen_from_before_does_not_answer_a_validated_practice_again(desk: Desk, cast: Cast) -> None:
    before = desk.form(0, action="send", comment="Encore un mot", outcome="read")
    desk.send(2)
    hand_in(cast, text="Retouchée.", at=NOW + dt.timedelta(hours=1))

    answer = desk.post(before | {"version": "2"})

    assert answer.status_code == 409
    assert "Encore un mot" in answer.content.decode()
    assert [each.state for each in stored(cast)] == ["validated"]


def test_a_screen_from_before_gives_nothing_back_a_second_time(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Ouvrez ici.")
    again = hand_in(cast, text="Seconde.", at=NOW + dt.timedelta(hours=1))
    words = Words(dict.fromkeys(CRITERIA, 0), suggestion="Encore.")
    step = outline_of(cast.cohort.programme_version).step(POST)
    assert step is not None
    grid = grid_of(step.content("fr", "insurance"))

    with networks(cast.network.pk), pytest.raises(ReviewProblem) as problem:
        send_review(again, cast.coach, grid, words, gives_back=True, version=2, edition=0)

    assert problem.value.code == "returned_before"


# --- taken back ------------------------------------------------------------------------------------


def test_an_answer_can_be_taken_back_for_some_minutes(
    desk: Desk, cast: Cast, clock: time_machine.Traveller
) -> None:
    desk.send(2, comment="Trop vite")
    after = desk.client.get("/coach/reviews/").content.decode()

    desk.post({"action": "recall"})
    assert "Reprendre ce retour" in after
    assert stored(cast)[0].state == "draft"
    assert "Trop vite" not in author_reads(cast)

    desk.send(2, comment="Posé")
    clock.shift(UNDO_FOR)
    desk.post({"action": "recall"})
    assert stored(cast)[0].state == "validated"


def test_an_answer_of_another_coach_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    other = Desk(second_coach(cast), cast, desk.submission)

    answer = other.post({"action": "recall"})

    assert answer.status_code == 302
    assert [each.state for each in stored(cast)] == ["validated"]


def test_an_answer_to_an_earlier_version_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(0, suggestion="Ouvrez ici.")
    hand_in(cast, text="Seconde.", at=NOW + dt.timedelta(minutes=5))

    desk.post({"action": "recall"})

    assert [each.state for each in stored(cast)] == ["returned"]


def test_an_answer_to_a_text_that_was_taken_back_is_no_news(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    assert "Son retour vous attend" in author(cast).get().content.decode()

    with networks(cast.network.pk, user_id=cast.head.user_id):
        withdraw_submission(cast.enrolment, POST)

    assert "Son retour vous attend" not in author(cast).get().content.decode()


def test_an_answer_that_was_read_is_not_taken_back(desk: Desk, cast: Cast) -> None:
    desk.send(2)
    author_reads(cast)

    desk.post({"action": "recall"})

    assert stored(cast)[0].state == "validated"


def test_an_answer_is_taken_back_by_the_coach_who_gave_it_alone(desk: Desk, cast: Cast) -> None:
    other = Desk(second_coach(cast), cast, desk.submission)
    desk.send(2)

    shown = other.text()
    other.post({"action": "recall"})

    assert "Reprendre ce retour" in desk.text()
    assert "Reprendre ce retour" not in shown
    assert stored(cast)[0].state == "validated"


def test_a_device_that_fetches_the_page_ahead_has_not_read_it(desk: Desk, cast: Cast) -> None:
    desk.send(2)

    author(cast).client.get(author(cast).url(POST), headers={"sec-fetch-mode": "cors"})
    assert stored(cast)[0].opened_at is None
    author(cast).client.get(author(cast).url(POST), headers={"sec-fetch-mode": "navigate"})

    player = author(cast)
    player.client.get(player.url(POST), headers={"sec-fetch-mode": "navigate"})
    assert stored(cast)[0].opened_at == NOW


# --- together --------------------------------------------------------------------------------------


def test_sending_twice_is_one(desk: Desk, cast: Cast) -> None:
    data = desk.form(2, action="send", comment="Bravo.")

    answers = [desk.post(data), desk.post(data)]

    assert [each.status_code for each in answers] == [302, 302]
    assert len(stored(cast)) == 1


def test_two_coaches_at_once_give_one_answer_and_lose_no_word(desk: Desk, cast: Cast) -> None:
    other = Desk(second_coach(cast), cast, desk.submission)
    late = other.form(2, action="send", comment="Les mots de Karim")
    desk.send(2, comment="Les mots de Claire")

    answer = other.post(late)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Un retour est déjà parti" in page
    assert "Les mots de Karim" in page  # not sent, not lost
    assert [each.content["comment"] for each in stored(cast)] == ["Les mots de Claire"]


def test_a_form_that_another_coach_opened_is_sent_in_nobody_else_s_name(desk: Desk, cast: Cast) -> None:
    data = desk.form(2, action="send", comment="Bravo.")

    answer = Desk(second_coach(cast), cast, desk.submission).post(data)

    assert answer.status_code == 403
    assert stored(cast) == []


def test_a_coach_whose_mandate_has_ended_is_not_said_to_read(desk: Desk, cast: Cast) -> None:
    second, asked = second_coach(cast), author(cast).client
    helped = reverse("learning:help", args=["rivages"])
    assert "Lu par Claire Aubert, Karim Benali" in author_reads(cast)
    assert "Karim Benali" in asked.get(helped).content.decode()

    with networks(cast.network.pk):
        Membership.objects.filter(pk=second.pk).update(ends_on=NOW.date())

    assert "Lu par Claire Aubert ;" in author_reads(cast)
    assert "Karim Benali" not in asked.get(helped).content.decode()


def test_two_coaches_share_one_draft_and_each_sees_the_other_s_words(desk: Desk, cast: Cast) -> None:
    other = Desk(second_coach(cast), cast, desk.submission)
    late = other.form(1, action="keep", comment="Karim")
    desk.post(desk.form(1, action="keep", comment="Claire"))

    answer = other.post(late)

    assert answer.status_code == 409
    assert "Ce retour a changé ailleurs" in answer.content.decode()
    assert stored(cast)[0].content["comment"] == "Claire"


def test_a_new_version_while_one_writes_is_shown_and_not_answered_unread(desk: Desk, cast: Cast) -> None:
    desk.post(desk.form(1, remark="Ici", passage=passage_of(desk), action="remark"))
    data = desk.form(2, action="send", comment="Sur l’ancienne")
    hand_in(cast, text="Avant. " + TEXT, at=NOW + dt.timedelta(minutes=5))

    answer = desk.post(data)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Une nouvelle version vient d’être remise" in page
    assert "Sur l’ancienne" in page
    assert [each.state for each in stored(cast)] == ["draft"]
    (margin,) = desk.page().select("[data-passages] mark")
    assert margin.text == QUOTE  # the remark has followed its passage


# --- taken back by its author ------------------------------------------------------------------------


def withdraw(cast: Cast) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        withdraw_submission(cast.enrolment, POST)


def test_nothing_of_a_text_that_was_taken_back_can_be_read(desk: Desk, cast: Cast) -> None:
    desk.send(2, remark="Beau", passage=passage_of(desk))

    withdraw(cast)

    answer = desk.client.get(desk.url, follow=True)
    assert "a repris ce texte" in answer.content.decode()
    assert "volet" not in answer.content.decode()
    (review,) = stored(cast)
    assert review.state == "validated"  # the fact stays
    assert review.content["comment"] == "Bravo."
    assert "volet" not in str(review.content)
    assert "Beau" in author_reads(cast)


def test_a_draft_about_a_text_that_was_taken_back_goes_with_it(desk: Desk, cast: Cast) -> None:
    data = desk.form(1, action="keep", comment="À propos du volet")
    desk.post(data)

    withdraw(cast)
    saved = desk.post(data, "autosave/", **JSON)
    sent = desk.post(data | {"action": "send"}, "")

    assert (saved.status_code, saved.json()["problem"]) == (409, "gone")
    assert sent.status_code == 302
    assert stored(cast) == []


# --- who ---------------------------------------------------------------------------------------------


def test_others_do_not_read_it(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        stranger = make_member(cast.network, "autre@example.com", "coach")

    found = {
        name: signed_in(member).get(desk.url).status_code
        for name, member in {
            "another coach": stranger,
            "manager": cast.manager,
            "pair": cast.peer,
            "author": cast.head,
            "other network": cast.outsider,
        }.items()
    }

    assert found == {"another coach": 404, "manager": 403, "pair": 403, "author": 403, "other network": 404}


def test_a_coach_of_another_cohort_is_neither_shown_a_practice_nor_led_to_it(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        stranger = make_member(cast.network, "autre@example.com", "coach")
        version = cast.cohort.programme_version
        other, _enrolments = launch_cohort(stranger, version, cast.heads[1:2], name="Une autre")
    client = signed_in(stranger)

    under_their_own = client.get(desk.url.replace(cast.cohort.public_id, other.public_id))
    onwards = client.get(reverse("adoption:next_review", args=["rivages"]))

    assert under_their_own.status_code == 404
    assert onwards["Location"] == "/coach/reviews/"


def test_an_archived_cohort_is_only_read(desk: Desk, cast: Cast) -> None:
    data = desk.form(2, action="send", comment="Trop tard")
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status="archived")

    answer = desk.post(data)

    assert answer.status_code == 409
    assert "Cette promotion est archivée" in answer.content.decode()
    assert stored(cast) == []


def waiting(cast: Cast) -> int:
    with networks(cast.network.pk):
        return PracticeSubmission.objects.to_review(NOW.date()).count()


@pytest.mark.parametrize("status", ["replaced", "withdrawn", "cancelled"])
def test_whoever_has_left_is_not_waited_upon(desk: Desk, cast: Cast, status: str) -> None:
    assert waiting(cast) == 1

    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(status=status)

    assert waiting(cast) == 0


def test_whoever_s_mandate_has_ended_is_not_waited_upon(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(ends_on=NOW.date())

    assert waiting(cast) == 0


def test_nothing_waits_in_an_archived_cohort(desk: Desk, cast: Cast) -> None:
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status="archived")

    assert waiting(cast) == 0
