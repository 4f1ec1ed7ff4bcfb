"""One touch from a mail, without signing in: asked once more on a page, done once, nothing told."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import add_contact
from coaching.learning.models import HelpRequest, StepCompletion
from coaching.learning.services import ask_for_help
from coaching.reminders.loading import load
from coaching.reminders.models import OneTap, Reminder
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.taps import LASTS, BadToken, Tap, make_tap, read_tap
from coaching.reminders.tokens import Holder
from tests.factories import Cast, launch_cohort
from tests.reminders.conftest import Mailbox, html_of, text_of
from tests.reminders.tapping import (
    ACTIVE,
    HEAD,
    NEXT_TUESDAY,
    READING,
    SITE,
    THURSDAY,
    TUESDAY,
    WELCOME,
    mail_at,
    path_of,
    take,
)

pytestmark = pytest.mark.django_db

ACTIONS = ("done", "next_week", "stuck")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def digest(cast: Cast, mailbox: Mailbox, clock: time_machine.Traveller) -> EmailMessage:
    """Week 1, its first step a reading."""
    take(cast, WELCOME, ACTIVE)
    return mail_at(cast, mailbox, clock, TUESDAY)


def words(response: object) -> str:
    page = BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]
    return " ".join(page.text.replace("\u00a0", " ").split())


def buttons(response: object) -> int:
    page = BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]
    return len(page.select("main form button"))


def traces(cast: Cast) -> tuple[int, ...]:
    """How much of everything that a touch may leave."""
    with networks(cast.network.pk):
        models = (OneTap, HelpRequest, StepCompletion, Reminder)
        return tuple(model.objects.count() for model in models)


def done(cast: Cast) -> set[str]:
    with networks(cast.network.pk):
        return StepCompletion.objects.of(cast.enrolment).addresses()


def states(cast: Cast, kind: str) -> list[tuple[str, str]]:
    with networks(cast.network.pk):
        rows = Reminder.objects.of(cast.enrolment).filter(kind=kind).order_by("due_at")
        return list(rows.values_list("state", "reason"))


# --- in the mail -----------------------------------------------------------------------------


def test_digest_and_nudge_carry_the_four_touches_in_text_and_html(
    cast: Cast, mailbox: Mailbox, digest: EmailMessage, clock: time_machine.Traveller
) -> None:
    nudge = mail_at(cast, mailbox, clock, THURSDAY)

    assert nudge["Subject"] != digest["Subject"]
    for mail in (digest, nudge):
        for what in (*(f"tap/{action}" for action in ACTIONS), "pause"):
            assert path_of(mail, what) in html_of(mail)


def test_invitation_carries_none(cast: Cast, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    mail = mail_at(cast, mailbox, clock, ACTIVE)

    assert "/mail/tap/" not in text_of(mail) + html_of(mail)


def test_address_tells_no_step_and_no_name(digest: EmailMessage) -> None:
    token = path_of(digest, "tap/done").split("/")[-2]
    payload = token.split(":")[0]

    read = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()

    assert "weekly_digest" in read
    assert not any(word in read for word in ("communiquer", "affiche", "head1", "Tête"))


# --- looking changes nothing -----------------------------------------------------------------


@pytest.mark.parametrize("action", ACTIONS)
def test_a_scanner_that_opens_the_link_again_and_again_changes_nothing(
    cast: Cast, digest: EmailMessage, client: Client, action: str
) -> None:
    path, before = path_of(digest, f"tap/{action}"), traces(cast)

    for _ in range(20):
        answer = client.get(path)
        assert answer.status_code == 200
        assert buttons(answer) == 1
        client.head(path)
        client.options(path)

    assert traces(cast) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_page_names_neither_person_nor_module(
    cast: Cast, digest: EmailMessage, client: Client, action: str
) -> None:
    shown = client.get(path_of(digest, f"tap/{action}")).content.decode()

    assert "Communiquer" not in shown
    assert "Tête" not in shown
    assert "no-store" in client.get(path_of(digest, f"tap/{action}"))["Cache-Control"]


# --- done ------------------------------------------------------------------------------------


def test_reading_is_done_at_one_touch_and_once(cast: Cast, digest: EmailMessage, client: Client) -> None:
    path = path_of(digest, "tap/done")

    asked = client.get(path)
    first = client.post(path, follow=True)
    after = traces(cast)
    second = client.post(path, follow=True)

    assert re.search(r"\d min de lecture", words(asked))
    assert READING in done(cast)
    assert "C’est noté." in words(first)
    assert "C’est noté." in words(second)
    assert buttons(second) == 0
    assert traces(cast) == after
    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).last_activity_at == TUESDAY


def test_step_that_asks_for_words_is_not_done_from_a_mail(
    cast: Cast, mailbox: Mailbox, client: Client, clock: time_machine.Traveller
) -> None:
    take(cast, WELCOME, ACTIVE)
    take(cast, READING, ACTIVE)
    path = path_of(mail_at(cast, mailbox, clock, TUESDAY), "tap/done")
    before = traces(cast)

    page = client.post(path, follow=True)

    assert "/learn/communiquer-c-est-relier/une-question-en-public/" in page.content.decode()
    assert "Cette étape attend vos mots." in words(page)
    assert buttons(page) == 0
    assert traces(cast) == before


def test_what_was_done_in_between_is_said_and_not_done_again(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    take(cast, READING, TUESDAY)
    before = traces(cast)

    page = client.post(path_of(digest, "tap/done"), follow=True)

    assert "C’est déjà fait." in words(page)
    assert traces(cast) == before


# --- next week -------------------------------------------------------------------------------


def test_next_week_keeps_back_the_reminders_of_this_week_and_of_no_other(
    cast: Cast, mailbox: Mailbox, digest: EmailMessage, client: Client, clock: time_machine.Traveller
) -> None:
    page = client.get(path_of(digest, "tap/next_week"))
    told = client.post(path_of(digest, "tap/next_week"), follow=True)
    before = len(mailbox.to(HEAD))

    clock.move_to(THURSDAY)
    deliver_network(cast.network.pk, now=THURSDAY)

    assert "jusqu’au dimanche 17 janvier inclus" in words(page)
    assert "jusqu’au dimanche 17 janvier inclus" in words(told)
    assert len(mailbox.to(HEAD)) == before
    assert ("skipped", "next_week") in states(cast, "midweek_nudge")
    assert mail_at(cast, mailbox, clock, NEXT_TUESDAY)["Subject"] != digest["Subject"]


def test_next_week_is_not_the_wish_of_the_others(
    cast: Cast, mailbox: Mailbox, digest: EmailMessage, client: Client
) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolments[1].pk).update(
            activated_at=ACTIVE, status="active", next_check_at=TUESDAY
        )
    client.post(path_of(digest, "tap/next_week"))

    deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.to("head2@example.com")


def test_next_week_holds_in_every_cohort_of_that_person_here(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    with networks(cast.network.pk):
        _second, theirs = launch_cohort(
            cast.coach, cast.cohort.programme_version, [cast.head], name="Printemps", launched_at=ACTIVE
        )
    client.post(path_of(digest, "tap/next_week"))

    with networks(cast.network.pk):
        people = [cast.enrolment.pk, theirs[0].pk, cast.enrolments[1].pk]
        found = load(people, TUESDAY)
        after = load(people, TUESDAY + dt.timedelta(days=9))

    assert [found[pk].facts.quiet_week for pk in people] == ["2027-W02", "2027-W02", ""]
    assert [after[pk].facts.quiet_week for pk in people] == ["", "", ""]


def test_nothing_is_planned_any_more_for_the_rest_of_that_week(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    client.post(path_of(digest, "tap/next_week"))
    with networks(cast.network.pk):
        Reminder.objects.filter(state="due").delete()

    plan_network(cast.network.pk, TUESDAY)

    with networks(cast.network.pk):
        weeks = Reminder.objects.of(cast.enrolment).filter(state="due").values_list("kind", "occurrence")
        assert ("midweek_nudge", "2027-W02") not in weeks
        assert ("weekly_digest", "2027-W03") in weeks


def test_coach_reads_why_it_did_not_leave(
    cast: Cast, mailbox: Mailbox, digest: EmailMessage, client: Client
) -> None:
    client.post(path_of(digest, "tap/next_week"))
    deliver_network(cast.network.pk, now=THURSDAY)
    client.force_login(cast.coach.user)

    page = client.get(f"/n/rivages/cohorts/{cast.cohort.public_id}/messages/?show=not_sent")

    assert "la personne a préféré la semaine suivante" in words(page)


# --- I am stuck ------------------------------------------------------------------------------


def standing(cast: Cast) -> list[HelpRequest]:
    with networks(cast.network.pk):
        return list(HelpRequest.objects.of(cast.enrolment).standing())


def test_i_am_stuck_calls_the_coach_once(cast: Cast, digest: EmailMessage, client: Client) -> None:
    path = path_of(digest, "tap/stuck")

    for _ in range(2):
        assert "Votre coach le sait" in words(client.post(path, follow=True))

    assert len(standing(cast)) == 1


def test_a_call_that_the_coach_has_answered_is_not_made_again_by_the_same_mail(
    cast: Cast, digest: EmailMessage, client: Client, clock: time_machine.Traveller
) -> None:
    client.post(path_of(digest, "tap/stuck"))
    later = TUESDAY + dt.timedelta(days=1)
    clock.move_to(later)
    with networks(cast.network.pk):
        add_contact(cast.enrolment, cast.coach, happened_at=later)

    client.post(path_of(digest, "tap/stuck"))

    assert standing(cast) == []


def test_the_sentence_of_a_call_that_stands_stays(cast: Cast, digest: EmailMessage, client: Client) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        ask_for_help(cast.enrolment, "Je ne trouve pas mes photos")

    page = client.post(path_of(digest, "tap/stuck"), follow=True)

    assert "Votre coach le sait" in words(page)
    assert [each.text for each in standing(cast)] == ["Je ne trouve pas mes photos"]
    assert "photos" not in words(page)


# --- what does not open ----------------------------------------------------------------------


def holder(cast: Cast) -> Holder:
    return Holder(cast.network.pk, cast.enrolment.public_id)


def test_address_serves_one_action_and_no_character_may_change(cast: Cast, client: Client) -> None:
    token = make_tap("stuck", Tap(holder(cast), "weekly_digest", "2027-W02"))

    with pytest.raises(BadToken):
        read_tap("done", token)
    for place in range(len(token)):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadToken):
            read_tap("stuck", forged)
    for path in (f"/mail/tap/done/{token}/", f"/mail/tap/recall/{token}/", f"/mail/tap/else/{token}/"):
        assert client.post(path).status_code == 404
    assert client.post("/mail/tap/stuck/x/").status_code == 404
    assert traces(cast)[:2] == (0, 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_after_two_weeks_a_link_says_so_and_does_nothing(
    cast: Cast, digest: EmailMessage, client: Client, clock: time_machine.Traveller, method: str
) -> None:
    path = path_of(digest, "tap/stuck")
    clock.move_to(TUESDAY + LASTS - dt.timedelta(minutes=1))
    assert client.get(path).status_code == 200

    clock.move_to(TUESDAY + LASTS + dt.timedelta(minutes=1))
    answer = getattr(client, method)(path)

    assert answer.status_code == 410
    assert "Ce lien n’est plus valable." in words(answer)
    assert standing(cast) == []


def test_address_cannot_reach_into_another_network_or_to_another_persons_message(
    cast: Cast, digest: EmailMessage, client: Client
) -> None:
    mixed = Holder(cast.other_network.pk, cast.enrolment.public_id)
    peer = Holder(cast.network.pk, cast.enrolments[1].public_id)

    away = client.post(f"/mail/tap/stuck/{make_tap('stuck', Tap(mixed, 'weekly_digest', '2027-W02'))}/")
    theirs = Tap(peer, "weekly_digest", "1999-W01")
    unknown = client.post(f"/mail/tap/stuck/{make_tap('stuck', theirs)}/", follow=True)

    assert away.status_code == 404
    assert "Ce parcours est terminé." in words(unknown)
    assert traces(cast)[:2] == (0, 0)


def _archived(cast: Cast) -> None:
    Cohort.objects.update(status=Cohort.Status.ARCHIVED)


def _left(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.head.pk).update(ends_on=TUESDAY.date())


def _closed(cast: Cast) -> None:
    cast.head.user.is_active = False
    cast.head.user.save()


@pytest.mark.parametrize("ends", [_archived, _left, _closed])
@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_has_left_changes_nothing_any_more(
    cast: Cast, digest: EmailMessage, client: Client, action: str, ends: object
) -> None:
    with networks(cast.network.pk):
        ends(cast)  # type: ignore[operator]
    before = traces(cast)

    page = client.post(path_of(digest, f"tap/{action}"), follow=True)

    assert "Ce parcours est terminé." in words(page)
    assert buttons(page) == 0
    assert traces(cast) == before


def test_coach_who_reads_a_mail_before_it_leaves_gets_none_of_its_keys(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    take(cast, WELCOME, ACTIVE)
    plan_network(cast.network.pk, ACTIVE)
    clock.move_to(TUESDAY - dt.timedelta(hours=2))
    with networks(cast.network.pk):
        row = Reminder.objects.of(cast.enrolment).get(kind="weekly_digest", occurrence="2027-W02")
    client.force_login(cast.coach.user)

    page = client.get(f"/n/rivages/cohorts/{cast.cohort.public_id}/messages/letter/{row.public_id}/")

    assert f"{SITE}/mail/tap/done/…/" in words(page)
    assert not any(f"/mail/tap/{action}/W" in words(page) for action in ACTIONS)


# --- one-click unsubscription (RFC 8058) -------------------------------------------------------


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_the_two_headers_of_a_mail_unsubscribe_without_cookie_or_redirect(
    cast: Cast, digest: EmailMessage, kind: str
) -> None:
    form = "List-Unsubscribe=One-Click"
    parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    path = str(digest["List-Unsubscribe"]).strip("<>").removeprefix(SITE)
    mail_programme = Client(enforce_csrf_checks=True)

    answer = mail_programme.post(path, parts if "multipart" in kind else form, content_type=kind)

    assert digest["List-Unsubscribe-Post"] == form
    assert answer.status_code == 200
    page = Client().get(path)
    assert "Vous ne recevez plus de messages." in words(page)
