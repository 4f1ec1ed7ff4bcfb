"""A running cohort and one of its people, as their coach sees them: facts and dates, never an answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from agencies.models import Agency, Invitation, Membership
from agencies.scope import networks
from agencies.services import issue_invitation
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.cohorts.services import create_cohort, pause, replace_head
from coaching.learning.models import Answer, SharedItem, StepCompletion, SurveyReply
from coaching.programmes.outline import StepOutline
from coaching.programmes.runtime import outline_of
from tests.adoption.people import signed_in, take_weeks
from tests.factories import PARIS, Cast, make_agency, make_cast, make_member, starter_version
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db

WEEK_2 = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEEK_2, tick=False):
        yield


def cohort_url(cast: Cast, slug: str = "rivages") -> str:
    return reverse("adoption:cohort_detail", args=[slug, cast.cohort.public_id])


def person_url(cast: Cast, number: int = 1, slug: str = "rivages") -> str:
    enrolment = cast.enrolments[number - 1]
    return reverse("adoption:participant", args=[slug, cast.cohort.public_id, enrolment.public_id])


def read(url: str, who: Membership) -> str:
    response = signed_in(who).get(url)
    assert response.status_code == 200
    return response.content.decode()


def first_quiz(cast: Cast) -> StepOutline:
    steps = outline_of(cast.cohort.programme_version).steps_for_sector(cast.network.sector)
    return next(step for step in steps if step.kind == "quiz")


def not_joined(cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
        cast.head.joined_at = None


def test_participants_show_progress_date_and_situation(cast: Cast) -> None:
    take_weeks(cast, 2, weeks=2, last_at=dt.datetime(2027, 1, 19, 9, 0, tzinfo=PARIS))

    shown = read(cohort_url(cast), cast.coach)

    assert "1 au rythme, 1 à épauler" in shown
    assert f'aria-label="Avancement de {cast.peer.user}"' in shown
    assert "19" in shown
    assert "78" in shown  # 7 right answers of 9


def test_people_to_see_come_first_unless_sorted_by_agency(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=2, last_at=dt.datetime(2027, 1, 19, 9, 0, tzinfo=PARIS))
    rows = f"<b>{cast.head.user}</b>", f"<b>{cast.peer.user}</b>"

    first = read(cohort_url(cast), cast.coach)
    by_agency = read(cohort_url(cast) + "?order=alpha", cast.coach)

    assert first.index(rows[1]) < first.index(rows[0])
    assert by_agency.index(rows[0]) < by_agency.index(rows[1])


def test_pause_is_shown_without_a_reason(cast: Cast) -> None:
    with networks(cast.network.pk):
        pause(cast.enrolment, 1)

    shown = read(cohort_url(cast), cast.coach)

    assert "En pause" in shown
    assert "mardi 26 janvier" in shown


def test_replaced_head_is_listed_apart(cast: Cast) -> None:
    with networks(cast.network.pk):
        successor = make_member(
            cast.network, "new@example.com", "agency_head", cast.agencies[0], name="Nouvelle Tête"
        )
        replace_head(cast.enrolment, successor)

    shown = read(cohort_url(cast), cast.coach)

    assert "Ne suivent plus cette promotion" in shown
    assert "Remplacement" in shown
    assert "Nouvelle Tête" in shown


@pytest.mark.parametrize(
    ("sent_days_ago", "words"),
    [(None, "Partira au prochain créneau ouvert"), (3, "lien valable jusqu’au"), (20, "Lien expiré")],
)
def test_invitation_of_somebody_who_has_not_joined(cast: Cast, sent_days_ago: int | None, words: str) -> None:
    not_joined(cast)
    if sent_days_ago is not None:
        with networks(cast.network.pk):
            issue_invitation(cast.head)
            expires_at = WEEK_2 + dt.timedelta(days=14 - sent_days_ago)
            Invitation.objects.filter(membership=cast.head).update(expires_at=expires_at)

    shown = read(cohort_url(cast), cast.coach)

    assert words in shown
    assert "1 sur 2 a rejoint" in shown
    is_offered = reverse("cohorts:invite", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    assert (is_offered in shown) is (sent_days_ago is not None)


@pytest.mark.parametrize(
    ("asked_at", "words"),
    [
        (WEEK_2 - dt.timedelta(minutes=5), "elle part mercredi 20 janvier vers 8 h 55"),
        (WEEK_2.replace(hour=7, minute=0), "elle part mercredi 20 janvier vers 8 h 30"),
    ],
)
def test_an_invitation_asked_for_again_says_when_it_leaves_and_is_not_offered_twice(
    cast: Cast, asked_at: dt.datetime, words: str
) -> None:
    expired_link(cast, asked_at)

    pages = [read(cohort_url(cast), cast.coach), read(person_url(cast), cast.coach)]

    for shown in pages:
        assert words in shown.replace("\u00a0", " ")
        assert "Lien expiré" not in shown
        assert invite_url(cast) not in shown


def test_an_invitation_that_did_not_leave_when_it_should_may_be_asked_for_again(cast: Cast) -> None:
    expired_link(cast, WEEK_2 - dt.timedelta(days=2))

    shown = read(cohort_url(cast), cast.coach)

    assert "Lien expiré" in shown
    assert invite_url(cast) in shown


def test_invitation_asked_again_for_an_agency_open_on_weekends_only_has_no_hour(cast: Cast) -> None:
    expired_link(cast, WEEK_2)
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.head.agency_id).update(open_days=[6, 7])

    shown = read(cohort_url(cast), cast.coach)

    assert "elle part dès que l’agence ouvre en semaine" in shown
    assert invite_url(cast) not in shown


def expired_link(cast: Cast, asked_at: dt.datetime) -> None:
    not_joined(cast)
    with networks(cast.network.pk):
        issue_invitation(cast.head)
        Invitation.objects.filter(membership=cast.head).update(expires_at=WEEK_2 - dt.timedelta(days=4))
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(invited_again_at=asked_at)


def invite_url(cast: Cast) -> str:
    return reverse("cohorts:invite", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])


def test_draft_is_on_its_preview(cast: Cast) -> None:
    with networks(cast.network.pk):
        draft = create_cohort(
            cast.coach, name="Printemps", version=starter_version(), starts_on=dt.date(2027, 4, 6)
        )
    url = reverse("adoption:cohort_detail", args=["rivages", draft.public_id])

    response = signed_in(cast.coach).get(url)

    assert response.headers["Location"] == reverse("cohorts:preview", args=["rivages", draft.public_id])


@pytest.mark.parametrize("page", ["0", "99", "abc", "-1"])
def test_strange_page_numbers_show_a_page(cast: Cast, page: str) -> None:
    assert signed_in(cast.coach).get(cohort_url(cast), {"page": page, "order": "zzz"}).status_code == 200


def test_person_page_shows_steps_scores_and_questions_missed(cast: Cast) -> None:
    quiz = first_quiz(cast)
    item = quiz.content("fr", cast.network.sector)["items"][0]
    with networks(cast.network.pk):
        StepCompletion.objects.create(
            enrolment=cast.enrolment,
            address=quiz.address,
            week_number=quiz.week_number,
            minutes=quiz.minutes,
            score=3,
            max_score=4,
            missed=[item["key"], "question-gone"],
            completed_at=WEEK_2,
        )

    shown = read(person_url(cast), cast.coach)

    assert "3 réponses justes sur 4" in shown
    assert "À revoir" in shown
    assert "question-gone" not in shown


def test_person_page_shows_the_exchanges_and_a_form_to_note_one(cast: Cast) -> None:
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment,
            coach=cast.coach,
            kind="call",
            note="Beaucoup de sinistres",
            happened_at=WEEK_2,
        )

    shown = read(person_url(cast), cast.coach)

    assert "Beaucoup de sinistres" in shown
    assert (
        reverse("cohorts:contact", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id]) in shown
    )


def test_shared_copy_is_shown_and_the_original_never(cast: Cast) -> None:
    author = cast.head.user
    with networks(cast.network.pk, user_id=author.pk):
        address = first_quiz(cast).address
        Answer.objects.create(
            enrolment=cast.enrolment, author=author, address=address, content={"text": "CANARY-ORIGINAL"}
        )
        shared = {"enrolment": cast.enrolment, "author": author, "address": address, "shared_at": WEEK_2}
        SharedItem.objects.create(**shared, prompt="p1", text="Ma copie choisie")
        SharedItem.objects.create(**shared, prompt="p2", text="CANARY-WITHDRAWN", withdrawn_at=WEEK_2)

    pages = [
        read(person_url(cast), cast.coach),
        read(cohort_url(cast), cast.coach),
        read(person_url(cast) + "confided/", cast.coach),
    ]

    assert "Ma copie choisie" in pages[2]
    assert "Ma copie choisie" not in pages[0]  # read where it is noted that it was
    assert pages[0].index(">Confié à vous<") < pages[0].index(">Étapes<")
    assert pages[1].replace("\u00a0", " ").count("Confié à vous : mercredi 20 janvier") == 1
    assert not any("CANARY" in page for page in pages)


@pytest.mark.parametrize("address", [cohort_url, person_url])
@pytest.mark.parametrize("who", ["manager", "head"])
def test_managers_and_heads_have_no_coach_pages(cast: Cast, address: Any, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(address(cast)).status_code == 403


@pytest.mark.parametrize("address", [cohort_url, person_url])
def test_other_coach_of_the_network_finds_nothing(cast: Cast, address: Any) -> None:
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")

    assert signed_in(colleague).get(address(cast)).status_code == 404


@pytest.mark.parametrize("address", [cohort_url, person_url])
def test_cohort_of_one_network_is_unknown_in_the_other(cast: Cast, address: Any) -> None:
    assert signed_in(cast.coach).get(address(cast, slug="toits")).status_code == 404


def test_person_of_another_cohort_is_unknown_in_this_one(cast: Cast) -> None:
    with networks(cast.network.pk):
        other = create_cohort(
            cast.coach, name="Printemps", version=starter_version(), starts_on=dt.date(2027, 4, 6)
        )
    url = reverse("adoption:participant", args=["rivages", other.public_id, cast.enrolment.public_id])

    assert signed_in(cast.coach).get(url).status_code == 404


@pytest.mark.parametrize("heads", [1, 3])
def test_cohort_page_costs_the_same_for_one_person_or_three(heads: int) -> None:
    cast = make_cast(heads)
    for number in range(1, heads + 1):
        take_weeks(cast, number, weeks=1)
    not_joined(cast)
    client = signed_in(cast.coach)
    client.get(cohort_url(cast))

    queries = queries_in_scope(client, cohort_url(cast))

    # The cohort asked for, then: calendar, weeks, sessions, people, exchanges, calls, scores, links,
    # whether the coach runs it, attendance, votes, practices to read.
    assert len(queries) == 14, queries


@pytest.mark.slow
def test_cohort_page_of_four_hundred_people_is_cut_in_pages_at_the_same_cost() -> None:
    cast = make_cast(2)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Grande")
        for number in range(398):
            member = make_member(cast.network, f"many{number}@example.com", "agency_head", agency)
            Enrolment.objects.create(cohort=cast.cohort, membership=member, invited_at=WEEK_2)
    client = signed_in(cast.coach)
    client.get(cohort_url(cast))

    queries = queries_in_scope(client, cohort_url(cast))
    shown = client.get(cohort_url(cast)).content.decode()

    assert len(queries) <= 14, queries
    assert "Page 1 sur 8" in shown


@pytest.mark.parametrize("weeks", [1, 2])
def test_person_page_costs_the_same_whatever_was_done(cast: Cast, weeks: int) -> None:
    take_weeks(cast, 1, weeks=weeks)
    client = signed_in(cast.coach)
    client.get(person_url(cast))

    queries = queries_in_scope(client, person_url(cast))

    assert len(queries) == 22, queries


def test_answers_sent_to_the_coach_stand_in_words(cast: Cast) -> None:
    reply = {"dire-a-quoi-je-tiens": 4}
    with networks(cast.network.pk):
        SurveyReply.objects.create(
            network=cast.network,
            enrolment=cast.enrolment,
            address="w0-accueil/point-de-depart",
            content={"answers": reply, "part": 8},
            sent_at=WEEK_2,
        )

    shown = read(person_url(cast), cast.coach)

    assert "Je sais dire en une phrase à quoi je tiens dans mon métier.<small>4 sur 5</small>" in shown
    assert "Je sais choisir un réseau" not in shown  # no answer, no line
