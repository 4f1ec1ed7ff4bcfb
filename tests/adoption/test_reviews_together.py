"""Several coaches, other coaches, and people who have left: who answers a practice, and who does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import PracticeSubmission
from tests.adoption.people import signed_in
from tests.adoption.reviewing import (
    NOW,
    QUOTE,
    TEXT,
    Desk,
    author,
    author_reads,
    clock,
    desk,
    hand_in,
    passage_of,
    second_coach,
    stored,
)
from tests.factories import Cast, launch_cohort, make_member

__all__ = ["clock", "desk"]

pytestmark = pytest.mark.django_db


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
