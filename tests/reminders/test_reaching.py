"""What a mailbox or a provider says of somebody is seen by their coach, and taken back by them alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from agencies.addresses import address_hash
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.preferences import unsubscribe
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def said(cast: Cast, reason: str) -> None:
    """A provider has told it of the first head."""
    theirs = address_hash(cast.network.pk, cast.head.user.email)
    with networks(cast.network.pk):
        if reason == "bounced":
            Suppression.objects.create(address_hash=theirs, reason=reason)
            Enrolment.objects.filter(pk=cast.enrolment.pk).update(refused_address=theirs)
        else:
            Suppression.objects.create(user=cast.head.user, reason=reason)


def messages_url(cast: Cast) -> str:
    return f"/n/rivages/cohorts/{cast.cohort.public_id}/messages/"


def url(cast: Cast) -> str:
    return f"/n/rivages/cohorts/{cast.cohort.public_id}/reach/{cast.enrolment.public_id}/"


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def left(cast: Cast) -> list[str]:
    with networks(cast.network.pk):
        return list(Suppression.objects.values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("reason", "words"),
    [("bounced", "cette adresse n’existe pas"), ("complaint", "a signalé un message comme indésirable")],
)
def test_coach_reads_why_and_lets_messages_go_again(
    cast: Cast, coach: Client, reason: str, words: str
) -> None:
    said(cast, reason)
    assert url(cast) in coach.get(messages_url(cast)).content.decode()
    assert words in coach.get(url(cast)).content.decode()
    before = timezone.now()

    answer = coach.post(url(cast), follow=True)

    assert "Les messages peuvent de nouveau aller vers Tête 001." in answer.content.decode()
    assert 'id="unreached"' not in answer.content.decode()
    assert left(cast) == []
    with networks(cast.network.pk):
        row = Enrolment.objects.get(pk=cast.enrolment.pk)
    assert row.refused_address is None
    assert row.next_check_at is not None
    assert row.next_check_at >= before


def test_reading_the_page_changes_nothing(cast: Cast, coach: Client) -> None:
    said(cast, "complaint")

    coach.get(url(cast))

    assert left(cast) == ["complaint"]


def test_word_of_the_person_is_not_the_coach_s_to_take_back(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        unsubscribe(cast.enrolment)
    assert url(cast) not in coach.get(messages_url(cast)).content.decode()

    coach.post(url(cast))

    assert left(cast) == ["unsubscribed"]
    assert "Aucune messagerie ne retient" in coach.get(url(cast)).content.decode()


def test_message_that_came_back_says_so_where_a_person_looks(cast: Cast, coach: Client) -> None:
    now = timezone.now()
    with networks(cast.network.pk):
        Reminder.objects.create(
            enrolment=cast.enrolment,
            recipient=cast.head.user,
            kind="weekly_digest",
            occurrence="2027-W01",
            dedupe_key="e" * 64,
            local_due="2027-01-06T14:00",
            time_zone="Europe/Paris",
            due_at=now,
            expires_at=now,
            next_try_at=now,
            state="bounced",
            reason="came_back",
            handed_over_at=now,
            finished_at=now,
        )

    page = coach.get(f"{messages_url(cast)}?show=to_see").content.decode()

    assert "la messagerie l’avait pris, puis l’a rendu." in page
    assert "Non envoyé parce que" not in page
