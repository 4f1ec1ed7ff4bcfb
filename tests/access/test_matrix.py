"""Every address of a network, for every actor, by GET and by POST, as the matrix declares it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agencies.scope import networks
from agencies.services import add_brand_value, end_membership
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Appointment, CohortChange
from coaching.learning.models import (
    Answer,
    CannedComment,
    CohortUpgrade,
    PracticeImage,
    PracticeSubmission,
    RoomDraft,
)
from coaching.reminders.coach_mail import write_message
from coaching.reminders.models import Reminder
from tests.access.matrix import ACTORS, OUTSIDE, PAGES
from tests.factories import PARIS, START, Cast, make_agency, make_cast, make_member, starter_version
from tests.programmes.packages import a_version
from tests.savepoints import rolled_back

pytestmark = pytest.mark.django_db

CANARY = "CANARI-réflexion-très-privée"
REFLECTION = "a-l-aise"
DRAFT_PAGES = {
    f"cohorts:{name}"
    for name in (
        "programme",
        "dates",
        "pauses",
        "members",
        "bring_people",
        "import_people",
        "preview",
        "launch",
        "delete",
    )
}


def routes(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(URL name with its namespace, path as written) of every address of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", prefix + str(entry.pattern)


def test_every_address_of_a_network_has_a_row_and_every_row_an_address() -> None:
    inside = {name for name, path in routes() if path.startswith(("n/<", "api/v1/n/<"))}

    assert inside == set(PAGES)


def test_every_other_address_of_ours_is_known_to_be_outside() -> None:
    ours = (
        "accounts:",
        "agencies:",
        "programmes:",
        "cohorts:",
        "learning:",
        "adoption:",
        "reminders:",
        "api:",
    )
    outside = {
        name
        for name, path in routes()
        if name.startswith(ours) and not path.startswith(("n/<", "api/v1/n/<")) and not name.endswith(":None")
    }

    assert outside <= OUTSIDE | {name for name in outside if name.startswith("reminders:")}


class Actors:
    """The cast signed in, one client each; and the objects that the addresses name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        with networks(cast.network.pk, user_id=cast.head.user_id):
            second = make_member(cast.network, "second@example.com", "coach")
            away = make_agency(cast.network, "Fermée")
            former = make_member(cast.network, "former@example.com", "agency_head", away)
            end_membership(former, timezone.localdate())
            self.awaited = make_member(cast.network, "awaited@example.com", "coach", joined_at=None)
            self.draft = cohorts.create_cohort(
                cast.coach,
                name="Brouillon",
                version=starter_version(),
                starts_on=START + dt.timedelta(days=56),
            )
            Answer.objects.create(
                enrolment=cast.enrolment,
                author=cast.head.user,
                address="communiquer-c-est-relier/une-conversation-qui-compte",
                content={"texts": {"un-echange": {"text": CANARY, "revision": 1}}, "thought": []},
            )
            self.brand = add_brand_value(
                label_fr="Proximité",
                label_en="Closeness",
                definition_fr="On s’assoit du même côté.",
                definition_en="We sit on the same side.",
                cards=["ancrage-local"],
            )
            self.message = write_message(
                cast.coach, cast.cohort, subject="", body="À jeudi.", people=[cast.enrolment.public_id]
            )
            self.reminder = Reminder.objects.create(
                enrolment=cast.enrolment,
                recipient_id=cast.head.user_id,
                kind="midweek_nudge",
                occurrence="2027-W03",
                dedupe_key="matrix",
                local_due="2027-01-21T13:30",
                time_zone="Europe/Paris",
                due_at=timezone.now(),
                expires_at=timezone.now(),
                next_try_at=timezone.now(),
            )
            self.noted = cohorts.add_contact(cast.enrolment, cast.coach)
            self.session = cast.cohort.sessions.get(key="s2")
            self.change = CohortChange.objects.create(
                cohort=cast.cohort, kind="extend", made_by=cast.coach, made_at=timezone.now()
            )
            self.talk = Appointment.objects.create(
                cohort=cast.cohort, coach=cast.coach, starts_at=timezone.now(), minutes=20
            )
            self.room = RoomDraft.objects.create(
                enrolment=cast.enrolment, author=cast.head.user, content={"text": CANARY}
            )
            PracticeImage.objects.create(
                enrolment=cast.enrolment,
                author=cast.head.user,
                address="w0-accueil/qui-lit-quoi",
                content=CANARY.encode(),
            )
            self.upgrade = CohortUpgrade.objects.create(
                cohort=cast.cohort,
                from_version=starter_version(),
                to_version=a_version(None, "autre"),
                made_by=cast.coach,
                made_at=timezone.now(),
            )
            self.handed_in = PracticeSubmission.objects.create(
                enrolment=cast.enrolment,
                address="p4-lien/donner-d-abord",
                points=2,
                route="simuler",
                content={},
                image=b"picture",
                first_submitted_at=timezone.now(),
                submitted_at=timezone.now(),
            )
            self.canned = CannedComment.objects.create(coach=cast.coach, title="Merci", text=CANARY)
        people = [cast.head, cast.peer, cast.manager, cast.coach, second, cast.outsider, former]
        self.clients = {"V": Client(raise_request_exception=True)}
        for letter, membership in zip(ACTORS[1:], people, strict=True):
            self.clients[letter] = Client()
            self.clients[letter].force_login(membership.user)

    def url(self, name: str) -> str:
        cohort = self.draft if name in DRAFT_PAGES else self.cast.cohort
        known = {
            "slug": self.cast.network.slug,
            "cohort_id": cohort.public_id,
            "enrolment_id": self.cast.enrolment.public_id,
            "public_id": self._import() if "import_" in name else self.cast.agencies[0].public_id,
            "member_id": self.awaited.public_id,
            "prompt": "besoins",
            "draft_id": self.room.public_id,
            "version_id": self.cast.cohort.programme_version.public_id,
            "key": self.cast.cohort.programme_version.programme.slug,
            "upgrade_id": self.upgrade.public_id,
            "session_id": self.session.public_id,
            "appointment_id": self.talk.public_id,
            "change_id": self.change.public_id,
            "kind": "extend",
            "submission_id": self.handed_in.public_id,
            "contact_id": self.noted.public_id,
            "message_id": self.message.public_id,
            "reminder_id": self.reminder.public_id,
            "module_key": "w0-accueil",
            "step_key": REFLECTION if name in ("learning:share", "learning:autosave") else "qui-lit-quoi",
        }
        if name == "adoption:canned_comment":
            known["public_id"] = self.canned.public_id
        if name == "learning:brand_value":
            known["public_id"] = self.brand.public_id
        path = dict(routes())[name]
        return reverse(name, kwargs={key: value for key, value in known.items() if f":{key}>" in path})

    def _import(self) -> str:
        """An import under way of the coach's."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("r.csv", "Code;Agence;Courriel;Nom\nZ;Zed;z@example.com;Zoé".encode())
        answer = self.clients["C"].post(self.url("agencies:import"), {"file": file})
        return answer["Location"].rstrip("/").split("/")[-1]


@pytest.fixture
def actors(db: None) -> Iterator[Actors]:
    """The cast in the first week of its cohort, on Wednesday 20 January 2027 at ten."""
    with time_machine.travel(dt.datetime(2027, 1, 20, 10, 0, tzinfo=PARIS), tick=False):
        yield Actors(make_cast(2))


def meaning(response: HttpResponse) -> str:
    """The letter of the matrix for an answer."""
    if response.status_code == 401 or (
        response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
    ):
        return ">"
    return {403: "-", 404: "0"}.get(response.status_code, "+" if response.status_code < 500 else "!")


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_actor_gets_what_the_matrix_says(
    actors: Actors, method: str, subtests: pytest.Subtests
) -> None:
    for name in sorted(PAGES):
        with subtests.test(name), rolled_back():
            url = actors.url(name)

            answers = {letter: getattr(client, method)(url) for letter, client in actors.clients.items()}

            for letter, declared in zip(ACTORS, PAGES[name], strict=True):
                if method == "get" or answers[letter].status_code != 405:
                    assert meaning(answers[letter]) == declared, f"{letter}: {answers[letter].status_code}"
            for letter, answer in answers.items():
                if letter != "H" and (letter, name) not in OWN_WORDS:
                    assert CANARY not in answer.content.decode()


# A coach reads what they wrote themselves.
OWN_WORDS = {("C", name) for name in ("adoption:canned", "adoption:canned_comment", "adoption:review")}


# What takes posts only -> who presses the button, and the page where it is.
ONLY_ACTING = {
    "learning:pause": ("H", "learning:home"),
    "cohorts:launch": ("C", "cohorts:preview"),
    "programmes:install": ("C", "cohorts:library_programme"),
    "learning:attendance": ("C", "cohorts:session"),
    "learning:undo_upgrade": ("C", "learning:upgrade"),
    "cohorts:invite": ("C", "adoption:participant"),
    "cohorts:forget_contact": ("C", "adoption:participant"),
    "cohorts:team_assign": ("M", "cohorts:team"),
    "cohorts:team_invite": ("M", "cohorts:team"),
    "accounts:language": ("H", "accounts:root"),
}


def test_no_page_answers_its_rightful_person_with_a_bare_405(actors: Actors) -> None:
    pages = [(name, path) for name, path in routes() if not path.startswith("api/")]
    urls = [actors.url(name) for name, path in pages if name in PAGES or "<" not in path]

    bare = [url for url in urls for letter in "VHMC" if actors.clients[letter].get(url).status_code == 405]

    assert bare == []


def test_address_that_only_acts_leads_to_the_page_with_its_button(
    actors: Actors, subtests: pytest.Subtests
) -> None:
    for name, (letter, page) in ONLY_ACTING.items():
        with subtests.test(name):
            response = actors.clients[letter].get(actors.url(name))

            assert (response.status_code, response["Location"]) == (302, actors.url(page))


MISSING = ("nulle-part", "RIVAGES", "a_b", "%00", "rivag%C3%A9s", "a" * 300)


def test_a_foreign_network_and_a_missing_one_answer_with_the_same_bytes(
    actors: Actors, subtests: pytest.Subtests
) -> None:
    client, here = actors.clients["H"], f"/n/{actors.cast.network.slug}/"
    for name in sorted(PAGES):
        with subtests.test(name), rolled_back():
            url = actors.url(name)

            foreign = client.get(url.replace(here, f"/n/{actors.cast.other_network.slug}/"))
            missing = [client.get(url.replace(here, f"/n/{slug}/")) for slug in MISSING]

            assert {answer.status_code for answer in (foreign, *missing)} == {404}
            assert {answer.content for answer in missing} == {foreign.content}


@pytest.mark.parametrize("slug", [slug for slug in MISSING if slug != "%00"])
@pytest.mark.parametrize("path", ["/n/{}/", "/n/{}/overview/", "/n/{}/learn/", "/n/{}/learn/step/a/b/"])
def test_a_visitor_is_asked_to_sign_in_for_any_network(
    client: Client, db: None, slug: str, path: str
) -> None:
    responses = [client.get(path.format(slug)), client.post(path.format(slug))]

    assert {meaning(response) for response in responses} == {">"}


@pytest.mark.parametrize("slug", MISSING)
def test_the_api_asks_a_visitor_to_sign_in_for_any_network(client: Client, db: None, slug: str) -> None:
    assert client.get(f"/api/v1/n/{slug}/agencies").status_code == 401


def test_an_unknown_object_answers_like_a_hidden_one(actors: Actors, subtests: pytest.Subtests) -> None:
    cast, client = actors.cast, actors.clients["S"]
    for name in sorted(PAGES.keys() - DRAFT_PAGES):
        with subtests.test(name), rolled_back():
            url = actors.url(name)
            for known in (cast.cohort.public_id, cast.enrolment.public_id, cast.agencies[0].public_id):
                if known in url:
                    hidden = client.get(url)
                    unknown = client.get(url.replace(known, "1" * 12))

                    assert hidden.status_code == unknown.status_code
                    assert hidden.content == unknown.content or hidden.status_code == 403
