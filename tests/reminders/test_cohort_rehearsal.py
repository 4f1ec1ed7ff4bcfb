"""Before the launch: the reminders of a whole cohort, message by message, with everyone who gets none."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse

from agencies.addresses import address_hash
from agencies.models import Agency, Invitation
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.calendar import Period
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment, LiveSession
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.rehearsal_cohort import ALL_ENTER, ALL_SILENT, MIX, rehearse_cohort
from coaching.reminders.services import deliver_network
from tests.factories import PARIS, Cast, make_agency, make_cast, make_member, starter_version
from tests.queries import queries_in_scope
from tests.reminders.rehearsed import NoServer

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 22, 10, 0, tzinfo=PARIS)  # a Monday; Easter Monday is the 29th
FIRST_TUESDAY = dt.date(2027, 4, 6)
NAMES = ("Anne Kerbrat", "Bruno Le Roux", "Nadia Cherif", "Mehdi Amrani", "Aurélie Pons", "Zoé Petit")


class Desk:
    """The coach before the launch of a cohort of six heads who have not joined, each in an own agency."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, Client()
        self.client.force_login(cast.coach.user)
        with networks(cast.network.pk):
            self.draft = cohorts.create_cohort(
                cast.coach, name="Printemps", version=starter_version(), starts_on=FIRST_TUESDAY
            )
            self.enrol(NAMES)

    def enrol(self, names: tuple[str, ...]) -> None:
        people = [
            make_member(
                self.cast.network,
                f"{name.split()[0].lower()}@x.test",
                "agency_head",
                make_agency(self.cast.network, f"Agence de {name}"),
                joined_at=None,
                name=name,
            )
            for name in names
        ]
        cohorts.set_members(self.draft, people)

    def agency_of(self, name: str) -> Any:
        return Agency.objects.filter(name=f"Agence de {name}")

    @property
    def url(self) -> str:
        return reverse("cohorts:preview", args=["rivages", self.draft.public_id])

    @property
    def reading(self) -> str:
        return reverse("reminders:rehearsed", args=["rivages", self.draft.public_id])

    def section(self, story: str = MIX, **asked: str) -> Tag:
        response: Any = self.client.get(self.url, {"story": story} | asked)
        assert response.status_code == 200
        found = BeautifulSoup(response.content, "html.parser").select_one("#rehearsal")
        assert found
        return found

    def rows(self, story: str = MIX, **asked: str) -> dict[str, str]:
        """Title of the first of each message -> all that is said of it, with plain spaces."""
        rows: dict[str, str] = {}
        for row in self.section(story, **asked).select(".reh > li"):
            rows.setdefault(row.b.text, plain(row.text))  # type: ignore[union-attr]
        return rows


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False):
        yield Desk(make_cast(1))


def test_invitation_leaves_for_everybody_at_the_next_open_slot(desk: Desk) -> None:
    invitation = desk.rows()["Invitation"]

    assert "Lundi, 10 h" in invitation
    assert "6 envois" in invitation
    assert "Tout le monde le reçoit" in invitation


def test_silent_people_get_two_more_invitations_and_no_digest(desk: Desk) -> None:
    rows = desk.rows(ALL_SILENT)

    assert "6 envois" in rows["Deuxième invitation"]
    assert "6 envois" in rows["Dernière invitation"]
    assert "aucun envoi" in rows["Récapitulatif de la semaine 1"]
    assert "6 personnes : pas encore d’entrée" in rows["Récapitulatif de la semaine 1"]


def test_people_who_enter_get_digests_and_no_further_invitation(desk: Desk) -> None:
    rows = desk.rows(ALL_ENTER)

    assert "6 personnes : compte déjà ouvert" in rows["Deuxième invitation"]
    assert "6 envois" in rows["Récapitulatif de la semaine 1"]
    assert "Mardi, 8 h 45" in rows["Récapitulatif de la semaine 1"]


def test_closed_agency_is_named_with_the_day_to_which_its_message_moves(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        desk.agency_of("Nadia Cherif").update(open_days=[3, 4, 5])

    digest = desk.rows(ALL_ENTER)["Récapitulatif de la semaine 1"]

    assert "5 envois" in digest
    assert "Nadia Cherif : agence fermée, reporté à mercredi 7 avril, 8 h 45" in digest


def test_address_that_takes_no_mail_is_named_in_every_message(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        refused = address_hash(desk.cast.network.pk, "aurélie@x.test")
        Suppression.objects.create(address_hash=refused, reason=Suppression.Reason.BOUNCED)

    rows = desk.rows(ALL_ENTER)

    for title in ("Invitation", "Deuxième invitation", "Récapitulatif de la semaine 1"):
        assert "Aurélie Pons : adresse refusée, à corriger avant le départ" in rows[title]
    assert "5 envois" in rows["Invitation"]


def test_what_is_only_supposed_of_people_bears_no_name(desk: Desk) -> None:
    for story in (MIX, ALL_ENTER, ALL_SILENT):
        said = desk.section(story).select(".reh")

        assert not any(name in each.text for each in said for name in NAMES)


def test_simulated_activities_say_what_they_suppose(desk: Desk) -> None:
    said = plain(desk.section().text)

    assert "Activités simulées, tirées au sort" in said
    assert "C’est un exemple, pas une prévision" in said
    assert "tirées au sort" not in desk.section(ALL_ENTER).text


def test_filter_shows_only_who_does_not_get_a_message(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        desk.agency_of("Nadia Cherif").update(open_days=[3, 4, 5])

    rows = desk.rows(ALL_ENTER, show="held")

    assert "Invitation" not in rows  # it moves for one person, and is sent to all
    assert "6 personnes : compte déjà ouvert" in rows["Deuxième invitation"]


def test_highest_load_is_said_with_who_has_it(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.set_members(desk.draft, [])
        desk.enrol(("Paul Un", "Rosa Deux"))

    said = plain(desk.section(ALL_ENTER).text)

    assert "Au plus haut : 2 rappels en 7 jours" in said
    assert "Paul Un, Rosa Deux" in said


def test_days_without_messages_are_named(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        pause = Period(dt.date(2027, 4, 12), dt.date(2027, 4, 16), "Pont")
        cohorts.set_blackouts(desk.draft, [pause])

    said = plain(desk.section().select_one(".asidelist").text)  # type: ignore[union-attr]

    assert "week-ends" in said
    assert "lundi 29 mars (jour férié)" in said
    assert "du lundi 12 avril au vendredi 16 avril (pause de la promotion)" in said


def test_every_message_counts_every_person_once(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        desk.agency_of("Nadia Cherif").update(open_days=[3, 4, 5])
        desk.agency_of("Bruno Le Roux").update(time_zone="Indian/Reunion")
        refused = address_hash(desk.cast.network.pk, "aurélie@x.test")
        Suppression.objects.create(address_hash=refused, reason=Suppression.Reason.BOUNCED)
        found = [rehearse_cohort(desk.draft, story, NOW) for story in (MIX, ALL_ENTER, ALL_SILENT)]

    for each in found:
        assert each
        assert len(each.occasions) > 5
        for occasion in each.occasions:
            people = [person.enrolment.pk for person, _item in occasion.sent]
            people += [person.enrolment.pk for part in occasion.others for person, _item in part.people]
            assert sorted(people) == sorted(person.enrolment.pk for person in each.people)


def test_rehearsal_counts_what_the_launched_cohort_then_sends(desk: Desk) -> None:
    """The silent story is what happens when nobody does anything: the same days, person by person."""
    with networks(desk.cast.network.pk):
        desk.agency_of("Nadia Cherif").update(open_days=[3, 4, 5])
        found = rehearse_cohort(desk.draft, ALL_SILENT, NOW)
        assert found
        cohorts.launch(desk.draft)
    told = sorted(
        (person.enrolment.pk, item.kind, item.at)
        for person in found.people
        for item in person.played
        if item.at
    )
    for at in sorted({at for _pk, _kind, at in told}):
        deliver_network(desk.cast.network.pk, now=at, transport=NoServer())

    with networks(desk.cast.network.pk):
        sent = Reminder.objects.filter(state="sent", enrolment__cohort=desk.draft)
        happened = sorted(sent.values_list("enrolment_id", "kind", "handed_over_at"))
    assert len(told) == 18
    assert happened == told


def test_mail_of_the_rehearsal_is_the_one_the_person_would_get_without_its_keys(desk: Desk) -> None:
    page: Any = desk.client.get(desk.reading)

    text = plain(page.content.decode())
    assert "Invitation, pour Anne Kerbrat" in text
    assert "vous ouvre une place" in text
    assert "/invitation/…/" in text


def test_each_message_is_read_one_after_the_other(desk: Desk) -> None:
    seen, link = [], "?story=enters"
    while link:
        page = BeautifulSoup(desk.client.get(desk.reading + link).content, "html.parser")
        seen.append(page.h1.text.partition(",")[0])  # type: ignore[union-attr]
        assert page.select_one(".mail__t")
        link = next((str(a["href"]) for a in page.select("nav a") if "suivant" in a.text), "")

    assert seen[:3] == ["Invitation", "Invitation d’agenda", "Récapitulatif de la semaine 1"]
    assert seen[-1].startswith(("Récapitulatif", "Petit rappel"))


def test_mail_is_read_for_another_person_of_the_cohort_and_for_nobody_else(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        zoe = Enrolment.objects.get(cohort=desk.draft, membership__user__email="zoé@x.test")
        stranger = Enrolment.objects.with_person().exclude(cohort=desk.draft).first()
        assert stranger

    asked = {"message": "invitation:first", "to": zoe.public_id}
    own = desk.client.get(desk.reading, asked).content.decode()
    other = desk.client.get(desk.reading, asked | {"to": stranger.public_id}).content.decode()

    assert "zoé@x.test" in own
    assert stranger.membership.user.email not in other
    assert "Invitation, pour Anne Kerbrat" in other


def test_message_that_no_longer_is_in_the_rehearsal_leads_back_to_it(desk: Desk) -> None:
    response: Any = desk.client.get(desk.reading, {"message": "weekly_digest:1999-W01"})

    assert response.url == desk.url


def test_nothing_is_stored_and_no_invitation_is_issued(desk: Desk) -> None:
    def stored() -> list[int]:
        with networks(desk.cast.network.pk):
            rows = (Reminder, Invitation, CohortWeek, LiveSession, Suppression)
            return [each._default_manager.count() for each in rows]

    before = stored()
    for story in (MIX, ALL_ENTER, ALL_SILENT):
        desk.section(story)
        desk.client.get(desk.reading, {"story": story})

    assert stored() == before
    with networks(desk.cast.network.pk):
        assert not Enrolment.objects.filter(cohort=desk.draft, membership__joined_at__isnull=False).exists()
        assert Cohort.objects.get(pk=desk.draft.pk).status == Cohort.Status.DRAFT


def test_coach_of_another_cohort_finds_no_rehearsal(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        other = make_member(desk.cast.network, "other-coach@x.test", "coach")
    client = Client()
    client.force_login(other.user)

    assert client.get(desk.reading).status_code == 404


def test_launched_cohort_has_no_rehearsal_any_more(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.launch(desk.draft)

    response: Any = desk.client.get(desk.reading)

    assert response.url == reverse("adoption:cohort_detail", args=["rivages", desk.draft.public_id])


@pytest.mark.parametrize("people", [1, 3])
def test_reading_costs_the_same_whatever_the_number_of_people(desk: Desk, people: int) -> None:
    with networks(desk.cast.network.pk):
        cohorts.set_members(desk.draft, [])
        desk.enrol(tuple(f"P{n} Nom" for n in range(people)))

    assert len(queries_in_scope(desk.client, desk.reading)) == 23


def test_hundred_people_are_played_in_less_than_two_seconds(desk: Desk) -> None:
    with networks(desk.cast.network.pk):
        cohorts.set_members(desk.draft, [])
        desk.enrol(tuple(f"P{n} Nom" for n in range(100)))
        rehearse_cohort(desk.draft, MIX, NOW)  # reads the programme and the holidays once
        began = time.process_time()
        found = rehearse_cohort(desk.draft, MIX, NOW)
        took = time.process_time() - began

    assert found
    assert len(found.people) == 100
    assert took < 2
