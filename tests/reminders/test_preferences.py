"""Leaving, pausing and choosing messages: from a mail without signing in, and from one's account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agencies.addresses import address_hash
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.services import plan_network
from coaching.reminders.tokens import BadToken, Holder, make_token, read_token
from tests.factories import PARIS, Cast

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 6, 10, 0, tzinfo=PARIS)


@pytest.fixture
def holder(cast: Cast) -> Holder:
    return Holder(cast.network.pk, cast.enrolment.public_id)


def unsubscribe_url(holder: Holder) -> str:
    return reverse("reminders:unsubscribe", args=[make_token("unsubscribe", holder)])


def pause_url(holder: Holder) -> str:
    return reverse("reminders:pause", args=[make_token("pause", holder)])


def suppressions(cast: Cast) -> list[str]:
    with networks(cast.network.pk):
        return list(Suppression.objects.values_list("reason", flat=True))


def enrolment(cast: Cast) -> Enrolment:
    with networks(cast.network.pk):
        return Enrolment.objects.get(pk=cast.enrolment.pk)


def test_one_click_unsubscribes_without_page_cookie_or_form_token(cast: Cast, holder: Holder) -> None:
    browserless = Client(enforce_csrf_checks=True)

    response = browserless.post(
        unsubscribe_url(holder),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 200
    assert suppressions(cast) == ["unsubscribed"]


def test_opening_the_link_a_thousand_times_changes_nothing(
    cast: Cast, holder: Holder, client: Client
) -> None:
    for _ in range(10):
        assert client.get(unsubscribe_url(holder)).status_code == 200
        assert client.head(unsubscribe_url(holder)).status_code in (200, 405)
        assert client.get(pause_url(holder)).status_code == 200

    assert suppressions(cast) == []
    with networks(cast.network.pk):
        assert not cast.enrolment.pauses.exists()


def test_unsubscribing_twice_is_the_same_as_once(cast: Cast, holder: Holder, client: Client) -> None:
    for _ in range(2):
        assert client.post(unsubscribe_url(holder)).status_code == 200

    assert suppressions(cast) == ["unsubscribed"]


def test_unsubscribing_cancels_what_waits_and_coming_back_restores_it(
    cast: Cast, holder: Holder, client: Client
) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(activated_at=NOW, status="active")
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        waiting = set(
            Reminder.objects.filter(enrolment=cast.enrolment, state="due").values_list("pk", flat=True)
        )

    client.post(unsubscribe_url(holder))
    with networks(cast.network.pk):
        cancelled = set(
            Reminder.objects.filter(state="cancelled", reason="unsubscribed").values_list("pk", flat=True)
        )
        others = Reminder.objects.filter(enrolment=cast.enrolments[1], state="due").count()
    client.post(unsubscribe_url(holder), {"action": "again"})

    with networks(cast.network.pk):
        back = set(
            Reminder.objects.filter(enrolment=cast.enrolment, state="due").values_list("pk", flat=True)
        )
    assert waiting
    assert cancelled == waiting == back
    assert others > 0
    assert suppressions(cast) == []


def test_choosing_the_digest_alone_from_the_mail(cast: Cast, holder: Holder, client: Client) -> None:
    client.post(unsubscribe_url(holder), {"action": "digest_only"})

    assert enrolment(cast).mail_mode == "digest_only"
    assert suppressions(cast) == []


def test_only_the_hash_of_an_address_is_kept(cast: Cast, holder: Holder, client: Client) -> None:
    client.post(unsubscribe_url(holder))

    with networks(cast.network.pk):
        assert "@" not in str(list(Suppression.objects.values()))


def due(cast: Cast) -> int:
    """How many messages of the first head wait, once the plan is made anew."""
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(
            activated_at=NOW, status="active", next_check_at=NOW
        )
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        return Reminder.objects.filter(enrolment=cast.enrolment, state="due").count()


def test_unsubscription_outlives_a_change_of_address(cast: Cast, holder: Holder, client: Client) -> None:
    client.post(unsubscribe_url(holder))
    User.objects.filter(pk=cast.head.user_id).update(email="new@example.com")

    assert due(cast) == 0
    assert "Vous ne recevez plus de messages." in client.get(unsubscribe_url(holder)).content.decode()

    client.post(unsubscribe_url(holder), {"action": "again"})
    assert due(cast) > 0


def test_an_address_that_refuses_mail_is_left_behind_with_it(cast: Cast) -> None:
    with networks(cast.network.pk):
        refused = address_hash(cast.network.pk, cast.head.user.email)
        Suppression.objects.create(address_hash=refused, reason="bounced")
    assert due(cast) == 0

    User.objects.filter(pk=cast.head.user_id).update(email="new@example.com")

    assert due(cast) > 0


def test_who_has_a_refused_address_may_unsubscribe_all_the_same(
    cast: Cast, holder: Holder, client: Client
) -> None:
    with networks(cast.network.pk):
        refused = address_hash(cast.network.pk, cast.head.user.email)
        Suppression.objects.create(address_hash=refused, reason="bounced")

    client.post(unsubscribe_url(holder))

    assert sorted(suppressions(cast)) == ["bounced", "unsubscribed"]


def test_token_serves_one_purpose_and_no_bit_may_change(cast: Cast, holder: Holder, client: Client) -> None:
    token = make_token("unsubscribe", holder)

    with pytest.raises(BadToken):
        read_token("pause", token)
    for place in range(len(token)):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadToken):
            read_token("unsubscribe", forged)
    assert client.post(reverse("reminders:pause", args=[token]), {"weeks": "1"}).status_code == 404
    assert client.get(reverse("reminders:unsubscribe", args=["x"])).status_code == 404


def test_token_of_a_person_who_is_gone_is_an_ordinary_404(cast: Cast, client: Client) -> None:
    gone = Holder(cast.network.pk, "nobody")

    assert client.post(unsubscribe_url(gone)).status_code == 404


def test_token_cannot_reach_into_another_network(cast: Cast, client: Client) -> None:
    mixed = Holder(cast.other_network.pk, cast.enrolment.public_id)

    assert client.post(unsubscribe_url(mixed)).status_code == 404


def test_pause_of_two_weeks_from_a_mail_and_back(cast: Cast, holder: Holder, client: Client) -> None:
    assert client.post(pause_url(holder), {"weeks": "2"}).status_code == 302
    with networks(cast.network.pk):
        row = cast.enrolment.pauses.get()
    assert (row.ends_on - row.starts_on).days == 13
    assert row.starts_on == timezone.localdate()

    assert client.post(pause_url(holder), {"resume": "1"}).status_code == 302

    with networks(cast.network.pk):
        assert not cast.enrolment.pauses.exists()


@pytest.mark.parametrize("weeks", ["", "0", "4", "-1", "x", "1" * 50])
def test_pause_of_another_length_is_refused_in_words(
    cast: Cast, holder: Holder, client: Client, weeks: str
) -> None:
    response = client.post(pause_url(holder), {"weeks": weeks})

    assert response.status_code == 422
    with networks(cast.network.pk):
        assert not cast.enrolment.pauses.exists()


def test_second_pause_says_that_one_is_running(cast: Cast, holder: Holder, client: Client) -> None:
    client.post(pause_url(holder), {"weeks": "1"})

    page = client.post(pause_url(holder), {"weeks": "3"}, follow=True)

    assert page.status_code == 200
    with networks(cast.network.pk):
        assert cast.enrolment.pauses.count() == 1


def test_preferences_page_changes_the_persons_own_messages(cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(pk=cast.head.user_id))
    url = reverse("reminders:preferences", args=["rivages"])

    response = client.post(url, {"mail_mode": "none"})

    assert response.status_code == 302
    assert enrolment(cast).mail_mode == "none"
    assert client.get(url).status_code == 200


def test_preferences_page_refuses_what_is_no_choice(cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(pk=cast.head.user_id))

    response = client.post(reverse("reminders:preferences", args=["rivages"]), {"mail_mode": "spam"})

    assert response.status_code == 422
    assert enrolment(cast).mail_mode == "all"


def test_choosing_messages_takes_an_unsubscription_back(cast: Cast, holder: Holder, client: Client) -> None:
    client.post(unsubscribe_url(holder))
    client.force_login(User.objects.get(pk=cast.head.user_id))

    client.post(reverse("reminders:preferences", args=["rivages"]), {"mail_mode": "digest_only"})

    assert suppressions(cast) == []


def test_preferences_page_is_closed_to_strangers_and_to_other_roles(cast: Cast, client: Client) -> None:
    url = reverse("reminders:preferences", args=["rivages"])
    assert client.get(url).status_code == 302

    client.force_login(User.objects.get(pk=cast.outsider.user_id))
    assert client.get(url).status_code == 404
    client.force_login(User.objects.get(pk=cast.coach.user_id))
    assert client.get(url).status_code == 403
