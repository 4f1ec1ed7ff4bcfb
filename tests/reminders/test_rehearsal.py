"""Before the launch: what one person of a draft will see and receive, and what not, by the planner itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.addresses import address_hash
from agencies.models import Agency
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.calendar import Period
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.models import Suppression
from coaching.reminders.policy_changes import change_cohort_policy, change_network_policy
from coaching.reminders.services import plan_network
from tests.factories import PARIS, Cast, make_agency, make_cast, make_member, starter_version
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 22, 10, 0, tzinfo=PARIS)  # a Monday; Easter Monday is the 29th
FIRST_TUESDAY = dt.date(2027, 4, 6)


class Desk:
    """The coach before the launch of a cohort with one head who has not joined."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, Client()
        self.client.force_login(cast.coach.user)
        with networks(cast.network.pk):
            self.agency = make_agency(cast.network, "Brest")
            self.head = make_member(
                cast.network, "anne@x.test", "agency_head", self.agency, joined_at=None, name="Anne Kerbrat"
            )
            self.draft = cohorts.create_cohort(
                cast.coach, name="Printemps", version=starter_version(), starts_on=FIRST_TUESDAY
            )
            cohorts.set_members(self.draft, [self.head])
            self.enrolment = Enrolment.objects.get(cohort=self.draft)

    @property
    def url(self) -> str:
        args = ["rivages", self.draft.public_id, self.enrolment.public_id]
        return reverse("reminders:rehearsal", args=args)

    def page(self, story: str = "enters") -> BeautifulSoup:
        response: Any = self.client.get(self.url, {"story": story})
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def lines(self, story: str = "enters") -> list[tuple[str, str, bool]]:
        """(what, when, whether it leaves) of each message."""
        return [
            (row.b.text, row.select_one(":scope > div > small").text, "Non envoyé" not in row.text)  # type: ignore[union-attr]
            for row in self.page(story).select(".reh > li")
        ]


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False):
        yield Desk(make_cast(1))


def kinds(lines: list[tuple[str, str, bool]], *, leaving: bool) -> list[str]:
    return [kind for kind, _when, leaves in lines if leaves is leaving]


def test_person_who_enters_gets_the_invitation_then_digests_and_no_second_invitation(desk: Desk) -> None:
    lines = desk.lines()

    assert kinds(lines, leaving=True)[:3] == [
        "Invitation",
        "Invitation d’agenda",
        "Récapitulatif de la semaine",
    ]
    assert kinds(lines, leaving=False)[:2] == ["Nouvelle invitation", "Nouvelle invitation"]


def test_person_who_enters_and_does_nothing_more_is_told_of_sessions_and_called_back(desk: Desk) -> None:
    lines = {(kind, leaves): when for kind, when, leaves in desk.lines()}

    assert "seulement si rien n’est fait d’ici là" in lines["Reprise en douceur", True]
    assert ("Rendez-vous à venir", False) in lines  # said by the digest of that day


def test_rehearsal_keeps_to_the_day_and_the_reminders_that_are_set(desk: Desk) -> None:
    usual = [when for kind, when, leaves in desk.lines() if kind == "Récapitulatif de la semaine" and leaves]
    with networks(desk.cast.network.pk):
        change_network_policy(desk.cast.network, {"nudge_weekday": 0}, desk.cast.coach)
        change_cohort_policy(desk.draft, {"digest_weekday": 4}, desk.cast.coach)

    lines = desk.lines()

    digests = [when for kind, when, leaves in lines if kind == "Récapitulatif de la semaine" and leaves]
    assert usual
    assert all(when.casefold().startswith("mardi") for when in usual)
    assert digests
    assert all(when.casefold().startswith("jeudi") for when in digests)
    assert "Petit rappel de mi-semaine" in kinds(lines, leaving=False)
    assert "Petit rappel de mi-semaine" not in kinds(lines, leaving=True)


def test_person_who_does_not_answer_gets_two_more_invitations_and_no_digest(desk: Desk) -> None:
    lines = desk.lines("silent")

    assert kinds(lines, leaving=True) == ["Invitation", "Nouvelle invitation", "Nouvelle invitation"]
    assert "Récapitulatif de la semaine" in kinds(lines, leaving=False)


def test_days_of_the_agency_and_holidays_move_what_is_sent(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        Agency.objects.filter(pk=desk.agency.pk).update(open_days=[3, 4, 5])

    (_kind, invited, _leaves), (_again, followed, _too) = [row for row in desk.lines("silent") if row[2]][:2]

    assert invited.startswith("Mercredi 24 mars")  # closed on Monday and Tuesday
    assert followed.startswith("Mercredi 31 mars")  # three working days after


def test_rehearsal_says_the_days_on_which_the_launched_cohort_plans(desk: Desk) -> None:
    said = [when for _kind, when, leaves in desk.lines("silent") if leaves]

    with networks(desk.cast.network.pk):
        cohorts.launch(desk.draft)
    plan_network(desk.cast.network.pk, NOW)
    with networks(desk.cast.network.pk):
        planned = desk.enrolment.reminders.order_by("due_at").values_list("due_at", flat=True)
        days = [f"{due.astimezone(PARIS):%-d}" for due in planned]

    assert days
    assert [when.split()[1].removesuffix("er") for when in said][: len(days)] == days


def test_pauses_of_the_cohort_hold_messages_back_and_say_so(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.set_blackouts(desk.draft, [Period(NOW.date(), dt.date(2027, 3, 26), "Pont")])

    first = desk.lines("silent")[0]

    assert "la promotion est en congé" in first[1]


def test_address_that_refuses_mail_is_said_with_the_way_to_correct_it(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        refused = address_hash(desk.cast.network.pk, "anne@x.test")
        Suppression.objects.create(address_hash=refused, reason=Suppression.Reason.BOUNCED)

    page = desk.page()

    note = page.select_one("[aria-labelledby=stopped]")
    assert note
    assert "ne reçoit pas de courriel" in note.text
    assert note.select_one("a[href$='/address/']")
    assert kinds(desk.lines(), leaving=True) == []


def test_first_weeks_are_on_the_clock_of_the_agency_with_its_closed_days(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        Agency.objects.filter(pk=desk.agency.pk).update(time_zone="Indian/Reunion", open_days=[1, 2, 3])

    page = desk.page()

    assert "Indian/Reunion" in page.select_one(".band__body").text  # type: ignore[union-attr]
    week = page.select_one("[aria-labelledby=week-1]")
    assert week
    assert "mardi 6 avril à 8 h" in week.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "fermée ce jour-là" in " ".join(each.text for each in page.select("aside section"))


def test_nothing_is_stored_by_looking(desk: Desk) -> None:
    desk.page()
    desk.page("silent")

    with networks(desk.cast.network.pk):
        assert desk.enrolment.reminders.count() == 0
        assert Cohort.objects.get(pk=desk.draft.pk).status == Cohort.Status.DRAFT


@pytest.mark.parametrize("people", [1, 3])
def test_page_costs_the_same_whatever_the_number_of_people(desk: Desk, people: int) -> None:
    with networks(desk.cast.network.pk):
        others = [
            make_member(
                desk.cast.network, f"h{n}@x.test", "agency_head", make_agency(desk.cast.network, f"A{n}")
            )
            for n in range(people - 1)
        ]
        cohorts.set_members(desk.draft, [desk.head, *others])

    assert len(queries_in_scope(desk.client, desk.url)) == 21


def test_launched_cohort_leads_to_the_page_of_the_person(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.launch(desk.draft)

    response: Any = desk.client.get(desk.url)

    args = ["rivages", desk.draft.public_id, desk.enrolment.public_id]
    assert response.url == reverse("adoption:participant", args=args)
