"""The library in a real browser: a phone without a script imports and installs; every page is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from agencies.scope import networks
from coaching.cohorts.forms import usual_start
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import install, open_draft, publish, publish_draft, save_draft
from tests.browser.looks import Eyes
from tests.factories import launch_cohort, make_agency, make_member, make_network
from tests.programmes.packages import a_version, document, zipped
from tests.programmes.tiny import both

pytestmark = pytest.mark.slow


class Desk:
    """A coach with a programme of their own, its origin that moved on, a cohort on the first version."""

    def __init__(self) -> None:
        self.network = make_network("rivages")
        with networks(self.network.pk):
            self.coach = make_member(self.network, "claire@example.org", "coach", name="Claire Aubert")
            agency = make_agency(self.network)
            head = make_member(self.network, "yann@example.org", "agency_head", agency, name="Yann")
        assert self.coach.user is not None
        self.user = self.coach.user
        self.first = a_version(None, **_two_weeks())
        self.second = publish(_changed("1.1", "Leur titre"), published_by=None)
        draft = open_draft(self.user, self.first)
        mine = _changed("1.0", "Mon titre") | {"key": draft.document["key"]}
        draft = save_draft(draft, mine, draft.revision)
        self.own = publish_draft(draft, draft.revision, label="1.0")
        with networks(self.network.pk):
            for version in (self.first, self.second):
                install(self.network, version)
            start = usual_start(timezone.localdate())
            self.cohort, _rows = launch_cohort(
                self.coach,
                self.first,
                [head],
                start=start,
                launched_at=timezone.now(),
            )


def _two_weeks() -> dict[str, Any]:
    found = document()
    found["sessions"][0]["week"] = "w2"
    weeks = [*found["weeks"], {"key": "w2", "title": both("Suite", "Next"), "modules": []}]
    return {"weeks": weeks, "sessions": found["sessions"]}


def _changed(version: str, title: str) -> dict[str, Any]:
    found = document(version=version, **_two_weeks())
    found["modules"]["la-lecon"]["steps"][1]["title"] = both(title, f"{title} in English")
    return found


@pytest.fixture
def desk(live_server: Any, transactional_db: None) -> Desk:
    return Desk()


@pytest.fixture
def at_work(browser: Browser, desk: Desk, live_server: Any) -> Iterator[Callable[..., Eyes]]:
    """Opens windows in which the coach is signed in, and closes them."""
    opened: list[Eyes] = []

    def open_window(**options: Any) -> Eyes:
        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(desk.user)
        eyes = Eyes.open(browser, **options)
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        eyes.context.add_cookies([cookie])  # type: ignore[list-item] # a cookie by its address
        opened.append(eyes)
        return eyes

    yield open_window
    for eyes in opened:
        eyes.context.close()


def test_a_package_is_refused_mended_and_imported_and_a_version_taken_up_on_a_phone_without_a_script(
    at_work: Callable[..., Eyes], desk: Desk, live_server: Any
) -> None:
    eyes = at_work(java_script_enabled=False)
    page = eyes.page
    page.goto(live_server.url + "/programmes/")
    page.get_by_role("link", name="Importer un paquet").click()

    broken = {
        "name": "p.zip",
        "mimeType": "application/zip",
        "buffer": zipped({"programme.yaml": b"key: [x"}),
    }
    page.get_by_label("Choisir un fichier").set_input_files(broken)  # type: ignore[arg-type]
    page.get_by_role("button", name="Lire le paquet").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("rien n’est importé")
    expect(page.get_by_text("ligne, colonne").first).to_be_visible()
    sound = broken | {"buffer": zipped(document("tout-neuf"))}
    page.get_by_label("Choisir un fichier").set_input_files(sound)  # type: ignore[arg-type]
    page.get_by_role("button", name="Lire le paquet").click()
    assert ProgrammeDraft.objects.filter(document__key="tout-neuf").exists()

    page.goto(f"{live_server.url}/n/rivages/cohorts/{desk.cohort.public_id}/version/")
    page.get_by_role("link", name="Voir ce que la version 1.1 changerait").click()
    page.get_by_role("button", name="Prendre la version 1.1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("suit la version 1.1")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("suit la version 1.0")


def test_pages_of_the_library_are_clean(at_work: Callable[..., Eyes], desk: Desk, live_server: Any) -> None:
    draft = open_draft(desk.user, document=document("tout-neuf"))
    eyes = at_work()
    pages = [
        "/programmes/",
        f"/programmes/key/{desk.own.programme.slug}/",
        f"/programmes/key/{desk.own.programme.slug}/adopt/{desk.second.public_id}/",
        f"/programmes/compare/{desk.first.public_id}/{desk.second.public_id}/",
        "/programmes/import/",
        reverse("programmes:quiz", args=[draft.public_id, "la-lecon", "quiz"]),
        f"/n/rivages/cohorts/{desk.cohort.public_id}/version/?to={desk.second.public_id}",
    ]

    complaints = {}
    for path in pages:
        eyes.page.goto(live_server.url + path)
        found = [*eyes.problems("fr"), *eyes.complaints()]
        if found:
            complaints[path] = found

    assert complaints == {}
